/**
 * A generalist with its specialists, ready to write. Experts come and go while it serves: a text under way keeps the
 * ones it began with.
 */
import { AppError } from "@weightsmith/contract";
import {
  type DecoderConfig,
  type FinishReason,
  parameterCount,
  type SamplingOptions,
  StopFinder,
  type Tokenizer,
  type WritingOptions,
  write,
} from "@weightsmith/nn";
import { emit, Session, type SessionOptions, type Value } from "@weightsmith/onnx";
import { generalName } from "../corpus/source.ts";
import type { Expert } from "../model/expert.ts";
import { stackExperts } from "../model/expert-stack.ts";
import { stepGraph } from "../model/step-graph.ts";
import type { Generalist } from "../train/generalist.ts";
import { splitDomains } from "./domain-tokens.ts";
import { longestStep, MixtureDecoding, type Routing, type StepSource } from "./mixture-decoding.ts";

export interface CompletionRequest extends SamplingOptions {
  /** May hold domain marks, see domain-tokens.ts. */
  readonly prompt: string;
  /** Default 200. */
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  /** 0, the default, is the whole distribution. */
  readonly topK?: number;
  readonly seed?: number;
  /** Default `soft`. */
  readonly routing?: Routing;
}

export interface Completion {
  readonly text: string;
  readonly promptTokens: number;
  readonly tokens: number;
  readonly finish: FinishReason;
  /** The mean share of each expert over the prompt and all layers, by name. */
  readonly specialists: Readonly<Record<string, number>>;
}

/** Certain text of a completion, as it comes; the last piece has `end`. */
export interface CompletionPiece {
  readonly text: string;
  readonly end?: Completion;
}

/** Shares of a text's tokens. */
export interface GateMap {
  tokens: string[];
  /** `general` first. */
  experts: string[];
  /** [layer][token][expert], summing to 1 over experts */
  weights: number[][][];
}

export interface MixtureOptions {
  readonly session?: SessionOptions;
  /** Default: what the generalist was made for. */
  readonly context?: number;
}

const smallParameters = 20e6;

export class Mixture {
  readonly tokenizer: Tokenizer;
  readonly context: number;
  readonly #generalist: Generalist;
  readonly #options: MixtureOptions;
  readonly #sessions: Map<1 | "length", Promise<Session>>;
  #names: readonly string[] = [];
  #experts: readonly Expert[] = [];
  #feeds: Record<string, Value>;

  constructor(
    generalist: Generalist,
    options: MixtureOptions = {},
    sessions: Map<1 | "length", Promise<Session>> = new Map(),
  ) {
    this.#sessions = sessions;
    this.tokenizer = generalist.tokenizer;
    this.context = options.context ?? generalist.model.config.maxPositions;
    this.#generalist = generalist;
    this.#options = options;
    this.#feeds = stackExperts(generalist.model.config, []);
  }

  get config(): DecoderConfig {
    return this.#generalist.model.config;
  }

  /** Specialists, in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Makes the mixture consist of these specialists, in this order. */
  set(experts: readonly { readonly name: string; readonly expert: Expert }[]): void {
    this.#names = experts.map(({ name }) => name);
    this.#experts = experts.map(({ expert }) => expert);
    this.#feeds = stackExperts(this.#generalist.model.config, this.#experts);
  }

