/**
 * What a model is, without its weights: the decoders of the GPT-2 and Llama families and the encoder-decoder T5.
 * `parseConfig` reads a Hugging Face `config.json`; `toHuggingFace` writes one. Shapes of parameters follow in
 * parameters.ts, the computation in decoder.ts and t5.ts.
 */
import { z } from "zod";
import { FormatError, quote } from "../format-error.ts";

/** How rotary positions are stretched beyond the length a model was trained on; fields as in `config.json`. */
export type RopeScaling =
  | { readonly kind: "linear"; readonly factor: number }
  | { readonly kind: "dynamic"; readonly factor: number }
  | {
      readonly kind: "llama3";
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      readonly kind: "yarn";
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly attentionFactor?: number;
      readonly mscale?: number;
      readonly mscaleAllDim?: number;
      readonly truncate: boolean;
    }
  | {
      readonly kind: "longrope";
      readonly shortFactor: readonly number[];
      readonly longFactor: readonly number[];
      readonly originalMaxPositions: number;
      readonly attentionFactor?: number;
      readonly factor?: number;
    };

export type Positions =
  | { readonly kind: "learned" }
  | {
      readonly kind: "rotary";
      readonly theta: number;
      /** How many leading components of a head are rotated; even. */
      readonly width: number;
      readonly scaling?: RopeScaling;
    };

export type Activation = "silu" | "gelu" | "geluTanh" | "relu";

export const decoderFamilies = ["gpt2", "llama", "mistral", "phi3", "qwen2", "qwen3"] as const;
export type DecoderFamily = (typeof decoderFamilies)[number];

/** A decoder-only transformer. Widths count floats, `maxPositions` tokens. */
export interface DecoderConfig {
  readonly family: DecoderFamily;
  readonly vocabSize: number;
  /** Width of the residual stream. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads; divides `heads`. Fewer than `heads` is grouped-query attention. */
  readonly kvHeads: number;
  readonly headWidth: number;
  /** Inner width of the feed-forward part. */
  readonly ffnWidth: number;
  readonly maxPositions: number;
  readonly positions: Positions;
  readonly norm: "layer" | "rms";
  readonly normEpsilon: number;
  readonly activation: Activation;
  /** down(act(gate·x) ⊙ up·x) rather than down(act(up·x)). */
  readonly gatedFfn: boolean;
  /** Biases of the query, key and value projections, of the output projection, of the feed-forward part. */
  readonly biases: { readonly qkv: boolean; readonly attentionOutput: boolean; readonly ffn: boolean };
  /** RMS norm of each head's query and key before rotation (Qwen3). */
  readonly queryKeyNorm: boolean;
  /** The output matrix is the token embedding. */
  readonly tiedEmbeddings: boolean;
  /** A query sees this many latest positions, itself included. */
  readonly slidingWindow?: number;
  /** With a sliding window: layers below this index see everything (Qwen2's `max_window_layers`). */
  readonly fullAttentionLayers?: number;
  readonly beginTokenId?: number;
  readonly endTokenIds: readonly number[];
}

/** T5 and its relatives: encoder and decoder with relative position buckets and RMS norm, no biases. */
export interface T5Config {
  readonly family: "t5";
  readonly vocabSize: number;
  readonly width: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly ffnWidth: number;
  readonly activation: Activation;
  readonly gatedFfn: boolean;
  readonly relativeBuckets: number;
  readonly relativeMaxDistance: number;
  readonly normEpsilon: number;
  readonly tiedEmbeddings: boolean;
  readonly decoderStartTokenId: number;
  readonly padTokenId: number;
  readonly endTokenIds: readonly number[];
}

export type ModelConfig = DecoderConfig | T5Config;

/** What `llamaConfig` needs; the rest follows. */
export interface LlamaShape {
  readonly vocabSize: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads?: number;
  readonly headWidth?: number;
  readonly ffnWidth: number;
  readonly maxPositions: number;
  readonly ropeTheta?: number;
  readonly tiedEmbeddings?: boolean;
  readonly beginTokenId?: number;
  readonly endTokenIds?: readonly number[];
}

/** A Llama-family decoder of our own: SwiGLU, RMS norm, rotary positions, no biases, tied embeddings. */
export function llamaConfig(shape: LlamaShape): DecoderConfig {
  const headWidth = shape.headWidth ?? shape.width / shape.heads;
  return checkDecoder({
    family: "llama",
    vocabSize: shape.vocabSize,
    width: shape.width,
    layers: shape.layers,
    heads: shape.heads,
    kvHeads: shape.kvHeads ?? shape.heads,
    headWidth,
    ffnWidth: shape.ffnWidth,
    maxPositions: shape.maxPositions,
    positions: { kind: "rotary", theta: shape.ropeTheta ?? 10_000, width: headWidth },
    norm: "rms",
    normEpsilon: 1e-5,
    activation: "silu",
    gatedFfn: true,
    biases: { qkv: false, attentionOutput: false, ffn: false },
    queryKeyNorm: false,
    tiedEmbeddings: shape.tiedEmbeddings ?? true,
    ...(shape.beginTokenId === undefined ? {} : { beginTokenId: shape.beginTokenId }),
    endTokenIds: shape.endTokenIds ?? [],
  });
}

