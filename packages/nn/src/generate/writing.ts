/**
 * The loop that writes: chooses tokens for every row of a batch until each has ended. What reads the tokens and gives
 * logits is a `Stepper`; decoders and encoder-decoders have one each.
 */
import { Random } from "../model/random.ts";
import { onlyToken, type TokenConstraint } from "./constraint.ts";
import {
  applyMask,
  applyRepetitionPenalty,
  checkSampling,
  likeliest,
  logSumExp,
  type SamplingOptions,
  sampleToken,
} from "./sampling.ts";
import { turn } from "./turn.ts";

/** A batch of texts being read and written. */
export interface Stepper {
  readonly rows: number;
  /** Tokens a row holds. */
  length(row: number): number;
  /** Makes row i what row `rows[i]` is now: drops, reorders or repeats rows. */
  select(rows: readonly number[]): void;
  /** Adds tokens to each row, to at least one of them any; results of rows that got none mean nothing. */
  read(tokens: readonly (readonly number[])[], wanted: { logits: boolean }): Promise<StepResult>;
}

/** What a step found at the last token of each row. */
export interface StepResult {
  /** The likeliest next token, by row. */
  readonly best: BigInt64Array;
  /** float32 [rows, vocabulary]; only if asked for */
  readonly logits?: Float32Array;
}

/** How an answer is written. */
export interface WritingOptions extends SamplingOptions {
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

/** A row to write. */
export interface WritingRow {
  /** What to read before the first token is chosen; at least one token. */
  readonly first: readonly number[];
  /** Tokens besides the answer's own that a repetition penalty counts. */
  readonly seen: readonly number[];
  readonly options: WritingOptions;
}

export interface WritingSettings {
  readonly vocabSize: number;
  /** The most tokens a row may hold. */
  readonly context: number;
  /** Stop tokens of rows that name none. */
  readonly endTokenIds: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** A row that is being written. */
interface Writing {
  readonly row: number;
  readonly options: WritingOptions;
  readonly seen: readonly number[];
  readonly random: Random;
  readonly stops: ReadonlySet<number>;
  readonly tokens: number[];
  /** What to read in the next step. */
  next: number[];
  constraint: TokenConstraint | undefined;
}

/**
 * Writes all rows, token by token, interleaved. A row's last event carries `finish`; its token is -1 if it ended
 * without one (aborted, or no room at all).
 */
export async function* write(
  stepper: Stepper,
  rows: readonly WritingRow[],
  settings: WritingSettings,
): AsyncGenerator<GeneratedToken> {
  let writing = rows.map(({ first, seen, options }, row): Writing => {
    checkSampling(options);
    if (first.length === 0) throw new RangeError(`Request ${row} has no token to read.`);
    return {
      row,
      options,
      seen,
      random: new Random(options.seed ?? 0, "sampling"),
      stops: stopsOf(options, settings),
      tokens: [],
      next: [...first],
      constraint: options.constraint,
    };
  });
  /** The writing in each row of the stepper; undefined once it has ended. */
  let places: (Writing | undefined)[] = writing;
  const end = function* (ended: Writing, finish: FinishReason): Generator<GeneratedToken> {
    places = places.map((each) => (each === ended ? undefined : each));
    yield { row: ended.row, token: -1, finish };
  };
  for (const each of [...writing]) if ((each.options.maxTokens ?? 256) < 1) yield* end(each, "length");
  for (;;) {
    writing = places.filter((each) => each !== undefined);
    if (writing.length === 0) return;
    if (settings.signal?.aborted) {
      for (const each of writing) yield* end(each, "aborted");
      return;
    }
    // Rows that have ended are dropped once they are half of the batch.
    if (writing.length * 2 <= places.length) {
      stepper.select(places.flatMap((each, place) => (each ? [place] : [])));
      places = writing;
    }
    const wanted = { logits: writing.some(({ options }) => needsLogits(options)) };
    const { best, logits } = await stepper.read(
      places.map((each) => each?.next ?? []),
      wanted,
    );
    for (const [place, each] of [...places.entries()]) {
      if (!each) continue;
      const { vocabSize, context } = settings;
      const own = logits?.subarray(place * vocabSize, (place + 1) * vocabSize);
      const chosen = choose(each, own, Number(best[place]));
      each.next = [];
      const room = context - stepper.length(place);
      for (const event of [chosen, ...forced(each, chosen.token)]) {
        const finish = take(each, event.token, room);
        if (finish) places = places.map((other) => (other === each ? undefined : other));
        yield { ...event, ...(finish ? { finish } : {}) };
        if (finish) break;
      }
    }
    // The runtime computes on this thread: let timers and sockets have a turn.
    await turn();
  }
}

/** Runs `write` to its end. */
export async function writeAll(
  stepper: Stepper,
  rows: readonly WritingRow[],
  settings: WritingSettings,
): Promise<Completion[]> {
  const all = rows.map((): GeneratedToken[] => []);
  for await (const event of write(stepper, rows, settings)) all[event.row]!.push(event);
  return all.map((events, row): Completion => {
    const { options } = rows[row]!;
    const last = events.at(-1)!;
    const stopped = last.finish === "stop" && stopsOf(options, settings).has(last.token);
    const written = stopped || last.token === -1 ? events.slice(0, -1) : events;
    return {
      tokens: written.map(({ token }) => token),
      finish: last.finish ?? "length",
      ...(wantsScores(options) ? { scores: events.filter(({ token }) => token >= 0) } : {}),
    };
  });
}

function stopsOf(options: WritingOptions, { endTokenIds }: WritingSettings): ReadonlySet<number> {
  return new Set(options.stopTokens ?? endTokenIds);
}

const wantsScores = ({ logProbabilities = false }: WritingOptions) => logProbabilities !== false;

/** Plain greedy rows need only the likeliest token, which the graph finds. */
function needsLogits(options: WritingOptions): boolean {
  const { temperature = 0, repetitionPenalty = 1, constraint } = options;
  return temperature > 0 || repetitionPenalty !== 1 || constraint !== undefined || wantsScores(options);
}

/** Adds a token to an answer, and says whether that ends it. @param room tokens that the context still holds */
function take(writing: Writing, token: number, room: number): FinishReason | undefined {
  const { options, stops, tokens, next } = writing;
  if (stops.has(token)) return "stop";
  tokens.push(token);
  next.push(token);
  writing.constraint = writing.constraint?.advance(token);
  if (options.stopWhen?.(tokens)) return "stop";
  return tokens.length >= (options.maxTokens ?? 256) || next.length > room ? "length" : undefined;
}

/**
 * The tokens after `token` that the constraint leaves no choice about: they are read together with it, in one step.
 * Where log-probabilities are wanted each needs a step of its own.
 */
function* forced({ options, row, constraint, stops }: Writing, token: number): Generator<GeneratedToken> {
  if (wantsScores(options) || stops.has(token)) return;
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
  const { options, row, seen, tokens, random, constraint } = writing;
  if (!logits || !needsLogits(options)) return { row, token: best };
  const { repetitionPenalty = 1, logProbabilities } = options;
  const adjusted = Float32Array.from(logits);
  if (repetitionPenalty !== 1) applyRepetitionPenalty(adjusted, [...seen, ...tokens], repetitionPenalty);
  const mask = constraint?.mask();
  if (mask) applyMask(adjusted, mask);
  const token = sampleToken(adjusted, options, random);
  if (!wantsScores(options)) return { row, token };
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
