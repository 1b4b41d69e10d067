/**
 * The inference graph of a decoder: one graph for prefill and decoding. Keys and values of earlier tokens come in as
 * inputs and only those of the new tokens go out, so that no cache is ever copied; the host writes the new rows into
 * its cache (kv-cache.ts).
 *
 * B rows of a batch, T new tokens a row, S cache slots, D width, H query heads, G key heads, C head width, V
 * vocabulary, N positions whose logits are wanted, R total rank of a group of LoRA targets.
 */
import {
  add,
  argMax,
  concat,
  gather,
  input,
  matmul,
  multiply,
  parameter,
  reshape,
  slice,
  softmax,
  type Tensor,
} from "@weightsmith/autodiff";
import type { QuantizedWeight } from "@weightsmith/onnx";
import { tensorOf } from "../adapter/adapter.ts";
import type { DecoderConfig } from "../model/config.ts";
import { type DecoderParts, embed, hiddenStates, logits, placed } from "../model/decoder.ts";
import {
  decoderNames,
  layerProjections,
  type ProjectionName,
  parameterSpecs,
  type Weights,
} from "../model/parameters.ts";
import { type Quantization, quantizeMatrix } from "./quantize.ts";

/** Whose LoRA a row gets: nobody has one, all rows share one, or each row has its own. */
export type LoraMode = "none" | "shared" | "rows";

export interface StepShape {
  /** New tokens a row: 1 for a graph that only decodes, else symbolic. */
  readonly length: 1 | "length";
  readonly lora: LoraMode;
  /** Whether the output matrix is a parameter of its own, as when it is quantized and the embedding is not. */
  readonly ownHead?: boolean;
  /** What is read: token ids, or embeddings (a learned prompt). Default tokens. */
  readonly source?: "tokens" | "embeddings";
}

/** Projections of the same input are one product; a LoRA of any of them is one pair of products. */
export const projectionGroups = ["qkv", "o", "gateUp", "down"] as const;
export type ProjectionGroup = (typeof projectionGroups)[number];

/** The projections of a group, in the order of their columns. */
export function groupMembers(config: DecoderConfig, group: ProjectionGroup): ProjectionName[] {
  switch (group) {
    case "qkv":
      return ["q_proj", "k_proj", "v_proj"];
    case "o":
      return ["o_proj"];
    case "gateUp":
      return config.gatedFfn ? ["gate_proj", "up_proj"] : ["up_proj"];
    case "down":
      return ["down_proj"];
  }
}

const groupOf = (name: ProjectionName): ProjectionGroup =>
  name === "o_proj" ? "o" : name === "down_proj" ? "down" : /^[qkv]_/.test(name) ? "qkv" : "gateUp";

/** Names of the graph's inputs and outputs. */
export const stepNames = {
  tokens: "tokens",
  embeddings: "embeddings",
  positions: "positions",
  cos: "cos",
  sin: "sin",
  pastBias: "past_bias",
  windowBias: "window_bias",
  ownBias: "own_bias",
  select: "select",
  logits: "logits",
  best: "best",
  pastKey: (layer: number) => `past_key_${layer}`,
  pastValue: (layer: number) => `past_value_${layer}`,
  newKey: (layer: number) => `new_key_${layer}`,
  newValue: (layer: number) => `new_value_${layer}`,
  loraA: (layer: number, group: ProjectionGroup) => `lora_a_${layer}_${group}`,
  loraB: (layer: number, group: ProjectionGroup) => `lora_b_${layer}_${group}`,
} as const;

/** Whether a layer's queries see only a window of the past. */
export function isWindowed(config: DecoderConfig, layer: number): boolean {
  return config.slidingWindow !== undefined && layer >= (config.fullAttentionLayers ?? 0);
}

/**
 * The graph's outputs by name:
 * logits float32 [N,V] and best int64 [N] at the positions `select` (int64 [N], counted through rows of T);
 * new keys and values float32 [B,G,T,C] of every layer.
 *
 * Its inputs: tokens int64 [B,T] (or embeddings float32 [B,T,D]); positions int64 [B,T] or cos and sin float32 [B,1,T,R/2]; past_bias float32
 * [B,1,1,1,S]; window_bias float32 [B,1,1,T,S] for the layers with a sliding window, of which T must not exceed one;
 * own_bias float32 [T,T] unless T is 1; past keys [B,G,C,S] and past values [B,G,S,C] of every layer; LoRA pairs [in,R]
 * and [R,out] of every layer and group, with a leading B for "rows". Each is there only if something depends on it.
 */