/** @throws RangeError naming the first invariant that does not hold */
export function checkDecoder(config: DecoderConfig): DecoderConfig {
  const { heads, kvHeads, headWidth, positions } = config;
  for (const key of [
    "vocabSize",
    "width",
    "layers",
    "heads",
    "kvHeads",
    "headWidth",
    "ffnWidth",
    "maxPositions",
  ] as const) {
    if (!Number.isInteger(config[key]) || config[key] < 1) {
      throw new RangeError(`${key} must be a positive integer; got ${config[key]}.`);
    }
  }
  if (heads % kvHeads !== 0) throw new RangeError(`kvHeads must divide heads; got ${kvHeads} and ${heads}.`);
  if (
    positions.kind === "rotary" &&
    (positions.width % 2 !== 0 || positions.width > headWidth || positions.width < 2)
  ) {
    throw new RangeError(
      `rotary width must be even and at most headWidth ${headWidth}; got ${positions.width}.`,
    );
  }
  return config;
}

const positive = z.number().int().positive();
const tokenIds = z.union([z.number().int(), z.array(z.number().int())]).nullish();
const ropeParameters = z.looseObject({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: z.number().positive().nullish(),
  factor: z.number().positive().nullish(),
  original_max_position_embeddings: positive.nullish(),
  low_freq_factor: z.number().positive().nullish(),
  high_freq_factor: z.number().positive().nullish(),
  beta_fast: z.number().positive().nullish(),
  beta_slow: z.number().positive().nullish(),
  attention_factor: z.number().positive().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
  short_factor: z.array(z.number().positive()).nullish(),
  long_factor: z.array(z.number().positive()).nullish(),
});

