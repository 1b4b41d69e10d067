/**
 * A decoder that writes: loads a model once and answers any number of requests, in batches whose rows may differ in
 * length, adapter, sampling and constraint. Works on tokens; text.ts adds text.
 */
import { setImmediate } from "node:timers/promises";
import type { SessionOptions } from "@weightsmith/onnx";
import type { Adapter } from "../adapter/adapter.ts";
import type { DecoderConfig } from "../model/config.ts";
import { checkWeights, type Model } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { onlyToken, type TokenConstraint } from "./constraint.ts";
import { Decoding } from "./decoding.ts";
import type { KvPrefix } from "./kv-cache.ts";
import { type PreparedAdapter, prepareAdapter } from "./prepared-adapter.ts";
import {
  applyMask,
  applyRepetitionPenalty,
  checkSampling,
  likeliest,
  logSumExp,
  type SamplingOptions,
  sampleToken,
} from "./sampling.ts";
import { StepSessions } from "./step-sessions.ts";

export interface LanguageModelOptions {
  readonly session?: SessionOptions;
  /** The most tokens a text may have, prefix included. Default: what the model was made for. */
  readonly context?: number;
}

/** One text to go on with. */
export interface GenerationRequest extends SamplingOptions {
  /** What to read first; at least one token. */
  readonly tokens: readonly number[];
  readonly adapter?: PreparedAdapter | undefined;
  /** What was read before `tokens` (see `LanguageModel.prefix`). Default: the adapter's own prefix. */
  readonly prefix?: KvPrefix | undefined;
  /** The most tokens to write. Default 256. */
  readonly maxTokens?: number;
  /** Tokens that end the answer and are no part of it. Default: the model's end tokens. */
  readonly stopTokens?: readonly number[];
  /** Ends the answer after a token for other reasons, a stop string for example. Called with all tokens so far. */
  readonly stopWhen?: (tokens: readonly number[]) => boolean;
  /** Of the random draws when the temperature is above 0. Default 0. */
  readonly seed?: number;
  /** Where the answer's constraint starts. */
  readonly constraint?: TokenConstraint | undefined;
  /** Report log-probabilities, and of this many likeliest tokens besides; `true` is 0. Costs a little. */
  readonly logProbabilities?: boolean | number;
}

export interface TokenScore {
  readonly token: number;
  /** ln of the model's own probability: before temperature, penalty and constraint. */
  readonly logProbability: number;
}

/** A token of one row, as it is written. */
export interface GeneratedToken {
  /** Index of the request. */
  readonly row: number;
  readonly token: number;
  readonly logProbability?: number;
  /** ln of its probability among the tokens that the constraint allowed; only with a constraint. */
  readonly allowedLogProbability?: number;
  readonly alternatives?: readonly TokenScore[];
  /** Set on the row's last event. On `stop` by a stop token, that token is not part of the answer. */
  readonly finish?: FinishReason;
}

/** A stop token or stop condition, the limit of tokens or context, or the caller's signal. */
export type FinishReason = "stop" | "length" | "aborted";

export interface Completion {
  readonly tokens: readonly number[];
  readonly finish: FinishReason;
  /** One for each token, and one more for the stop token if that ended it; only if asked for. */
  readonly scores?: readonly GeneratedToken[];
}

/** A row that is being written. */
interface Writing {
  readonly row: number;
  readonly request: GenerationRequest;
  readonly random: Random;
  readonly stops: ReadonlySet<number>;
  readonly tokens: number[];
  /** What to read in the next step. */
  next: number[];
  constraint: TokenConstraint | undefined;
}

export class LanguageModel {
  readonly config: DecoderConfig;
  readonly context: number;
  readonly #sessions: StepSessions;

  private constructor(model: Model<DecoderConfig>, options: LanguageModelOptions) {
    this.config = model.config;
    this.context = options.context ?? model.config.maxPositions;
    if (model.config.positions.kind === "learned" && this.context > model.config.maxPositions) {
      throw new RangeError(
        `The model has ${model.config.maxPositions} learned positions; a context of ${this.context} needs more.`,
      );
    }
    this.#sessions = new StepSessions(model, options.session);
  }

  /**
   * Loads a model. The weights are copied into the runtime; the caller's may be dropped.
   * @throws RangeError if the weights do not fit the configuration
   * @throws DeviceError if a device asked for by name is not available
   */
  static async open(model: Model<DecoderConfig>, options: LanguageModelOptions = {}): Promise<LanguageModel> {
    checkWeights(model.config, model.weights);
    const opened = new LanguageModel(model, options);
    await opened.#sessions.get(1, "none");
    return opened;
  }

