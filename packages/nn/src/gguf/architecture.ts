/**
 * Our models in llama.cpp's terms: the architecture's name, its hyperparameters as metadata, and for each
 * parameter the tensor it becomes. llama.cpp's `llama` rotates neighbouring components (2j, 2j+1) where
 * Hugging Face rotates (j, j + D/2), so the rows of query and key projections change places; its other
 * architectures rotate as Hugging Face does. Linear weights are [out, in] throughout.
 */
import type { DecoderConfig, RopeScaling } from "../model/config.ts";
import { decoderNames, layerProjections, type ProjectionName } from "../model/parameters.ts";
import type { MetadataValue } from "./format.ts";

/** llama.cpp's names of the architectures that can be written and read. */
export const architectures = ["llama", "qwen2", "qwen3", "gpt2"] as const;
export type Architecture = (typeof architectures)[number];

/** How the rows of a stored parameter are rearranged. */
export type Rearrangement =
  | { readonly kind: "same" }
  /** [in, out] becomes [out, in] */
  | { readonly kind: "transpose" }
  /** rows of each of `heads` heads: halves become neighbours */
  | { readonly kind: "interleave"; readonly heads: number };

export interface TensorMapping {
  /** the parameter, as parameters.ts names it */
  readonly parameter: string;
  /** the tensor of the GGUF file */
  readonly tensor: string;
  readonly rearrangement: Rearrangement;
  /** Kept in float32 whatever the file's type is: llama.cpp expects it. */
  readonly float32: boolean;
}

/** @throws RangeError where llama.cpp computes something else than this model */
export function architectureOf(config: DecoderConfig): Architecture {
  const refuse = (what: string) =>
    new RangeError(`a ${config.family} model ${what} cannot be written as GGUF`);
  if (config.family === "phi3") throw refuse("(with its fused projections)");
  const expected = config.family === "gpt2" ? "geluTanh" : "silu";
  if (config.activation !== expected) throw refuse(`with the activation ${config.activation}`);
  if (config.positions.kind === "rotary" && config.positions.width !== config.headWidth)
    throw refuse("with partially rotated heads");
  const kind = config.positions.kind === "rotary" ? config.positions.scaling?.kind : undefined;
  if (kind === "dynamic" || kind === "longrope") throw refuse(`with ${kind} rope scaling`);
  return config.family === "mistral" ? "llama" : config.family;
}

const projectionTensors: Readonly<Record<ProjectionName, string>> = {
  q_proj: "attn_q",
  k_proj: "attn_k",
  v_proj: "attn_v",
  o_proj: "attn_output",
  gate_proj: "ffn_gate",
  up_proj: "ffn_up",
  down_proj: "ffn_down",
};

/** The tensor of a projection, without `.weight`. GPT-2's query, key and value are one. */
export function projectionTensor(architecture: Architecture, layer: number, name: ProjectionName): string {
  const fused = architecture === "gpt2" && /^[qkv]_/.test(name);
  return `blk.${layer}.${fused ? "attn_qkv" : projectionTensors[name]}`;
}

/** How the rows (outputs) of a projection are rearranged. */
export function projectionRows(config: DecoderConfig, name: ProjectionName): Rearrangement {
  const isLlama = architectureOf(config) === "llama";
  if (isLlama && name === "q_proj") return { kind: "interleave", heads: config.heads };
  if (isLlama && name === "k_proj") return { kind: "interleave", heads: config.kvHeads };
  return { kind: "same" };
}

/** Every parameter of the model with its tensor, in the order of the file. */
export function tensorMappings(config: DecoderConfig): TensorMapping[] {
  const architecture = architectureOf(config);
  const names = decoderNames(config);
  const mappings: TensorMapping[] = [];
  const same: Rearrangement = { kind: "same" };
  const add = (parameter: string, tensor: string, rearrangement: Rearrangement, float32: boolean) =>
    mappings.push({ parameter, tensor, rearrangement, float32 });
  const norm = (parameter: string, tensor: string) => {
    add(`${parameter}.weight`, `${tensor}.weight`, same, true);
    if (config.norm === "layer") add(`${parameter}.bias`, `${tensor}.bias`, same, true);
  };
  add(names.embedding, "token_embd.weight", same, false);
  if (names.positions) add(names.positions, "position_embd.weight", same, true);
  for (let layer = 0; layer < config.layers; layer++) {
    norm(names.attentionNorm(layer), `blk.${layer}.attn_norm`);
    const written = new Set<string>();
    for (const [name, projection] of Object.entries(layerProjections(config, layer))) {
      if (written.has(projection.weight)) continue;
      written.add(projection.weight);
      const tensor = projectionTensor(architecture, layer, name as ProjectionName);
      const rows = projectionRows(config, name as ProjectionName);
      add(projection.weight, `${tensor}.weight`, projection.transposed ? { kind: "transpose" } : rows, false);
      if (projection.bias) add(projection.bias, `${tensor}.bias`, rows, true);
    }
    if (config.queryKeyNorm) {
      norm(names.queryNorm(layer), `blk.${layer}.attn_q_norm`);
      norm(names.keyNorm(layer), `blk.${layer}.attn_k_norm`);
    }
    norm(names.ffnNorm(layer), `blk.${layer}.ffn_norm`);
  }
  norm(names.finalNorm, "output_norm");
  if (!config.tiedEmbeddings) add(names.head, "output.weight", same, false);
  return mappings;
}

