// From the description of a model to a Hugging Face `config.json`.
import type { Activation, DecoderFamily, ModelConfig, RopeScaling, T5Config } from "../config.ts";

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
