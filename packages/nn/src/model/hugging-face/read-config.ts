// From a Hugging Face `config.json` to the description of a model.
import { z } from "zod";
import { FormatError, quote } from "../../format-error.ts";
import {
  type Activation,
  checkDecoder,
  type DecoderConfig,
  decoderFamilies,
  type ModelConfig,
  type RopeScaling,
  type T5Config,
} from "../config.ts";
import { gpt2Json, llamaJson, type ropeParameters, t5Json } from "./schemas.ts";

const activations: Readonly<Record<string, Activation>> = {
  silu: "silu",
  swish: "silu",
  gelu: "gelu",
  gelu_new: "geluTanh",
  gelu_pytorch_tanh: "geluTanh",
  relu: "relu",
};

function parseWith<T>(schema: z.ZodType<T>, json: unknown, file: string | undefined): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join(".") || "the document";
  throw new FormatError("config", `${where}: ${issue?.message ?? "not a model configuration"}`, {
    ...(file === undefined ? {} : { file }),
    cause: result.error,
  });
}

/**
 * Reads a parsed Hugging Face `config.json`.
 * @throws FormatError if the architecture is not one of ours or a field is missing or contradictory
 */
export function parseConfig(json: unknown, options: { file?: string } = {}): ModelConfig {
  const { file } = options;
  const refuse = (reason: string) => new FormatError("config", reason, file === undefined ? {} : { file });
  const { model_type: modelType } = parseWith(z.looseObject({ model_type: z.string() }), json, file);
  const activation = (name: string): Activation => {
    const known = activations[name];
    if (!known)
      throw refuse(
        `activation ${quote(name)} is not supported; known: ${Object.keys(activations).join(", ")}`,
      );
    return known;
  };
  try {
    switch (modelType) {
      case "gpt2":
        return gpt2FromJson(parseWith(gpt2Json, json, file), activation);
      case "llama":
      case "mistral":
      case "phi3":
      case "qwen2":
      case "qwen3":
        return llamaFromJson(parseWith(llamaJson, json, file), activation);
      case "t5":
      case "mt5":
        return t5FromJson(parseWith(t5Json, json, file), activation);
      default:
        throw refuse(
          `model_type ${quote(modelType)} is not supported; known: ${decoderFamilies.join(", ")}, t5, mt5`,
        );
    }
  } catch (error) {
    throw error instanceof RangeError ? refuse(error.message) : error;
  }
}

const idList = (ids: number | number[] | null | undefined): number[] =>
  ids === null || ids === undefined ? [] : typeof ids === "number" ? [ids] : ids;

function gpt2FromJson(
  json: z.infer<typeof gpt2Json>,
  activation: (name: string) => Activation,
): DecoderConfig {
  return checkDecoder({
    family: "gpt2",
    vocabSize: json.vocab_size,
    width: json.n_embd,
    layers: json.n_layer,
    heads: json.n_head,
    kvHeads: json.n_head,
    headWidth: json.n_embd / json.n_head,
    ffnWidth: json.n_inner ?? 4 * json.n_embd,
    maxPositions: json.n_positions ?? json.n_ctx ?? 1024,
    positions: { kind: "learned" },
    norm: "layer",
    normEpsilon: json.layer_norm_epsilon,
    activation: activation(json.activation_function),
    gatedFfn: false,
    biases: { qkv: true, attentionOutput: true, ffn: true },
    queryKeyNorm: false,
    tiedEmbeddings: json.tie_word_embeddings ?? true,
    ...(json.bos_token_id == null ? {} : { beginTokenId: json.bos_token_id }),
    endTokenIds: idList(json.eos_token_id),
  });
}