/**
 * Rearranges a parameter, or with `back` undoes it.
 * @param rows × columns as stored before this call; a bias has one column
 */
export function rearrange(
  values: Float32Array,
  rows: number,
  columns: number,
  rearrangement: Rearrangement,
  back = false,
): Float32Array {
  if (rearrangement.kind === "same") return values;
  const result = new Float32Array(values.length);
  if (rearrangement.kind === "transpose") {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        result[column * rows + row] = values[row * columns + column]!;
    return result;
  }
  const headRows = rows / rearrangement.heads;
  const half = headRows / 2;
  for (let row = 0; row < rows; row++) {
    const within = row % headRows;
    const other = row - within + 2 * (within % half) + Math.floor(within / half);
    const [from, to] = back ? [other, row] : [row, other];
    result.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return result;
}

const u32 = (value: number): MetadataValue => ({ type: "u32", value });
const f32 = (value: number): MetadataValue => ({ type: "f32", value });
const text = (value: string): MetadataValue => ({ type: "string", value });

/** The hyperparameters of a model under the keys of its architecture. */
export function hyperparameters(config: DecoderConfig): Map<string, MetadataValue> {
  const architecture = architectureOf(config);
  // llama.cpp lets every position see all before it here, which is this model up to the window.
  const positions = Math.min(config.maxPositions, config.slidingWindow ?? Number.POSITIVE_INFINITY);
  const entries: [string, MetadataValue][] = [
    ["context_length", u32(positions)],
    ["embedding_length", u32(config.width)],
    ["block_count", u32(config.layers)],
    ["feed_forward_length", u32(config.ffnWidth)],
    ["attention.head_count", u32(config.heads)],
    ["attention.head_count_kv", u32(config.kvHeads)],
    [`attention.layer_norm_${config.norm === "rms" ? "rms_" : ""}epsilon`, f32(config.normEpsilon)],
    ["vocab_size", u32(config.vocabSize)],
  ];
  if (config.positions.kind === "rotary") {
    entries.push(
      ["attention.key_length", u32(config.headWidth)],
      ["attention.value_length", u32(config.headWidth)],
      ["rope.dimension_count", u32(config.positions.width)],
      ["rope.freq_base", f32(config.positions.theta)],
      ...scalingEntries(config.positions.scaling),
    );
  }
  return new Map(entries.map(([key, value]) => [`${architecture}.${key}`, value]));
}

function scalingEntries(scaling: RopeScaling | undefined): [string, MetadataValue][] {
  if (scaling?.kind === "linear")
    return [
      ["rope.scaling.type", text("linear")],
      ["rope.scaling.factor", f32(scaling.factor)],
    ];
  if (scaling?.kind !== "yarn") return [];
  const plain = scaling.attentionFactor === undefined && scaling.mscale === undefined && scaling.truncate;
  if (!plain) throw new RangeError("yarn with a stated attention factor cannot be written as GGUF");
  return [
    ["rope.scaling.type", text("yarn")],
    ["rope.scaling.factor", f32(scaling.factor)],
    ["rope.scaling.original_context_length", u32(scaling.originalMaxPositions)],
    ["rope.scaling.yarn_beta_fast", f32(scaling.betaFast)],
    ["rope.scaling.yarn_beta_slow", f32(scaling.betaSlow)],
  ];
}

/**
 * By what Llama 3 divides each rotary frequency, float32 [headWidth / 2]: the tensor `rope_freqs.weight`.
 * @see Hugging Face `_compute_llama3_parameters`
 */
export function llama3Divisors(config: DecoderConfig): Float32Array | undefined {
  if (config.positions.kind !== "rotary" || config.positions.scaling?.kind !== "llama3") return undefined;
  const { theta, width, scaling } = config.positions;
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalMaxPositions } = scaling;
  return Float32Array.from({ length: width / 2 }, (_, pair) => {
    const wavelength = 2 * Math.PI * theta ** ((2 * pair) / width);
    if (wavelength < originalMaxPositions / highFrequencyFactor) return 1;
    if (wavelength > originalMaxPositions / lowFrequencyFactor) return factor;
    const smooth =
      (originalMaxPositions / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}
