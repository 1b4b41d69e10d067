/**
 * The training graph of T5, and batches of pairs for it. A line holds one pair, padded: relative positions make packing
 * costly here, and pairs of a data set are better sorted by length.
 *
 * B lines, S source tokens, T target tokens, H heads.
 */
import {
  add,
  constant,
  equal,
  input,
  parameter,
  reshape,
  scalar,
  type Tensor,
  weightedCrossEntropy,
  where,
} from "@weightsmith/autodiff";
import { type AdapterShape, adapterSpecs, loraPlaces } from "../adapter/adapter.ts";
import type { T5Config } from "../model/config.ts";
import { parameterSpecs } from "../model/parameters.ts";
import {
  bucketTable,
  crossKeyValue,
  plainMaps,
  relativeBias,
  type T5Maps,
  type T5Stack,
  t5Attention,
  t5Embed,
  t5Logits,
  t5Stack,
} from "../model/t5.ts";
import { adaptedLinear } from "./adapted-linear.ts";
import type { TrainingGraph } from "./loss.ts";

/** B lines of S source and T target tokens. */
export interface PairShape {
  readonly rows: number;
  readonly sourceLength: number;
  readonly length: number;
}

/** A text and what it should become, both with their end token if the model has one. */
export interface Pair {
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  /** Loss weight of each target token. Default 1. */
  readonly weights?: ArrayLike<number>;
}

/** What a training step reads; all arrays are row-major, [rows, sourceLength] or [rows, length]. */
export interface PairBatch extends PairShape {
  readonly source: BigInt64Array;
  /** 1 where there is a source token, 0 for padding. */
  readonly sourceSegments: Int32Array;
  /** The target shifted by one: the decoder's start token first. */
  readonly tokens: BigInt64Array;
  readonly targets: BigInt64Array;
  readonly weights: Float32Array;
  /** 1 where there is a target token, 0 for padding. */
  readonly segments: Int32Array;
  /** Target tokens that are not padding. */
  readonly tokenCount: number;
}

/** Batches that hold every pair once, those of like lengths together. @throws RangeError if a pair does not fit */
export function pairBatches(config: T5Config, shape: PairShape, pairs: readonly Pair[]): PairBatch[] {
  const sorted = [...pairs].sort(
    (a, b) => a.source.length + a.target.length - b.source.length - b.target.length,
  );
  const batches: PairBatch[] = [];
  for (let start = 0; start < sorted.length; start += shape.rows) {
    batches.push(pairBatch(config, shape, sorted.slice(start, start + shape.rows)));
  }
  return batches;
}

/** One batch of at most `rows` pairs. @throws RangeError if one does not fit */
export function pairBatch(config: T5Config, shape: PairShape, pairs: readonly Pair[]): PairBatch {
  const { rows, sourceLength, length } = shape;
  if (pairs.length > rows) throw new RangeError(`A batch of ${rows} rows cannot hold ${pairs.length} pairs.`);
  const batch = {
    source: new BigInt64Array(rows * sourceLength),
    sourceSegments: new Int32Array(rows * sourceLength),
    tokens: new BigInt64Array(rows * length),
    targets: new BigInt64Array(rows * length),
    weights: new Float32Array(rows * length),
    segments: new Int32Array(rows * length),
  };
  let tokenCount = 0;
  for (const [row, { source, target, weights }] of pairs.entries()) {
    if (source.length < 1 || source.length > sourceLength || target.length < 1 || target.length > length) {
      throw new RangeError(
        `A pair needs 1 to ${sourceLength} source and 1 to ${length} target tokens; got ${source.length} and ${target.length}.`,
      );
    }
    for (let at = 0; at < source.length; at++) {
      batch.source[row * sourceLength + at] = BigInt(source[at]!);
      batch.sourceSegments[row * sourceLength + at] = 1;
    }
    for (let at = 0; at < target.length; at++) {
      const place = row * length + at;
      batch.tokens[place] = BigInt(at === 0 ? config.decoderStartTokenId : target[at - 1]!);
      batch.targets[place] = BigInt(target[at]!);
      batch.weights[place] = weights ? weights[at]! : 1;
      batch.segments[place] = 1;
    }
    tokenCount += target.length;
  }
  return { ...shape, ...batch, tokenCount };
}

const masked = -1e9;

/** @param adapter a LoRA on top of the base weights, if any */
export function t5TrainingGraph(config: T5Config, shape: PairShape, adapter?: AdapterShape): TrainingGraph {
  const { rows, sourceLength, length } = shape;
  const inputs = {
    source: input("source", "int64", [rows, sourceLength]),
    sourceSegments: input("sourceSegments", "int32", [rows, sourceLength]),
    tokens: input("tokens", "int64", [rows, length]),
    targets: input("targets", "int64", [rows, length]),
    weights: input("weights", "float32", [rows, length]),
  };
  const specs = [...parameterSpecs(config), ...(adapter ? adapterSpecs(config, adapter) : [])];
  const parameters = new Map(specs.map(({ name, shape }) => [name, parameter(name, shape)]));
  const weight = (name: string): Tensor => {
    const found = parameters.get(name);
    if (!found) throw new RangeError(`The model has no parameter ${name}.`);
    return found;
  };
  const maps = adaptedMaps(config, weight, adapter, rows * Math.max(sourceLength, length));
  const positions = (stack: T5Stack, size: number) =>
    relativeBias(weight, stack, constant(bucketTable(config, stack, size), [size, size], "int64"));
  const padding = where(equal(inputs.sourceSegments, scalar(0, "int32")), scalar(masked), scalar(0));
  const sourceMask = reshape(padding, [rows, 1, 1, sourceLength]);
  const encoderBias = add(positions("encoder", sourceLength), sourceMask);
  const memory = t5Stack(
    config,
    "encoder",
    { ...maps, attend: (_, q, k, v) => t5Attention(q, k, v, encoderBias) },
    t5Embed(weight, inputs.source),
  );
  const causal = Float32Array.from({ length: length * length }, (_, at) =>
    at % length <= Math.floor(at / length) ? 0 : masked,
  );
  const decoderBias = add(positions("decoder", length), constant(causal, [1, 1, length, length]));
  const hidden = t5Stack(
    config,
    "decoder",
    {
      ...maps,
      attend: (_, q, k, v) => t5Attention(q, k, v, decoderBias),
      attendAcross: (layer, q) => {
        const { key, value } = crossKeyValue(config, maps, layer, memory);
        return t5Attention(q, key, value, sourceMask);
      },
    },
    t5Embed(weight, inputs.tokens),
  );
  const logits = t5Logits(config, weight, hidden);
  return { inputs, parameters, logits, loss: weightedCrossEntropy(logits, inputs.targets, inputs.weights) };
}

/** The linear maps of a T5 with a LoRA on those that it targets. @param rows rows that meet a matrix, at most */
function adaptedMaps(
  config: T5Config,
  weight: (name: string) => Tensor,
  adapter: AdapterShape | undefined,
  rows: number,
): T5Maps {
  const plain = plainMaps(weight);
  if (!adapter?.lora) return plain;
  const { lora } = adapter;
  const places = new Map(loraPlaces(config, lora.targets).map((place) => [place.weight, place]));
  const project = (name: string, x: Tensor): Tensor => {
    const place = places.get(`${name}.weight`);
    if (!place) return plain.project(name, x);
    const [a, b] = [weight(place.a), weight(place.b)];
    const scale = lora.alpha / lora.rank;
    return adaptedLinear(x, weight(place.weight), { a, b, scale, transposed: false, rows });
  };
  return { weight, project };
}
