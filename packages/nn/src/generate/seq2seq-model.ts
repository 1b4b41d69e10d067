/**
 * A T5 that writes: reads each source once with the encoder, then writes its target token by token, in batches of rows
 * of different lengths. The counterpart of language-model.ts for encoder-decoders.
 *
 * B rows, S source tokens, P cached target tokens, T new ones, H heads, C head width, D width, N wanted positions.
 */
import {
  add,
  argMax,
  concat,
  gather,
  input,
  matmul,
  parameter,
  reshape,
  slice,
  softmax,
  type Tensor,
} from "@weightsmith/autodiff";
import {
  type Weights as EmittedWeights,
  emit,
  type QuantizedWeight,
  Session,
  type SessionOptions,
  Value,
} from "@weightsmith/onnx";
import { type Adapter, mergeLora, tensorOf } from "../adapter/adapter.ts";
import type { T5Config } from "../model/config.ts";
import { checkWeights, type Model, parameterSpecs } from "../model/parameters.ts";
import {
  crossKeyValue,
  plainMaps,
  relativeBiasName,
  relativeBucket,
  type T5Stack,
  t5Attention,
  t5Embed,
  t5Logits,
  t5Stack,
} from "../model/t5.ts";
import { type BeamOptions, beamSearch, type ScoredCompletion } from "./beam-search.ts";
import { KvCache, type KvShape } from "./kv-cache.ts";
import { type Quantization, quantizeMatrix } from "./quantize.ts";
import {
  type Completion,
  type GeneratedToken,
  type Stepper,
  type StepResult,
  type WritingOptions,
  type WritingRow,
  type WritingSettings,
  write,
  writeAll,
} from "./writing.ts";

const hidden = -1e9;

export interface Seq2SeqRequest extends WritingOptions {
  /** What to read; at least one token, the end token included if the model was trained so. */
  readonly source: readonly number[];
}

export interface Seq2SeqModelOptions {
  readonly session?: SessionOptions;
  /** A LoRA, added to the weights. */
  readonly adapter?: Adapter;
  /** The most tokens of a target. Default 1024. */
  readonly context?: number;
  /** Keep projections, and an output matrix that is not the embedding, in few bits. */
  readonly quantize?: Quantization;
}

/** Matrices that nothing but products reads. */
const projectionName = /\.(q|k|v|o|wi|wi_0|wi_1|wo)\.weight$|^lm_head\.weight$/;

function quantizedWeights({ config, weights }: Model<T5Config>, quantization: Quantization): EmittedWeights {
  const all = new Map<string, Float32Array | QuantizedWeight>(weights);
  for (const { name, shape } of parameterSpecs(config)) {
    const [rows, columns] = shape;
    if (!projectionName.test(name) || rows === undefined || columns === undefined) continue;
    all.set(name, quantizeMatrix(tensorOf(weights, name), [rows, columns], quantization));
  }
  return all;
}

export class Seq2SeqModel {
  readonly config: T5Config;
  readonly #context: number;
  readonly #encoder: Session;
  readonly #decoder: Session;
  /** Relative bias by stack: float32 [buckets, H]. */
  readonly #biases: Readonly<Record<T5Stack, Float32Array>>;

  private constructor(model: Model<T5Config>, encoder: Session, decoder: Session, context: number) {
    this.config = model.config;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#context = context;
    const table = (stack: T5Stack) => tensorOf(model.weights, relativeBiasName(stack)).slice();
    this.#biases = { encoder: table("encoder"), decoder: table("decoder") };
  }

  /**
   * Loads a model. The weights are copied into the runtime; the caller's may be dropped.
   * @throws RangeError if the weights or the adapter do not fit the configuration
   */
  static async open(base: Model<T5Config>, options: Seq2SeqModelOptions = {}): Promise<Seq2SeqModel> {
    checkWeights(base.config, base.weights);
    const { adapter, quantize, session } = options;
    const model = adapter ? { ...base, weights: mergeLora(base.config, base.weights, adapter) } : base;
    const weights = quantize ? quantizedWeights(model, quantize) : model.weights;
    const encoder = await Session.open(emit(encoderGraph(model.config), weights), session);
    const decoder = await Session.open(emit(decoderGraph(model.config), weights), session);
    return new Seq2SeqModel(model, encoder, decoder, options.context ?? 1024);
  }

