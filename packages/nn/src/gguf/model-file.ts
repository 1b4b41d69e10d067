/** Models as GGUF files: what llama.cpp loads, and back. */

import { fromFloat32 } from "../checkpoint/element-type.ts";
import { openFile } from "../checkpoint/file-source.ts";
import { writeParts } from "../checkpoint/write-file.ts";
import { FormatError, quote } from "../format-error.ts";
import type { DecoderConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { type Model, parameterSpecs } from "../model/parameters.ts";
import { loadTokenizer } from "../tokenizer/load.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import {
  type Architecture,
  architectureOf,
  architectures,
  hyperparameters,
  llama3Divisors,
  type Rearrangement,
  rearrange,
  tensorMappings,
} from "./architecture.ts";
import { type Metadata, type MetadataValue, type TensorTypeName, tensorTypes } from "./format.ts";
import { encodeQ8 } from "./quantise.ts";
import { Gguf } from "./read.ts";
import { tokenizerFromMetadata, tokenizerMetadata } from "./tokenizer-metadata.ts";
import { type GgufTensorToWrite, ggufParts } from "./write.ts";

/** How matrices are stored; vectors and learned positions stay in float32. */
export type GgufPrecision = "f32" | "f16" | "q8_0";

const precisions = {
  f32: { type: "F32", fileType: 0 },
  f16: { type: "F16", fileType: 1 },
  q8_0: { type: "Q8_0", fileType: 7 },
} as const satisfies Record<GgufPrecision, { type: TensorTypeName; fileType: number }>;

export interface GgufModelOptions {
  /** f32 if not given. Matrices whose rows are no multiple of 32 are stored as f16 under q8_0. */
  precision?: GgufPrecision;
  /** `general.name`, which tools show. */
  name?: string;
}

/** float32 values as a tensor to write. */
export function tensorToWrite(
  name: string,
  shape: readonly number[],
  wanted: "F32" | "F16" | "Q8_0",
  values: () => Float32Array,
): GgufTensorToWrite {
  const fits = shape.at(-1)! % tensorTypes[wanted].block === 0;
  const type = fits ? wanted : "F16";
  const bytes = () => (type === "Q8_0" ? encodeQ8(values()) : fromFloat32(values(), shape, type).bytes);
  return { name, shape, type, bytes };
}

/**
 * The parts of a GGUF file of a decoder, in the order to write them; tensors are converted one at a time.
 * @throws RangeError where llama.cpp would compute something else than this model or tokenizer
 */
export function* ggufModelParts(
  model: Model<DecoderConfig>,
  tokenizer: Tokenizer,
  options: GgufModelOptions = {},
): Generator<Uint8Array> {
  const { config, weights } = model;
  const { type, fileType } = precisions[options.precision ?? "f32"];
  const architecture = architectureOf(config);
  const metadata = new Map<string, MetadataValue>([
    ["general.architecture", { type: "string", value: architecture }],
    ["general.type", { type: "string", value: "model" }],
    ["general.name", { type: "string", value: options.name ?? architecture }],
    ["general.file_type", { type: "u32", value: fileType }],
    ["general.quantization_version", { type: "u32", value: 2 }],
    ...hyperparameters(config),
    ...tokenizerMetadata(tokenizer, config),
  ]);
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const tensors = tensorMappings(config).map(({ parameter, tensor, rearrangement, float32 }) => {
    const shape = shapes.get(parameter)!;
    const written = rearrangement.kind === "transpose" ? [...shape].reverse() : shape;
    return tensorToWrite(tensor, written, float32 ? "F32" : type, () => {
      const values = weights.get(parameter);
      if (values === undefined) throw new RangeError(`the weights lack ${parameter}`);
      return rearrange(values, shape[0]!, shape[1] ?? 1, rearrangement);
    });
  });
  const divisors = llama3Divisors(config);
  if (divisors) tensors.push(tensorToWrite("rope_freqs.weight", [divisors.length], "F32", () => divisors));
  yield* ggufParts(metadata, tensors);
}

/**
 * Writes a decoder and its tokenizer as a GGUF file that llama.cpp runs.
 * @throws RangeError as `ggufModelParts`
 */
export async function saveGgufModel(
  path: string,
  model: Model<DecoderConfig>,
  tokenizer: Tokenizer,
  options: GgufModelOptions = {},
): Promise<void> {
  await writeParts(path, ggufModelParts(model, tokenizer, options));
}

/**
 * Reads a decoder and its tokenizer from a GGUF file; quantised weights become float32.
 * @throws FormatError where the file is malformed, or of an architecture, tensor type or tokenizer that is not
 *   supported
 */
export async function loadGgufModel(
  path: string,
): Promise<{ model: Model<DecoderConfig>; tokenizer: Tokenizer }> {
  const source = await openFile(path);
  try {
    return await readGgufModel(await Gguf.open(source));
  } finally {
    await source.close();
  }
}