function llamaFromJson(
  json: z.infer<typeof llamaJson>,
  activation: (name: string) => Activation,
): DecoderConfig {
  const family = json.model_type;
  const headWidth = json.head_dim ?? json.hidden_size / json.num_attention_heads;
  const rope = json.rope_parameters ?? json.rope_scaling ?? undefined;
  const scaling = rope && ropeScaling(rope, json);
  const partial = json.partial_rotary_factor ?? 1;
  const windowed =
    json.sliding_window != null &&
    (family !== "qwen2" && family !== "qwen3" ? true : json.use_sliding_window === true);
  return checkDecoder({
    family,
    vocabSize: json.vocab_size,
    width: json.hidden_size,
    layers: json.num_hidden_layers,
    heads: json.num_attention_heads,
    kvHeads: json.num_key_value_heads ?? json.num_attention_heads,
    headWidth,
    ffnWidth: json.intermediate_size,
    maxPositions: json.max_position_embeddings,
    positions: {
      kind: "rotary",
      theta: json.rope_parameters?.rope_theta ?? json.rope_theta ?? 10_000,
      width: Math.floor(headWidth * partial),
      ...(scaling ? { scaling } : {}),
    },
    norm: "rms",
    normEpsilon: json.rms_norm_eps,
    activation: activation(json.hidden_act),
    gatedFfn: true,
    biases: {
      qkv: family === "qwen2" || json.attention_bias === true,
      attentionOutput: family !== "qwen2" && json.attention_bias === true,
      ffn: json.mlp_bias === true,
    },
    queryKeyNorm: family === "qwen3",
    tiedEmbeddings: json.tie_word_embeddings ?? false,
    ...(windowed ? { slidingWindow: json.sliding_window as number } : {}),
    ...(windowed && json.max_window_layers != null && family.startsWith("qwen")
      ? { fullAttentionLayers: json.max_window_layers }
      : {}),
    ...(json.bos_token_id == null ? {} : { beginTokenId: json.bos_token_id }),
    endTokenIds: idList(json.eos_token_id),
  });
}

function ropeScaling(
  rope: z.infer<typeof ropeParameters>,
  json: { max_position_embeddings: number; original_max_position_embeddings?: number | null | undefined },
): RopeScaling | undefined {
  const kind = rope.rope_type ?? rope.type ?? "default";
  const originalMaxPositions =
    rope.original_max_position_embeddings ??
    json.original_max_position_embeddings ??
    json.max_position_embeddings;
  const need = (key: "factor" | "low_freq_factor" | "high_freq_factor"): number => {
    const value = rope[key];
    if (value == null) throw new RangeError(`rope scaling ${quote(kind)} needs ${key}.`);
    return value;
  };
  switch (kind) {
    case "default":
      return undefined;
    case "linear":
    case "dynamic":
      return { kind, factor: need("factor") };
    case "llama3":
      return {
        kind,
        factor: need("factor"),
        lowFrequencyFactor: need("low_freq_factor"),
        highFrequencyFactor: need("high_freq_factor"),
        originalMaxPositions,
      };
    case "yarn":
      return {
        kind,
        factor: need("factor"),
        originalMaxPositions,
        betaFast: rope.beta_fast ?? 32,
        betaSlow: rope.beta_slow ?? 1,
        truncate: rope.truncate ?? true,
        ...(rope.attention_factor == null ? {} : { attentionFactor: rope.attention_factor }),
        ...(rope.mscale == null ? {} : { mscale: rope.mscale }),
        ...(rope.mscale_all_dim == null ? {} : { mscaleAllDim: rope.mscale_all_dim }),
      };
    case "longrope":
    case "su":
      if (!rope.short_factor || !rope.long_factor) {
        throw new RangeError(`rope scaling ${quote(kind)} needs short_factor and long_factor.`);
      }
      return {
        kind: "longrope",
        shortFactor: rope.short_factor,
        longFactor: rope.long_factor,
        originalMaxPositions,
        ...(rope.attention_factor == null ? {} : { attentionFactor: rope.attention_factor }),
        ...(rope.factor == null ? {} : { factor: rope.factor }),
      };
    default:
      throw new RangeError(
        `rope scaling ${quote(kind)} is not supported; known: default, linear, dynamic, llama3, yarn, longrope.`,
      );
  }
}

function t5FromJson(json: z.infer<typeof t5Json>, activation: (name: string) => Activation): T5Config {
  const gated = json.feed_forward_proj.startsWith("gated-");
  const name = gated ? json.feed_forward_proj.slice("gated-".length) : json.feed_forward_proj;
  return {
    family: "t5",
    vocabSize: json.vocab_size,
    width: json.d_model,
    encoderLayers: json.num_layers,
    decoderLayers: json.num_decoder_layers ?? json.num_layers,
    heads: json.num_heads,
    headWidth: json.d_kv,
    ffnWidth: json.d_ff,
    // Checkpoints say "gated-gelu" and mean the tanh form.
    activation: gated && name === "gelu" ? "geluTanh" : activation(name),
    gatedFfn: gated,
    relativeBuckets: json.relative_attention_num_buckets,
    relativeMaxDistance: json.relative_attention_max_distance,
    normEpsilon: json.layer_norm_epsilon,
    tiedEmbeddings: json.tie_word_embeddings ?? true,
    decoderStartTokenId: json.decoder_start_token_id ?? 0,
    padTokenId: json.pad_token_id ?? 0,
    endTokenIds: idList(json.eos_token_id ?? 1),
  };
}