  /** An adapter made ready for requests; milliseconds for one of usual size. */
  async prepare(adapter: Adapter): Promise<PreparedAdapter> {
    const prepared = prepareAdapter(this.config, adapter);
    if (!prepared.prompt) return prepared;
    // A learned prompt is read once and stays as the keys and values it became.
    const { prompt, ...rest } = prepared;
    const decoding = new Decoding(this.#sessions, [{ adapter: rest }], this.context);
    await decoding.readEmbeddings(prompt.embeddings, prompt.length);
    return { ...rest, prefix: decoding.prefixOf(0) };
  }

  /** Reads tokens once, so that requests which begin with them need not: the keys and values of all layers. */
  async prefix(
    tokens: readonly number[],
    from: { adapter?: PreparedAdapter; prefix?: KvPrefix } = {},
  ): Promise<KvPrefix> {
    const decoding = new Decoding(this.#sessions, [from], this.context);
    if (tokens.length > 0) await decoding.read([tokens], { logits: false });
    return decoding.prefixOf(0);
  }

  /** Writes all requests in one batch; results in the order of the requests. */
  async generate(
    requests: readonly GenerationRequest[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Completion[]> {
    const scores = requests.map((): GeneratedToken[] => []);
    for await (const event of this.stream(requests, options)) scores[event.row]!.push(event);
    return scores.map((events, row) => {
      const last = events.at(-1);
      const finish = last?.finish ?? "length";
      const ended = finish === "stop" && stopsOf(this.config, requests[row]!).has(last!.token);
      const written = ended || last?.token === -1 ? events.slice(0, -1) : events;
      return {
        tokens: written.map(({ token }) => token),
        finish,
        ...(requests[row]!.logProbabilities === undefined
          ? {}
          : { scores: events.filter(({ token }) => token >= 0) }),
      };
    });
  }

  /**
   * Writes all requests in one batch, token by token, rows interleaved. Leaving the loop ends the work. A row's last
   * event carries `finish`; its token is -1 if it ended without one (aborted, or no room at all).
   * @throws RangeError for options out of range, an empty request, or one that fills the context
   */
  async *stream(
    requests: readonly GenerationRequest[],
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<GeneratedToken> {
    if (requests.length === 0) return;
    let writing = requests.map((request, row): Writing => {
      checkSampling(request);
      if (request.tokens.length === 0) throw new RangeError(`Request ${row} has no token to read.`);
      const stops = stopsOf(this.config, request);
      return {
        row,
        request,
        random: new Random(request.seed ?? 0, "sampling"),
        stops,
        tokens: [],
        next: [...request.tokens],
        constraint: request.constraint,
      };
    });
    const decoding = new Decoding(this.#sessions, requests, this.context);
    /** The writing in each row of `decoding`; undefined once it has ended. */
    let places: (Writing | undefined)[] = writing;
    const end = function* (ended: Writing, finish: FinishReason): Generator<GeneratedToken> {
      places = places.map((each) => (each === ended ? undefined : each));
      yield { row: ended.row, token: -1, finish };
    };
    for (const each of [...writing]) if ((each.request.maxTokens ?? 256) < 1) yield* end(each, "length");
    for (;;) {
      writing = places.filter((each) => each !== undefined);
      if (writing.length === 0) return;
      if (signal?.aborted) {
        for (const each of writing) yield* end(each, "aborted");
        return;
      }
      // Rows that have ended are dropped once they are half of the batch.
      if (writing.length * 2 <= places.length) {
        decoding.select(places.flatMap((each, place) => (each ? [place] : [])));
        places = writing;
      }
      const wanted = { logits: writing.some(({ request }) => needsLogits(request)) };
      const { best, logits } = await decoding.read(
        places.map((each) => each?.next ?? []),
        wanted,
      );
      for (const [place, each] of [...places.entries()]) {
        if (!each) continue;
        const { vocabSize } = this.config;
        const own = logits?.subarray(place * vocabSize, (place + 1) * vocabSize);
        const chosen = choose(each, own, Number(best[place]));
        each.next = [];
        const room = this.context - decoding.length(place);
        for (const event of [chosen, ...forced(each, chosen.token)]) {
          const finish = take(each, event.token, room);
          if (finish) places = places.map((other) => (other === each ? undefined : other));
          yield { ...event, ...(finish ? { finish } : {}) };
          if (finish) break;
        }
      }
      // The runtime computes on this thread: let timers and sockets have a turn.
      await setImmediate();
    }
  }

  /**
   * The log-probability of each token of each text but its first, given those before it.
   * @returns by text: ln P(tokens[i+1] | prefix, tokens[0…i]) at index i, natural logarithm
   */
  async score(
    texts: readonly { tokens: readonly number[]; adapter?: PreparedAdapter; prefix?: KvPrefix }[],
  ): Promise<Float32Array[]> {
    if (texts.length === 0) return [];
    const results = texts.map(({ tokens }) => new Float32Array(Math.max(0, tokens.length - 1)));
    const decoding = new Decoding(this.#sessions, texts, this.context);
    const { vocabSize } = this.config;
    for await (const part of decoding.readAll(texts.map(({ tokens }) => tokens.slice(0, -1)))) {
      for (const [row, { tokens }] of texts.entries()) {
        for (let index = 0; index < part.length; index++) {
          const at = part.start + index;
          if (at >= tokens.length - 1) break;
          const start = (row * part.length + index) * vocabSize;
          const logits = part.logits.subarray(start, start + vocabSize);
          results[row]![at] = logits[tokens[at + 1]!]! - logSumExp(logits);
        }
      }
    }
    return results;
  }

  /** Gives the memory back; the model is unusable afterwards. */
  async release(): Promise<void> {
    await this.#sessions.release();
  }
}

function stopsOf(config: DecoderConfig, request: GenerationRequest): ReadonlySet<number> {
  return new Set(request.stopTokens ?? config.endTokenIds);
}

const wantsScores = ({ logProbabilities = false }: GenerationRequest) => logProbabilities !== false;

/** Plain greedy rows need only the likeliest token, which the graph finds. */
function needsLogits(request: GenerationRequest): boolean {
  const { temperature = 0, repetitionPenalty = 1, constraint } = request;
  return temperature > 0 || repetitionPenalty !== 1 || constraint !== undefined || wantsScores(request);
}

/** Adds a token to an answer, and says whether that ends it. @param room tokens that the context still holds */
function take(writing: Writing, token: number, room: number): FinishReason | undefined {
  const { request, stops, tokens, next } = writing;
  if (stops.has(token)) return "stop";
  tokens.push(token);
  next.push(token);
  writing.constraint = writing.constraint?.advance(token);
  if (request.stopWhen?.(tokens)) return "stop";
  return tokens.length >= (request.maxTokens ?? 256) || next.length > room ? "length" : undefined;
}

/**
 * The tokens after `token` that the constraint leaves no choice about: they are read together with it, in one step.
 * Where log-probabilities are wanted each needs a step of its own.
 */
function* forced({ request, row, constraint, stops }: Writing, token: number): Generator<GeneratedToken> {
  if (wantsScores(request) || stops.has(token)) return;
  for (let state = constraint?.advance(token); state; ) {
    const mask = state.mask();
    const next = mask && onlyToken(mask);
    if (next === undefined) return;
    yield { row, token: next };
    if (stops.has(next)) return;
    state = state.advance(next);
  }
}

function choose(writing: Writing, logits: Float32Array | undefined, best: number): GeneratedToken {
  const { request, row, tokens, random, constraint } = writing;
  if (!logits || !needsLogits(request)) return { row, token: best };
  const { repetitionPenalty = 1, logProbabilities } = request;
  const adjusted = Float32Array.from(logits);
  if (repetitionPenalty !== 1)
    applyRepetitionPenalty(adjusted, [...request.tokens, ...tokens], repetitionPenalty);
  const mask = constraint?.mask();
  if (mask) applyMask(adjusted, mask);
  const token = sampleToken(adjusted, request, random);
  if (!wantsScores(request)) return { row, token };
  const total = logSumExp(logits);
  const count = typeof logProbabilities === "number" ? logProbabilities : 0;
  const score = (each: number): TokenScore => ({ token: each, logProbability: logits[each]! - total });
  return {
    row,
    ...score(token),
    ...(mask ? { allowedLogProbability: logits[token]! - logSumExp(allowedOnly(logits, mask)) } : {}),
    ...(count > 0 ? { alternatives: likeliest(logits, count).map(score) } : {}),
  };
}

function allowedOnly(logits: Float32Array, mask: Uint32Array): Float32Array {
  const masked = Float32Array.from(logits);
  applyMask(masked, mask);
  return masked;
}