  /** Another mixture on the same generalist, whose memory it shares: release one of them only. */
  with(experts: readonly { readonly name: string; readonly expert: Expert }[]): Mixture {
    const other = new Mixture(this.#generalist, this.#options, this.#sessions);
    other.set(experts);
    return other;
  }

  /** Adds a specialist, or replaces the one of its name. */
  add(name: string, expert: Expert): void {
    const others = this.#entries().filter((entry) => entry.name !== name);
    this.set([...others, { name, expert }]);
  }

  /** @throws AppError specialist.not_found */
  remove(name: string): void {
    if (!this.#names.includes(name)) {
      throw new AppError("specialist.not_found", {
        message: `There is no specialist "${name}" in this mixture.`,
      });
    }
    this.set(this.#entries().filter((entry) => entry.name !== name));
  }

  #entries(): { name: string; expert: Expert }[] {
    return this.#names.map((name, index) => ({ name, expert: this.#experts[index]! }));
  }

  /** @throws RangeError for options out of range or a prompt that fills the context */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<Completion> {
    let text = "";
    for await (const piece of this.stream(request, signal)) {
      text += piece.text;
      if (piece.end) return { ...piece.end, text };
    }
    throw new Error("unreachable: a stream has an end");
  }

  /** Writes piece by piece; leaving the loop ends the work. @throws RangeError as `complete` */
  async *stream(request: CompletionRequest, signal?: AbortSignal): AsyncGenerator<CompletionPiece> {
    const { maxTokens = 200, stop = [], routing = "soft", prompt: _, topK = 0, ...sampling } = request;
    const decoding = this.#decoding(routing);
    const { tokens, chosen } = this.#encode(request.prompt);
    if (tokens.length >= this.context) {
      throw new RangeError(
        `The prompt has ${tokens.length} tokens; with room for an answer at most ${this.context - 1} fit the context.`,
      );
    }
    const experts = [generalName, ...this.#names];
    const totals = new Float64Array(experts.length);
    // All but the last token are read here, where each may have a domain of its own.
    for (let start = 0; start < tokens.length - 1; start += longestStep) {
      signal?.throwIfAborted();
      const end = Math.min(start + longestStep, tokens.length - 1);
      const step = {
        tokens: tokens.slice(start, end),
        chosen: chosen.slice(start, end),
        wanted: "best",
      } as const;
      addShares(totals, (await decoding.step(step)).gates, end - start);
    }
    decoding.chosen = chosen.at(-1) ?? -1;
    const decoder = this.tokenizer.streamDecoder({ skipSpecialTokens: true });
    const stops = new StopFinder(stop);
    const options: WritingOptions = { ...sampling, maxTokens, ...(topK > 0 ? { topK } : {}) };
    const { vocabSize, endTokenIds } = this.#generalist.model.config;
    const settings = { vocabSize, endTokenIds, context: this.context, signal };
    const row = { first: tokens.slice(-1), seen: tokens, options };
    let [written, finish] = [0, "length" as FinishReason];
    for await (const event of write(decoding, [row], settings)) {
      const counts = event.token >= 0 && !endTokenIds.includes(event.token);
      if (counts) {
        written++;
        const text = stops.push(decoder.push(event.token));
        if (text !== "") yield { text };
      }
      if (event.finish) finish = event.finish;
      if (stops.found) {
        finish = "stop";
        break;
      }
    }
    const rest = stops.found ? "" : stops.push(decoder.end()) + stops.end();
    const total = totals.reduce((sum, value) => sum + value, 0);
    const shares = experts.map((name, index) => [name, total === 0 ? 0 : totals[index]! / total]);
    const end = {
      text: "",
      promptTokens: tokens.length,
      tokens: written,
      finish,
      specialists: Object.fromEntries(shares),
    };
    yield { text: rest, end };
  }

  /** How many tokens a prompt has. */
  promptTokens(prompt: string): number {
    return this.#encode(prompt).tokens.length;
  }

  /** What the gate does with each token of a text. */
  async gates(prompt: string, routing: Routing = "soft"): Promise<GateMap> {
    const { tokens, chosen } = this.#encode(prompt);
    const { layers } = this.#generalist.model.config;
    const experts = this.#names.length + 1;
    const weights: number[][][] = Array.from({ length: layers }, () => []);
    const decoding = this.#decoding(routing);
    for (let start = 0; start < tokens.length; start += longestStep) {
      const end = Math.min(start + longestStep, tokens.length);
      const step = {
        tokens: tokens.slice(start, end),
        chosen: chosen.slice(start, end),
        wanted: "best",
      } as const;
      const { gates } = await decoding.step(step);
      for (const [layer, values] of gates.entries()) {
        for (let token = 0; token < end - start; token++) {
          weights[layer]!.push(
            Array.from({ length: experts }, (_, expert) => values[expert * (end - start) + token]!),
          );
        }
      }
    }
    return {
      tokens: tokens.map((token) => this.tokenizer.decode([token])),
      experts: [generalName, ...this.#names],
      weights,
    };
  }

  /**
   * ln P(tokens[i+1] | tokens[0…i]) at index i, nats.
   * @param stepTokens how many tokens to read at once, at most 256; the result is the same
   */
  async score(
    tokens: readonly number[],
    routing: Routing = "soft",
    stepTokens: number = longestStep,
  ): Promise<Float32Array> {
    const decoding = this.#decoding(routing);
    const { vocabSize } = this.#generalist.model.config;
    const scores = new Float32Array(Math.max(0, tokens.length - 1));
    for (let start = 0; start < scores.length; start += stepTokens) {
      const part = tokens.slice(start, Math.min(start + stepTokens, scores.length));
      const { logits } = await decoding.step({ tokens: part, wanted: "allLogits" });
      for (let index = 0; index < part.length; index++) {
        const row = logits!.subarray(index * vocabSize, (index + 1) * vocabSize);
        scores[start + index] = row[tokens[start + index + 1]!]! - logSumExp(row);
      }
    }
    return scores;
  }

  #encode(prompt: string): { tokens: number[]; chosen: number[] } {
    const domains = [generalName, ...this.#names];
    const tokens: number[] = [];
    const chosen: number[] = [];
    for (const { text, domain } of splitDomains(prompt, domains)) {
      const part = this.tokenizer.encode(text, { specialTokens: "text" });
      tokens.push(...part);
      chosen.push(...part.map(() => (domain === undefined ? -1 : domains.indexOf(domain))));
    }
    // A text begins where another ended.
    if (tokens.length === 0) return { tokens: this.tokenizer.encode("\n\n"), chosen: [] };
    return { tokens, chosen };
  }

  #decoding(routing: Routing): MixtureDecoding {
    const { config } = this.#generalist.model;
    const source: StepSource = {
      config,
      context: this.context,
      gateDecay: this.#generalist.gateDecay,
      experts: this.#names.length + 1,
      feeds: this.#feeds,
      session: (length) => this.#session(length),
    };
    return new MixtureDecoding(source, routing);
  }

  #session(length: 1 | "length"): Promise<Session> {
    let session = this.#sessions.get(length);
    if (!session) {
      const { config, weights } = this.#generalist.model;
      // Steps of a small model are shorter than handing them to another thread takes.
      const threads = parameterCount(config) < smallParameters ? { threads: 1 } : {};
      const options = { ...threads, ...this.#options.session };
      session = Session.open(emit(stepGraph(config, length), weights), options);
      this.#sessions.set(length, session);
      session.catch(() => this.#sessions.delete(length));
    }
    return session;
  }

  /** Gives the memory back. */
  async release(): Promise<void> {
    const sessions = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    for (const session of sessions) if (session.status === "fulfilled") await session.value.release();
  }
}

/** Adds up shares over layers and tokens. @param gates by layer, [E,T] */
function addShares(totals: Float64Array, gates: readonly Float32Array[], tokens: number): void {
  for (const values of gates) {
    for (let expert = 0; expert < totals.length; expert++) {
      for (let token = 0; token < tokens; token++) totals[expert]! += values[expert * tokens + token]!;
    }
  }
}

function logSumExp(values: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > largest) largest = value;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}
