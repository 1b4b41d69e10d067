/**
 * A batch of texts being read and written: holds their cache and adapters and runs steps. Rows have lengths, prefixes
 * and adapters of their own. Chooses no token; writing.ts does.
 */
import { Value } from "@weightsmith/onnx";
import type { DecoderConfig } from "../model/config.ts";
import { type RotaryFrequencies, rotaryFrequencies } from "../model/rope.ts";
import { KvCache, type KvPrefix } from "./kv-cache.ts";
import { loraFeeds, type PreparedAdapter } from "./prepared-adapter.ts";
import { isWindowed, stepNames } from "./step-graph.ts";
import type { StepSessions } from "./step-sessions.ts";
import type { Stepper, StepResult } from "./writing.ts";

const hidden = -1e9;
/** Attention weights of one prefill call may take about this much; long texts are read in parts. */
const attentionBytes = 128 * 2 ** 20;
const largestPart = 512;

export interface DecodingRow {
  readonly adapter?: PreparedAdapter | undefined;
  /** What the row has read already; default: the adapter's own prefix. */
  readonly prefix?: KvPrefix | undefined;
}

export class Decoding implements Stepper {
  readonly #sessions: StepSessions;
  readonly #config: DecoderConfig;
  readonly #context: number;
  readonly #angles: RotaryFrequencies | undefined;
  #rows: readonly DecodingRow[];
  #cache: KvCache;
  #lora: ReturnType<typeof loraFeeds>;
  /** past_bias of the next step, kept from step to step. */
  #pastBias = new Float32Array();

  /** @param context the most tokens a row may hold, prefix included */
  constructor(sessions: StepSessions, rows: readonly DecodingRow[], context: number) {
    this.#sessions = sessions;
    this.#config = sessions.config;
    this.#context = context;
    this.#rows = rows;
    this.#cache = new KvCache(this.#config, rows.length);
    for (const [row, { adapter, prefix }] of rows.entries())
      this.#cache.start(row, prefix ?? adapter?.prefix);
    this.#lora = this.#loraOf(rows);
    const { positions, maxPositions } = this.#config;
    this.#angles =
      positions.kind === "rotary" ? rotaryFrequencies({ ...positions, maxPositions }, context) : undefined;
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** Tokens a row holds. */
  length(row: number): number {
    return this.#cache.lengths[row]!;
  }

  /** What a row has read, to start others from. */
  prefixOf(row: number): KvPrefix {
    return this.#cache.prefixOf(row);
  }

  /** Makes row i what row `rows[i]` is now: drops, reorders or repeats rows. */
  select(rows: readonly number[]): void {
    this.#rows = rows.map((row) => this.#rows[row]!);
    this.#cache = this.#cache.select(this.#config, rows);
    this.#lora = this.#loraOf(this.#rows);
    this.#pastBias = new Float32Array();
  }

  #loraOf(rows: readonly DecodingRow[]) {
    return loraFeeds(
      this.#config,
      rows.map(({ adapter }) => adapter),
      this.#sessions.large,
    );
  }

