/** One text being read and written by a mixture: its cache, its pooled states, its steps. Chooses no token. */
import {
  type DecoderConfig,
  KvCache,
  type RotaryTable,
  rotaryTable,
  type Stepper,
  type StepResult,
} from "@weightsmith/nn";
import { type Session, Value } from "@weightsmith/onnx";
import { poolingMatrix } from "../model/pooling.ts";
import { stepNames } from "../model/step-graph.ts";

/** How the gate's weights are used: all of them, the largest only, or the `topK` largest. */
export type Routing = "soft" | "hard" | { readonly topK: number };

/** What a step needs of the mixture it belongs to. */
export interface StepSource {
  readonly config: DecoderConfig;
  readonly context: number;
  readonly gateDecay: number;
  /** Experts, the generalist included. */
  readonly experts: number;
  readonly feeds: Readonly<Record<string, Value>>;
  session(length: 1 | "length"): Promise<Session>;
}

export interface StepRequest {
  readonly tokens: readonly number[];
  /** The expert that must take a token (0 is the generalist), or -1. Default: all -1. */
  readonly chosen?: readonly number[];
  readonly wanted: "best" | "logits" | "allLogits";
}

export interface MixtureStep {
  readonly best: BigInt64Array;
  /** float32 [1 or T,V] */
  readonly logits?: Float32Array;
  /** By layer, float32 [E,T]. */
  readonly gates: readonly Float32Array[];
}

const hidden = -1e9;
/** Above any gate score, and no harm to a softmax. */
const choosing = 1e4;
/** Longer texts are read in parts. */
export const longestStep = 256;

export class MixtureDecoding implements Stepper {
  readonly rows = 1;
  readonly #source: StepSource;
  readonly #routing: Routing;
  readonly #cache: KvCache;
  readonly #angles: RotaryTable | undefined;
  #pooled: Value[];
  /** The expert that takes tokens from now on, or -1. */
  chosen = -1;

  constructor(source: StepSource, routing: Routing) {
    this.#source = source;
    this.#routing = routing;
    const { config, context, experts } = source;
    this.#cache = new KvCache(config, experts);
    this.#pooled = Array.from({ length: config.layers }, () => Value.zeros("float32", [1, 1, config.width]));
    const { positions, maxPositions } = config;
    this.#angles =
      positions.kind === "rotary"
        ? rotaryTable({ ...positions, maxPositions }, context, { context: maxPositions })
        : undefined;
  }

  length(): number {
    return this.#cache.lengths[0]!;
  }

  select(): void {
    // There is one row, and it stays.
  }

  async read(tokens: readonly (readonly number[])[], wanted: { logits: boolean }): Promise<StepResult> {
    const row = tokens[0]!;
    let last: MixtureStep | undefined;
    for (let start = 0; start < row.length; start += longestStep) {
      const part = row.slice(start, start + longestStep);
      last = await this.step({ tokens: part, wanted: wanted.logits ? "logits" : "best" });
    }
    const { best, logits } = last!;
    return { best, ...(logits ? { logits } : {}) };
  }

  /** Adds at most `longestStep` tokens. @throws RangeError if they outgrow the context */
  async step({ tokens, chosen, wanted }: StepRequest): Promise<MixtureStep> {
    const { config, context, experts, feeds: stacked } = this.#source;
    const length = tokens.length;
    const before = this.length();
    if (before + length > context) {
      throw new RangeError(`The text would have ${before + length} tokens; the context is ${context}.`);
    }
    this.#cache.reserve(before + length);
    const session = await this.#source.session(length === 1 ? 1 : "length");
    const feeds: Record<string, Value> = {
      ...stacked,
      ...this.#positionFeeds(before, length),
      ...this.#biasFeeds(before, length),
      ...this.#gateFeeds(length, chosen),
      [stepNames.tokens]: Value.of("int64", [1, length], tokens.map(Number)),
      [stepNames.select]:
        wanted === "allLogits"
          ? Value.of(
              "int64",
              [length],
              Array.from({ length }, (_, index) => index),
            )
          : Value.of("int64", [1], [length - 1]),
    };
    for (let layer = 0; layer < config.layers; layer++) {
      const { key, value } = this.#cache.layer(layer);
      feeds[stepNames.pastKey(layer)] = key;
      feeds[stepNames.pastValue(layer)] = value;
      feeds[stepNames.pooled(layer)] = this.#pooled[layer]!;
    }
    for (const name of Object.keys(feeds)) if (!(name in session.inputs)) delete feeds[name];
    const results = await session.run(feeds);
    const floats = (name: string) => results[name]!.data as Float32Array;
    const layers = Array.from({ length: config.layers }, (_, layer) => layer);
    this.#cache.append(
      layers.map((layer) => ({
        key: floats(stepNames.newKey(layer)),
        value: floats(stepNames.newValue(layer)),
      })),
      length,
      new Array<number>(experts).fill(length),
    );
    this.#pooled = layers.map((layer) => results[stepNames.newPooled(layer)]!);
    return {
      best: results[stepNames.best]!.data as BigInt64Array,
      ...(wanted === "best" ? {} : { logits: floats(stepNames.logits) }),
      gates: layers.map((layer) => floats(stepNames.gates(layer))),
    };
  }

  #positionFeeds(before: number, length: number): Record<string, Value> {
    if (!this.#angles) {
      const positions = Array.from({ length }, (_, index) => before + index);
      return { [stepNames.positions]: Value.of("int64", [1, length], positions) };
    }
    const { cos, sin } = this.#angles;
    const half = cos.length / this.#angles.length;
    const part = (table: Float32Array) =>
      Value.of("float32", [1, 1, length, half], table.slice(before * half, (before + length) * half));
    return { [stepNames.cos]: part(cos), [stepNames.sin]: part(sin) };
  }

  #biasFeeds(before: number, length: number): Record<string, Value> {
    const slots = this.#cache.capacity;
    const past = new Float32Array(slots).fill(hidden, before);
    const own = new Float32Array(length * length);
    for (let query = 0; query < length; query++)
      own.fill(hidden, query * length + query + 1, (query + 1) * length);
    return {
      [stepNames.pastBias]: Value.of("float32", [1, 1, 1, slots], past),
      [stepNames.ownBias]: Value.of("float32", [length, length], own),
    };
  }

  #gateFeeds(length: number, chosen: readonly number[] | undefined): Record<string, Value> {
    const { gateDecay, experts } = this.#source;
    const carried = Float32Array.from({ length }, (_, t) => gateDecay ** (t + 1));
    const bias = new Float32Array(length * experts);
    for (let token = 0; token < length; token++) {
      const expert = chosen?.[token] ?? this.chosen;
      if (expert >= 0) bias[token * experts + expert] = choosing;
    }
    const keep = this.#routing === "soft" ? experts : this.#routing === "hard" ? 1 : this.#routing.topK;
    return {
      [stepNames.poolMix]: Value.of(
        "float32",
        [length, length],
        poolingMatrix(length, gateDecay) as Float32Array<ArrayBuffer>,
      ),
      [stepNames.poolPast]: Value.of("float32", [length, 1], carried),
      [stepNames.gateBias]: Value.of("float32", [1, length, experts], bias),
      [stepNames.keep]: Value.of("float32", [], [keep]),
    };
  }
}