const llamaJson = z.looseObject({
  model_type: z.enum(["llama", "mistral", "phi3", "qwen2", "qwen3"]),
  vocab_size: positive,
  hidden_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  num_key_value_heads: positive.nullish(),
  head_dim: positive.nullish(),
  intermediate_size: positive,
  max_position_embeddings: positive.default(2048),
  original_max_position_embeddings: positive.nullish(),
  rms_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.string().default("silu"),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: ropeParameters.nullish(),
  rope_parameters: ropeParameters.nullish(),
  partial_rotary_factor: z.number().positive().max(1).nullish(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  sliding_window: positive.nullish(),
  use_sliding_window: z.boolean().nullish(),
  max_window_layers: z.number().int().nullish(),
  bos_token_id: z.number().int().nullish(),
  eos_token_id: tokenIds,
});

const gpt2Json = z.looseObject({
  model_type: z.literal("gpt2"),
  vocab_size: positive,
  n_embd: positive,
  n_layer: positive,
  n_head: positive,
  n_inner: positive.nullish(),
  n_positions: positive.nullish(),
  n_ctx: positive.nullish(),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  activation_function: z.string().default("gelu_new"),
  scale_attn_weights: z.literal(true).optional(),
  scale_attn_by_inverse_layer_idx: z.literal(false).optional(),
  tie_word_embeddings: z.boolean().nullish(),
  bos_token_id: z.number().int().nullish(),
  eos_token_id: tokenIds,
});

const t5Json = z.looseObject({
  model_type: z.enum(["t5", "mt5"]),
  vocab_size: positive,
  d_model: positive,
  d_kv: positive,
  d_ff: positive,
  num_layers: positive,
  num_decoder_layers: positive.nullish(),
  num_heads: positive,
  relative_attention_num_buckets: positive.default(32),
  relative_attention_max_distance: positive.default(128),
  layer_norm_epsilon: z.number().positive().default(1e-6),
  feed_forward_proj: z.string().default("relu"),
  tie_word_embeddings: z.boolean().nullish(),
  decoder_start_token_id: z.number().int().nullish(),
  pad_token_id: z.number().int().nullish(),
  eos_token_id: tokenIds,
});

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

/** The `config.json` of a model, as other tools read it. `parseConfig(toHuggingFace(c))` gives `c` again. */
export function toHuggingFace(config: ModelConfig): Record<string, unknown> {
  if (config.family === "t5") return t5ToJson(config);
  const tokens = {
    ...(config.beginTokenId === undefined ? {} : { bos_token_id: config.beginTokenId }),
    ...(config.endTokenIds.length === 0
      ? {}
      : { eos_token_id: config.endTokenIds.length === 1 ? config.endTokenIds[0] : [...config.endTokenIds] }),
  };
  if (config.family === "gpt2") {
    return {
      architectures: ["GPT2LMHeadModel"],
      model_type: "gpt2",
      vocab_size: config.vocabSize,
      n_embd: config.width,
      n_layer: config.layers,
      n_head: config.heads,
      n_inner: config.ffnWidth,
      n_positions: config.maxPositions,
      layer_norm_epsilon: config.normEpsilon,
      activation_function: activationName(config.activation),
      tie_word_embeddings: config.tiedEmbeddings,
      torch_dtype: "float32",
      ...tokens,
    };
  }
  if (config.positions.kind !== "rotary") throw new RangeError(`${config.family} has rotary positions.`);
  const { theta, width, scaling } = config.positions;
  return {
    architectures: [architectures[config.family]],
    model_type: config.family,
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headWidth,
    intermediate_size: config.ffnWidth,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.normEpsilon,
    hidden_act: activationName(config.activation),
    rope_theta: theta,
    ...(width === config.headWidth ? {} : { partial_rotary_factor: width / config.headWidth }),
    ...(scaling ? { rope_scaling: ropeScalingToJson(scaling) } : {}),
    ...(scaling && "originalMaxPositions" in scaling && config.family === "phi3"
      ? { original_max_position_embeddings: scaling.originalMaxPositions }
      : {}),
    ...(config.family === "qwen2" ? {} : { attention_bias: config.biases.qkv }),
    ...(config.biases.ffn ? { mlp_bias: true } : {}),
    tie_word_embeddings: config.tiedEmbeddings,
    ...(config.slidingWindow === undefined ? {} : { sliding_window: config.slidingWindow }),
    ...(config.family.startsWith("qwen") ? { use_sliding_window: config.slidingWindow !== undefined } : {}),
    ...(config.fullAttentionLayers === undefined ? {} : { max_window_layers: config.fullAttentionLayers }),
    torch_dtype: "float32",
    ...tokens,
  };
}

const architectures: Readonly<Record<Exclude<DecoderFamily, "gpt2">, string>> = {
  llama: "LlamaForCausalLM",
  mistral: "MistralForCausalLM",
  phi3: "Phi3ForCausalLM",
  qwen2: "Qwen2ForCausalLM",
  qwen3: "Qwen3ForCausalLM",
};

function activationName(activation: Activation): string {
  return activation === "geluTanh" ? "gelu_new" : activation;
}

function ropeScalingToJson(scaling: RopeScaling): Record<string, unknown> {
  switch (scaling.kind) {
    case "linear":
    case "dynamic":
      return { rope_type: scaling.kind, factor: scaling.factor };
    case "llama3":
      return {
        rope_type: "llama3",
        factor: scaling.factor,
        low_freq_factor: scaling.lowFrequencyFactor,
        high_freq_factor: scaling.highFrequencyFactor,
        original_max_position_embeddings: scaling.originalMaxPositions,
      };
    case "yarn":
      return {
        rope_type: "yarn",
        factor: scaling.factor,
        original_max_position_embeddings: scaling.originalMaxPositions,
        beta_fast: scaling.betaFast,
        beta_slow: scaling.betaSlow,
        truncate: scaling.truncate,
        ...(scaling.attentionFactor === undefined ? {} : { attention_factor: scaling.attentionFactor }),
        ...(scaling.mscale === undefined ? {} : { mscale: scaling.mscale }),
        ...(scaling.mscaleAllDim === undefined ? {} : { mscale_all_dim: scaling.mscaleAllDim }),
      };
    case "longrope":
      return {
        rope_type: "longrope",
        short_factor: [...scaling.shortFactor],
        long_factor: [...scaling.longFactor],
        original_max_position_embeddings: scaling.originalMaxPositions,
        ...(scaling.attentionFactor === undefined ? {} : { attention_factor: scaling.attentionFactor }),
        ...(scaling.factor === undefined ? {} : { factor: scaling.factor }),
      };
  }
}

function t5ToJson(config: T5Config): Record<string, unknown> {
  const name = config.activation === "geluTanh" ? (config.gatedFfn ? "gelu" : "gelu_new") : config.activation;
  return {
    architectures: ["T5ForConditionalGeneration"],
    model_type: "t5",
    is_encoder_decoder: true,
    vocab_size: config.vocabSize,
    d_model: config.width,
    d_kv: config.headWidth,
    d_ff: config.ffnWidth,
    num_layers: config.encoderLayers,
    num_decoder_layers: config.decoderLayers,
    num_heads: config.heads,
    relative_attention_num_buckets: config.relativeBuckets,
    relative_attention_max_distance: config.relativeMaxDistance,
    layer_norm_epsilon: config.normEpsilon,
    feed_forward_proj: config.gatedFfn ? `gated-${name}` : name,
    tie_word_embeddings: config.tiedEmbeddings,
    decoder_start_token_id: config.decoderStartTokenId,
    pad_token_id: config.padTokenId,
    eos_token_id: config.endTokenIds.length === 1 ? config.endTokenIds[0] : [...config.endTokenIds],
    torch_dtype: "float32",
  };
}