  /** Writes all requests in one batch; results in the order of the requests. */
  async generate(
    requests: readonly Seq2SeqRequest[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Completion[]> {
    if (requests.length === 0) return [];
    return await writeAll(await this.#read(requests), this.#rows(requests), this.#settings(options.signal));
  }

  /** Writes all requests in one batch, token by token, rows interleaved. Leaving the loop ends the work. */
  async *stream(
    requests: readonly Seq2SeqRequest[],
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<GeneratedToken> {
    if (requests.length === 0) return;
    yield* write(await this.#read(requests), this.#rows(requests), this.#settings(options.signal));
  }

  /** Beam search: the likeliest answers found by keeping `beams` of them at every step, best first. */
  async search(request: Seq2SeqRequest, options: BeamOptions): Promise<ScoredCompletion[]> {
    const [row] = this.#rows([request]);
    return await beamSearch(await this.#read([request]), row!, this.#settings(options.signal), options);
  }

  async release(): Promise<void> {
    await this.#encoder.release();
    await this.#decoder.release();
  }

  #rows(requests: readonly Seq2SeqRequest[]): WritingRow[] {
    return requests.map((options) => ({ first: [this.config.decoderStartTokenId], seen: [], options }));
  }

  #settings(signal: AbortSignal | undefined): WritingSettings {
    const { vocabSize, endTokenIds } = this.config;
    return { vocabSize, endTokenIds, context: this.#context, signal };
  }

  /** Encodes the sources. */
  async #read(requests: readonly Seq2SeqRequest[]): Promise<TargetDecoding> {
    const { heads, decoderLayers } = this.config;
    const rows = requests.length;
    const length = Math.max(...requests.map(({ source }) => source.length));
    const tokens = new BigInt64Array(rows * length);
    const mask = new Float32Array(rows * length).fill(hidden);
    for (const [row, { source }] of requests.entries()) {
      if (source.length === 0) throw new RangeError(`Request ${row} has no token to read.`);
      for (const [at, token] of source.entries()) tokens[row * length + at] = BigInt(token);
      mask.fill(0, row * length, row * length + source.length);
    }
    const sourceMask = Value.of("float32", [rows, 1, 1, length], mask);
    const bias = this.#bias("encoder", length, length, 0);
    const results = await this.#encoder.run({
      tokens: Value.of("int64", [rows, length], tokens),
      position_bias: Value.of("float32", [1, heads, length, length], bias),
      source_mask: sourceMask,
    });
    const cross = Array.from({ length: decoderLayers }, (_, layer) => ({
      key: results[`cross_key_${layer}`]!,
      value: results[`cross_value_${layer}`]!,
    }));
    return new TargetDecoding(this.config, this.#decoder, { cross, sourceMask }, rows, (...at) =>
      this.#bias("decoder", ...at),
    );
  }

  /** Relative bias of `queries` positions from `first` on to `keys` positions from 0 on: float32 [H,queries,keys]. */
  #bias(stack: T5Stack, queries: number, keys: number, first: number): Float32Array<ArrayBuffer> {
    const { heads } = this.config;
    const bias = new Float32Array(heads * queries * keys);
    for (let query = 0; query < queries; query++) {
      for (let key = 0; key < keys; key++) {
        const bucket = relativeBucket(this.config, stack, key - (first + query));
        for (let head = 0; head < heads; head++) {
          bias[(head * queries + query) * keys + key] = this.#biases[stack][bucket * heads + head]!;
        }
      }
    }
    return bias;
  }
}

/** What the encoder said, by row. */
interface Memory {
  readonly cross: readonly { readonly key: Value; readonly value: Value }[];
  readonly sourceMask: Value;
}

class TargetDecoding implements Stepper {
  readonly #config: T5Config;
  readonly #shape: KvShape;
  readonly #session: Session;
  readonly #bias: (queries: number, keys: number, first: number) => Float32Array<ArrayBuffer>;
  #memory: Memory;
  #cache: KvCache;

  constructor(
    config: T5Config,
    session: Session,
    memory: Memory,
    rows: number,
    bias: (queries: number, keys: number, first: number) => Float32Array<ArrayBuffer>,
  ) {
    this.#config = config;
    this.#shape = { layers: config.decoderLayers, kvHeads: config.heads, headWidth: config.headWidth };
    this.#session = session;
    this.#memory = memory;
    this.#bias = bias;
    this.#cache = new KvCache(this.#shape, rows);
  }

  get rows(): number {
    return this.#cache.rows;
  }

  length(row: number): number {
    return this.#cache.lengths[row]!;
  }

  select(rows: readonly number[]): void {
    this.#cache = this.#cache.select(this.#shape, rows);
    const { cross, sourceMask } = this.#memory;
    this.#memory = {
      cross: cross.map(({ key, value }) => ({ key: selectRows(key, rows), value: selectRows(value, rows) })),
      sourceMask: selectRows(sourceMask, rows),
    };
  }