export function stepGraph(
  config: DecoderConfig,
  { length, lora, source = "tokens", ownHead = false }: StepShape,
): Record<string, Tensor> {
  const batch = "batch";
  const past = "past";
  const { headWidth, kvHeads } = config;
  const share = config.heads / kvHeads;
  const single = length === 1;
  const weight = fusedParameters(config);
  const pastBias = input(stepNames.pastBias, "float32", [batch, 1, 1, 1, past]);
  const windowBias = input(stepNames.windowBias, "float32", [batch, 1, 1, length, past]);
  const ownBias = single ? undefined : input(stepNames.ownBias, "float32", [length, length]);
  const outputs: Record<string, Tensor> = {};

  const parts: DecoderParts = {
    weight,
    project: (layer, names, x) => {
      const group = groupOf(names[0]!);
      let y = fusedProjection(config, weight, layer, group, x);
      if (lora !== "none") {
        const lead = lora === "rows" ? [batch] : [];
        const rank = `rank_${group}`;
        const { inWidth, outWidth } = groupWidths(config, group);
        const a = input(stepNames.loraA(layer, group), "float32", [...lead, inWidth, rank]);
        const b = input(stepNames.loraB(layer, group), "float32", [...lead, rank, outWidth]);
        y = add(y, matmul(matmul(x, a), b));
      }
      return splitGroup(config, group, y);
    },
    attend: (layer, q, k, v) => {
      outputs[stepNames.newKey(layer)] = k;
      outputs[stepNames.newValue(layer)] = v;
      const pastKey = input(stepNames.pastKey(layer), "float32", [batch, kvHeads, headWidth, past]);
      const pastValue = input(stepNames.pastValue(layer), "float32", [batch, kvHeads, past, headWidth]);
      const scale = 1 / Math.sqrt(headWidth);
      // For one token the heads that share a key head are the rows of one product; for more they are a further axis.
      const fold = (x: Tensor): Tensor => {
        if (single) return reshape(x, [batch, kvHeads, share, headWidth]);
        return share === 1 ? x : reshape(x, [batch, kvHeads, share, length, headWidth]);
      };
      const widen = (x: Tensor): Tensor => {
        if (single || share === 1) return x;
        const [rows, heads, ...rest] = x.shape;
        return reshape(x, [rows!, heads!, 1, ...rest]);
      };
      const seen = isWindowed(config, layer) ? windowBias : pastBias;
      const bias = single || share === 1 ? reshape(seen, [batch, 1, seen.shape[3]!, past]) : seen;
      const queries = fold(q);
      const old = add(matmul(queries, widen(pastKey), { scale }), bias);
      const own = matmul(queries, widen(k), { transposeB: true, scale });
      const p = softmax(concat([old, ownBias ? add(own, ownBias) : own], -1));
      const total = p.shape.at(-1)!;
      const fromPast = matmul(slice(p, -1, 0, past), widen(pastValue));
      const ownShare = slice(p, -1, past, total);
      const fromOwn = single ? multiply(ownShare, v) : matmul(ownShare, widen(v));
      return reshape(add(fromPast, fromOwn), [batch, config.heads, length, headWidth]);
    },
    ...(config.positions.kind === "rotary"
      ? {
          rotary: {
            cos: input(stepNames.cos, "float32", [batch, 1, length, config.positions.width / 2]),
            sin: input(stepNames.sin, "float32", [batch, 1, length, config.positions.width / 2]),
          },
        }
      : {}),
  };
  const positions = input(stepNames.positions, "int64", [batch, length]);
  const embedded =
    source === "tokens"
      ? embed(config, weight, input(stepNames.tokens, "int64", [batch, length]), positions)
      : placed(
          config,
          weight,
          input(stepNames.embeddings, "float32", [batch, length, config.width]),
          positions,
        );
  const hidden = hiddenStates(config, parts, embedded);
  const select = input(stepNames.select, "int64", ["selected"]);
  const wanted = gather(reshape(hidden, [-1, config.width]), select);
  const scores = ownHead
    ? matmul(wanted, weight(ownHeadName), { transposeB: true })
    : logits(config, weight, wanted);
  return { [stepNames.logits]: scores, [stepNames.best]: argMax(scores), ...outputs };
}

