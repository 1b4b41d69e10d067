// A decoder of the shape of Qwen2-0.5B with random weights: what is measured depends on shapes, not on values.
import { type DecoderConfig, type Model, parameterSpecs, parseConfig } from "@weightsmith/nn";

/** The fields of Qwen2-0.5B's `config.json` that decide the computation. */
const qwen2 = {
  model_type: "qwen2",
  architectures: ["Qwen2ForCausalLM"],
  hidden_act: "silu",
  hidden_size: 896,
  intermediate_size: 4864,
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151_936,
  eos_token_id: 151_643,
};

/** @param layers fewer than 24 for a trial run */
export function randomQwen2(layers = qwen2.num_hidden_layers): Model<DecoderConfig> {
  const config = parseConfig({ ...qwen2, num_hidden_layers: layers });
  if (config.family === "t5") throw new Error("unreachable: a Qwen2 is a decoder");
  const weights = new Map<string, Float32Array>();
  for (const [index, { name, shape, initial }] of parameterSpecs(config).entries()) {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (initial === "ones") values.fill(1);
    else if (typeof initial === "number") fillUniform(values, initial, index + 1);
    weights.set(name, values);
  }
  return { config, weights };
}

/** Uniform numbers of a standard deviation: a drawn stretch of prime length, repeated, since drawing 500 million takes a minute. */
function fillUniform(values: Float32Array, deviation: number, seed: number): void {
  const drawn = Math.min(values.length, 1_000_003);
  let state = seed >>> 0;
  for (let at = 0; at < drawn; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[at] = (state / 2 ** 32 - 0.5) * Math.sqrt(12) * deviation;
  }
  for (let at = drawn; at < values.length; at += drawn) {
    values.copyWithin(at, 0, Math.min(drawn, values.length - at));
  }
}