  async read(tokens: readonly (readonly number[])[], wanted: { logits: boolean }): Promise<StepResult> {
    const { heads, decoderLayers } = this.#config;
    const rows = this.rows;
    const length = Math.max(...tokens.map((row) => row.length));
    const counts = tokens.map((row) => row.length);
    this.#cache.reserve(Math.max(...counts.map((count, row) => this.length(row) + count)));
    const slots = this.#cache.capacity;
    const ids = new BigInt64Array(rows * length);
    const pastBias = new Float32Array(rows * heads * length * slots);
    for (const [row, list] of tokens.entries()) {
      for (const [at, token] of list.entries()) ids[row * length + at] = BigInt(token);
      const own = this.#bias(length, slots, this.length(row));
      for (let vector = 0; vector < heads * length; vector++) {
        own.fill(hidden, vector * slots + this.length(row), (vector + 1) * slots);
      }
      pastBias.set(own, row * heads * length * slots);
    }
    const ownBias = this.#bias(length, length, 0);
    for (let vector = 0; vector < heads * length; vector++) {
      ownBias.fill(hidden, vector * length + (vector % length) + 1, (vector + 1) * length);
    }
    const select = BigInt64Array.from(counts, (count, row) => BigInt(row * length + Math.max(0, count - 1)));
    const feeds: Record<string, Value> = {
      tokens: Value.of("int64", [rows, length], ids),
      select: Value.of("int64", [rows], select),
      past_bias: Value.of("float32", [rows, heads, length, slots], pastBias),
      own_bias: Value.of("float32", [1, heads, length, length], ownBias),
      source_mask: this.#memory.sourceMask,
    };
    for (let layer = 0; layer < decoderLayers; layer++) {
      const { key, value } = this.#cache.layer(layer);
      feeds[`past_key_${layer}`] = key;
      feeds[`past_value_${layer}`] = value;
      feeds[`cross_key_${layer}`] = this.#memory.cross[layer]!.key;
      feeds[`cross_value_${layer}`] = this.#memory.cross[layer]!.value;
    }
    const results = await this.#session.run(feeds);
    const floats = (name: string) => results[name]!.data as Float32Array;
    const grown = Array.from({ length: decoderLayers }, (_, layer) => ({
      key: floats(`new_key_${layer}`),
      value: floats(`new_value_${layer}`),
    }));
    this.#cache.append(grown, length, counts);
    return {
      best: results.best!.data as BigInt64Array,
      ...(wanted.logits ? { logits: floats("logits") } : {}),
    };
  }
}

function selectRows(value: Value, rows: readonly number[]): Value {
  const [, ...rest] = value.shape;
  const size = rest.reduce((product, dim) => product * dim, 1);
  const source = value.data as Float32Array;
  const result = new Float32Array(rows.length * size);
  for (const [to, from] of rows.entries())
    result.set(source.subarray(from * size, (from + 1) * size), to * size);
  return Value.of("float32", [rows.length, ...rest], result);
}

function frozen(config: T5Config): (name: string) => Tensor {
  const made = new Map(parameterSpecs(config).map(({ name, shape }) => [name, parameter(name, shape)]));
  return (name) => made.get(name)!;
}

/** Source tokens to the keys and values that the decoder's layers will ask. */
function encoderGraph(config: T5Config): Record<string, Tensor> {
  const maps = plainMaps(frozen(config));
  const tokens = input("tokens", "int64", ["batch", "source"]);
  const positions = input("position_bias", "float32", [1, config.heads, "source", "source"]);
  const bias = add(positions, input("source_mask", "float32", ["batch", 1, 1, "source"]));
  const attend = (_: number, q: Tensor, k: Tensor, v: Tensor) => t5Attention(q, k, v, bias);
  const memory = t5Stack(config, "encoder", { ...maps, attend }, t5Embed(maps.weight, tokens));
  const outputs: Record<string, Tensor> = {};
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    const { key, value } = crossKeyValue(config, maps, layer, memory);
    outputs[`cross_key_${layer}`] = key;
    outputs[`cross_value_${layer}`] = value;
  }
  return outputs;
}

function decoderGraph(config: T5Config): Record<string, Tensor> {
  const { heads, headWidth } = config;
  const maps = plainMaps(frozen(config));
  const tokens = input("tokens", "int64", ["batch", "length"]);
  const pastBias = input("past_bias", "float32", ["batch", heads, "length", "past"]);
  const ownBias = input("own_bias", "float32", [1, heads, "length", "length"]);
  const sourceMask = input("source_mask", "float32", ["batch", 1, 1, "source"]);
  const outputs: Record<string, Tensor> = {};
  const result = t5Stack(
    config,
    "decoder",
    {
      ...maps,
      attend: (layer, q, k, v) => {
        outputs[`new_key_${layer}`] = k;
        outputs[`new_value_${layer}`] = v;
        const pastKey = input(`past_key_${layer}`, "float32", ["batch", heads, headWidth, "past"]);
        const pastValue = input(`past_value_${layer}`, "float32", ["batch", heads, "past", headWidth]);
        const old = add(matmul(q, pastKey), pastBias);
        const p = softmax(concat([old, add(matmul(q, k, { transposeB: true }), ownBias)], -1));
        const total = p.shape.at(-1)!;
        return add(matmul(slice(p, -1, 0, "past"), pastValue), matmul(slice(p, -1, "past", total), v));
      },
      attendAcross: (layer, q) => {
        const cross = (part: string) =>
          input(`cross_${part}_${layer}`, "float32", ["batch", heads, "source", headWidth]);
        return t5Attention(q, cross("key"), cross("value"), sourceMask);
      },
    },
    t5Embed(maps.weight, tokens),
  );
  const wanted = gather(reshape(result, [-1, config.width]), input("select", "int64", ["selected"]));
  const logits = t5Logits(config, maps.weight, wanted);
  return { logits, best: argMax(logits), ...outputs };
}