  /**
   * Adds tokens to each row (any number, also none, but some to at least one).
   * @param wanted whether to give logits, not only the likeliest token
   * @returns results of rows that got tokens; those of others mean nothing
   * @throws RangeError if a row would outgrow the context
   */
  async read(tokens: readonly (readonly number[])[], wanted: { logits: boolean }): Promise<StepResult> {
    const longest = Math.max(...tokens.map(({ length }) => length));
    for (const [row, { length }] of tokens.entries()) {
      if (this.length(row) + length > this.#context) {
        throw new RangeError(
          `Row ${row} would hold ${this.length(row) + length} tokens; the context is ${this.#context}.`,
        );
      }
    }
    this.#cache.reserve(Math.max(...tokens.map(({ length }, row) => this.length(row) + length)));
    const vocabulary = this.#config.vocabSize;
    const best = new BigInt64Array(this.rows);
    const logits = wanted.logits ? new Float32Array(this.rows * vocabulary) : undefined;
    for (let start = 0; start < longest; ) {
      const length = Math.min(longest - start, this.#partLength());
      const parts = tokens.map((row) => row.slice(start, start + length));
      const result = await this.#step(parts, length, { all: false, ...wanted });
      for (const [row, part] of parts.entries()) {
        if (part.length === 0) continue;
        best[row] = result.best[row]!;
        logits?.set(result.logits!.subarray(row * vocabulary, (row + 1) * vocabulary), row * vocabulary);
      }
      start += length;
    }
    return { best, ...(logits ? { logits } : {}) };
  }

  /**
   * Adds embeddings, a learned prompt, to the only row.
   * @param embeddings float32 [length, width]
   */
  async readEmbeddings(embeddings: Float32Array, length: number): Promise<void> {
    this.#cache.reserve(length);
    const source = Value.of(
      "float32",
      [1, length, this.#config.width],
      embeddings as Float32Array<ArrayBuffer>,
    );
    await this.#step([new Array<number>(length).fill(0)], length, { all: false, logits: false }, source);
  }

  /**
   * Adds the same number of tokens to each row and gives logits at every one of them.
   * @returns float32 [rows, tokens, vocabulary] in parts of some tokens each, in order
   */
  async *readAll(
    tokens: readonly (readonly number[])[],
  ): AsyncGenerator<{ start: number; length: number; logits: Float32Array }> {
    const longest = Math.max(...tokens.map(({ length }) => length));
    for (let start = 0; start < longest; ) {
      const length = Math.min(longest - start, this.#partLength());
      const parts = tokens.map((row) => row.slice(start, start + length));
      const { logits } = await this.#step(parts, length, { all: true, logits: true });
      yield { start, length, logits: logits! };
      start += length;
    }
  }

  /** How many tokens to read at once: bounded by the memory of attention weights and by the sliding window. */
  #partLength(): number {
    const { heads, slidingWindow = largestPart } = this.#config;
    const perQuery = 3 * 4 * this.rows * heads * (this.#cache.capacity + largestPart);
    const fitting = Math.floor(attentionBytes / perQuery);
    return Math.max(1, Math.min(largestPart, slidingWindow, Math.max(16, fitting)));
  }

  async #step(
    tokens: readonly (readonly number[])[],
    length: number,
    wanted: { logits: boolean; all: boolean },
    embeddings?: Value,
  ): Promise<{ best: BigInt64Array; logits?: Float32Array }> {
    const config = this.#config;
    const rows = this.rows;
    const session = await this.#sessions.get(length, this.#lora.mode, embeddings ? "embeddings" : "tokens");
    const counts = tokens.map((row) => row.length);
    const ids = new BigInt64Array(rows * length);
    for (const [row, list] of tokens.entries()) {
      for (const [index, token] of list.entries()) ids[row * length + index] = BigInt(token);
    }
    const select = wanted.all
      ? BigInt64Array.from(ids, (_, at) => BigInt(at))
      : BigInt64Array.from(counts, (count, row) => BigInt(row * length + Math.max(0, count - 1)));
    const feeds: Record<string, Value> = {
      [stepNames.tokens]: Value.of("int64", [rows, length], ids),
      ...(embeddings ? { [stepNames.embeddings]: embeddings } : {}),
      [stepNames.select]: Value.of("int64", [select.length], select),
      ...this.#positionFeeds(length),
      ...this.#biasFeeds(length),
      ...this.#lora.feeds,
    };
    for (let layer = 0; layer < config.layers; layer++) {
      const { key, value } = this.#cache.layer(layer);
      feeds[stepNames.pastKey(layer)] = key;
      feeds[stepNames.pastValue(layer)] = value;
    }
    for (const name of Object.keys(feeds)) if (!(name in session.inputs)) delete feeds[name];
    const outputs = [wanted.logits ? stepNames.logits : stepNames.best];
    if (wanted.logits && !wanted.all) outputs.push(stepNames.best);
    const layers = Array.from({ length: config.layers }, (_, layer) => layer);
    const grown = layers.flatMap((layer) => [stepNames.newKey(layer), stepNames.newValue(layer)]);
    const results = await session.run(feeds, { outputs: [...outputs, ...grown] });
    const floats = (name: string) => results[name]!.data as Float32Array;
    this.#cache.append(
      layers.map((layer) => ({
        key: floats(stepNames.newKey(layer)),
        value: floats(stepNames.newValue(layer)),
      })),
      length,
      counts,
    );
    this.#showNew(counts);
    return {
      best: wanted.all ? new BigInt64Array() : (results[stepNames.best]!.data as BigInt64Array),
      ...(wanted.logits ? { logits: floats(stepNames.logits) } : {}),
    };
  }

  #positionFeeds(length: number): Record<string, Value> {
    const rows = this.rows;
    const lengths = this.#cache.lengths;
    if (!this.#angles) {
      const positions = new BigInt64Array(rows * length);
      const last = this.#config.maxPositions - 1;
      for (let row = 0; row < rows; row++) {
        // Padding may reach beyond the table; what it computes is never read.
        for (let index = 0; index < length; index++) {
          positions[row * length + index] = BigInt(Math.min(lengths[row]! + index, last));
        }
      }
      return { [stepNames.positions]: Value.of("int64", [rows, length], positions) };
    }
    const { frequencies, attentionFactor } = this.#angles;
    const half = frequencies.length;
    const cos = new Float32Array(rows * length * half);
    const sin = new Float32Array(rows * length * half);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (let index = 0; index < length; index++) {
        const position = lengths[row]! + index;
        for (let pair = 0; pair < half; pair++, at++) {
          cos[at] = Math.cos(position * frequencies[pair]!) * attentionFactor;
          sin[at] = Math.sin(position * frequencies[pair]!) * attentionFactor;
        }
      }
    }
    const shape = [rows, 1, length, half];
    return {
      [stepNames.cos]: Value.of("float32", shape, cos),
      [stepNames.sin]: Value.of("float32", shape, sin),
    };
  }

  #biasFeeds(length: number): Record<string, Value> {
    const rows = this.rows;
    const slots = this.#cache.capacity;
    const { lengths } = this.#cache;
    const feeds: Record<string, Value> = {};
    if (this.#pastBias.length !== rows * slots) {
      this.#pastBias = new Float32Array(rows * slots).fill(hidden);
      for (let row = 0; row < rows; row++) this.#pastBias.fill(0, row * slots, row * slots + lengths[row]!);
    }
    feeds[stepNames.pastBias] = Value.of("float32", [rows, 1, 1, 1, slots], this.#pastBias);
    const { slidingWindow, layers } = this.#config;
    if (slidingWindow !== undefined && isWindowed(this.#config, layers - 1)) {
      const bias = new Float32Array(rows * length * slots).fill(hidden);
      for (let row = 0; row < rows; row++) {
        for (let index = 0; index < length; index++) {
          const base = (row * length + index) * slots;
          const first = Math.max(0, lengths[row]! + index - slidingWindow + 1);
          if (first < lengths[row]!) bias.fill(0, base + first, base + lengths[row]!);
        }
      }
      feeds[stepNames.windowBias] = Value.of("float32", [rows, 1, 1, length, slots], bias);
    }
    const own = new Float32Array(length * length);
    for (let query = 0; query < length; query++)
      own.fill(hidden, query * length + query + 1, (query + 1) * length);
    feeds[stepNames.ownBias] = Value.of("float32", [length, length], own);
    return feeds;
  }

  /** Lets the next step see what this one added. */
  #showNew(counts: readonly number[]): void {
    const slots = this.#cache.capacity;
    if (this.#pastBias.length !== this.rows * slots) return;
    for (const [row, count] of counts.entries()) {
      const end = row * slots + this.length(row);
      this.#pastBias.fill(0, end - count, end);
    }
  }
}