/** Reads a decoder and its tokenizer from an open file. @throws FormatError as `loadGgufModel` */
export async function readGgufModel(
  gguf: Gguf,
): Promise<{ model: Model<DecoderConfig>; tokenizer: Tokenizer }> {
  const refuse = (reason: string) => new FormatError("gguf", reason, { file: gguf.name });
  const config = configOf(gguf, refuse);
  const tokenizer = loadWithFile(gguf);
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const weights = new Map<string, Float32Array>();
  for (const { parameter, tensor, rearrangement } of tensorMappings(config)) {
    const shape = shapes.get(parameter)!;
    const stored = rearrangement.kind === "transpose" ? [...shape].reverse() : shape;
    const info = gguf.tensors.get(tensor);
    if (info === undefined) throw refuse(`has no tensor ${quote(tensor)} [${stored.join(", ")}]`);
    if (info.shape.join() !== stored.join())
      throw refuse(
        `tensor ${quote(tensor)} has shape [${info.shape.join(", ")}], not [${stored.join(", ")}]`,
      );
    const values = await gguf.readFloat32(tensor);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1) throw refuse(`tensor ${quote(tensor)} is ${values[wrong]} at element ${wrong}`);
    weights.set(
      parameter,
      rearrange(values, stored[0]!, stored[1] ?? 1, rearrangement as Rearrangement, true),
    );
  }
  return { model: { config, weights }, tokenizer };
}

function loadWithFile(gguf: Gguf): Tokenizer {
  try {
    const { tokenizer, config } = tokenizerFromMetadata(gguf.metadata, gguf.name);
    return loadTokenizer(tokenizer, config);
  } catch (error) {
    if (!(error instanceof FormatError) || error.format === "gguf") throw error;
    throw new FormatError("gguf", `its tokenizer ${error.reason}`, { file: gguf.name, cause: error });
  }
}

function configOf(gguf: Gguf, refuse: (reason: string) => FormatError): DecoderConfig {
  const { metadata } = gguf;
  const named = metadata.get("general.architecture")?.value;
  const architecture = architectures.find((name) => name === named);
  if (architecture === undefined)
    throw refuse(`is of architecture ${quote(named)}; ${architectures.join(", ")} can be read`);
  const config = parseConfig(configJson(metadata, architecture, gguf), { file: gguf.name });
  if (config.family === "t5") throw refuse("is no decoder");
  // A vast layer count would have us list its tensors before the first is found missing.
  if (config.layers > gguf.tensors.size)
    throw refuse(`says it has ${config.layers} layers, but has ${gguf.tensors.size} tensors`);
  return config;
}

/** The metadata as a `config.json`, for one parser to check. */
function configJson(metadata: Metadata, architecture: Architecture, gguf: Gguf): Record<string, unknown> {
  const get = (key: string) => metadata.get(`${architecture}.${key}`)?.value;
  const tokens = metadata.get("tokenizer.ggml.tokens");
  const common = {
    model_type: architecture,
    vocab_size: get("vocab_size") ?? (tokens?.type === "array" ? tokens.value.length : undefined),
    bos_token_id: metadata.get("tokenizer.ggml.bos_token_id")?.value,
    eos_token_id: ["eos", "eot"]
      .map((role) => metadata.get(`tokenizer.ggml.${role}_token_id`)?.value)
      .filter((id) => id !== undefined),
    tie_word_embeddings: !gguf.tensors.has("output.weight"),
  };
  if (architecture === "gpt2")
    return {
      ...common,
      n_embd: get("embedding_length"),
      n_layer: get("block_count"),
      n_head: get("attention.head_count"),
      n_inner: get("feed_forward_length"),
      n_positions: get("context_length"),
      layer_norm_epsilon: shortened(get("attention.layer_norm_epsilon")),
    };
  return {
    ...common,
    hidden_size: get("embedding_length"),
    num_hidden_layers: get("block_count"),
    num_attention_heads: get("attention.head_count"),
    num_key_value_heads: get("attention.head_count_kv"),
    head_dim: get("attention.key_length"),
    intermediate_size: get("feed_forward_length"),
    max_position_embeddings: get("context_length"),
    rms_norm_eps: shortened(get("attention.layer_norm_rms_epsilon")),
    rope_theta: shortened(get("rope.freq_base")),
    rope_scaling: scalingJson(get, gguf),
    attention_bias: gguf.tensors.has("blk.0.attn_q.bias"),
  };
}

/** A float32 as the shortest decimal that rounds to it: 1e-5 rather than 0.000009999999747378752. */
function shortened(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(7)) : value;
}

function scalingJson(get: (key: string) => unknown, gguf: Gguf): Record<string, unknown> | undefined {
  if (gguf.tensors.has("rope_freqs.weight"))
    // The divisors do not say which factors they came from.
    throw new FormatError("gguf", "has Llama 3's rope_freqs.weight, which cannot be read back", {
      file: gguf.name,
    });
  const type = get("rope.scaling.type");
  if (type === undefined || type === "none") return undefined;
  return {
    rope_type: type,
    factor: shortened(get("rope.scaling.factor")),
    original_max_position_embeddings: get("rope.scaling.original_context_length"),
    beta_fast: shortened(get("rope.scaling.yarn_beta_fast")),
    beta_slow: shortened(get("rope.scaling.yarn_beta_slow")),
  };
}