/** Widths of a group's input and of its outputs side by side. */
export function groupWidths(
  config: DecoderConfig,
  group: ProjectionGroup,
): { inWidth: number; outWidth: number } {
  const projections = layerProjections(config, 0);
  const members = groupMembers(config, group).map((name) => projections[name]);
  return {
    inWidth: members[0]?.inWidth ?? 0,
    outWidth: members.reduce((sum, member) => sum + (member?.outWidth ?? 0), 0),
  };
}

const fusedName = (layer: number, group: ProjectionGroup, part: "weight" | "bias") =>
  `fused.${layer}.${group}.${part}`;

const ownHeadName = "fused.head.weight";

function fusedProjection(
  config: DecoderConfig,
  weight: (name: string) => Tensor,
  layer: number,
  group: ProjectionGroup,
  x: Tensor,
): Tensor {
  const y = matmul(x, weight(fusedName(layer, group, "weight")), { transposeB: true });
  const first = layerProjections(config, layer)[groupMembers(config, group)[0]!];
  return first?.bias ? add(y, weight(fusedName(layer, group, "bias"))) : y;
}

function splitGroup(config: DecoderConfig, group: ProjectionGroup, y: Tensor): Tensor[] {
  const projections = layerProjections(config, 0);
  let start = 0;
  return groupMembers(config, group).map((name) => {
    const end = start + (projections[name]?.outWidth ?? 0);
    const part = slice(y, -1, start, end);
    start = end;
    return part;
  });
}

/** Parameters of the inference graph: those of the model, with projections fused by group. Each is made once. */
function fusedParameters(config: DecoderConfig): (name: string) => Tensor {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  for (let layer = 0; layer < config.layers; layer++) {
    for (const group of projectionGroups) {
      const { inWidth, outWidth } = groupWidths(config, group);
      shapes.set(fusedName(layer, group, "weight"), [outWidth, inWidth]);
      shapes.set(fusedName(layer, group, "bias"), [outWidth]);
    }
  }
  shapes.set(ownHeadName, [config.vocabSize, config.width]);
  const made = new Map<string, Tensor>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const shape = shapes.get(name);
    if (!shape) throw new RangeError(`The model has no parameter ${name}.`);
    const tensor = parameter(name, shape);
    made.set(name, tensor);
    return tensor;
  };
}

/**
 * Values for the inference graph's parameters: fused matrices are [out,in] in every family. What needs no fusing is
 * shared with the model.
 */
export function fusedWeights(config: DecoderConfig, weights: Weights): Map<string, Float32Array> {
  const fused = new Map(weights);
  for (let layer = 0; layer < config.layers; layer++) {
    const projections = layerProjections(config, layer);
    for (const group of projectionGroups) {
      const members = groupMembers(config, group).flatMap((name) => projections[name] ?? []);
      for (const part of ["weight", "bias"] as const) {
        const sources = [...new Set(members.flatMap((member) => member[part] ?? []))];
        if (sources.length === 0) continue;
        const values = joined(sources.map((name) => tensorOf(weights, name)));
        const turn = part === "weight" && members[0]!.transposed;
        fused.set(fusedName(layer, group, part), turn ? transposed(values, members[0]!.inWidth) : values);
        for (const name of sources) fused.delete(name);
      }
    }
  }
  return fused;
}

/** A matrix of so many rows, row-major, by columns. */
function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column]!;
  }
  return result;
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  if (arrays.length === 1) return arrays[0]!;
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const array of arrays) {
    all.set(array, end);
    end += array.length;
  }
  return all;
}

/**
 * The inference graph's values with every large matrix in few bits: projections and the output matrix. Embeddings and
 * vectors stay as they are. For graphs with `ownHead`.
 * @param fused see `fusedWeights`
 */
export function quantizedWeights(
  config: DecoderConfig,
  fused: ReadonlyMap<string, Float32Array>,
  quantization: Quantization,
): Map<string, Float32Array | QuantizedWeight> {
  const weights = new Map<string, Float32Array | QuantizedWeight>(fused);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const group of projectionGroups) {
      const { inWidth, outWidth } = groupWidths(config, group);
      const name = fusedName(layer, group, "weight");
      weights.set(name, quantizeMatrix(tensorOf(fused, name), [outWidth, inWidth], quantization));
    }
  }
  const head = tensorOf(fused, decoderNames(config).head);
  weights.set(ownHeadName, quantizeMatrix(head, [config.vocabSize, config.width], quantization));
  if (!config.tiedEmbeddings) weights.delete(decoderNames(config).head);
  return weights;
}
