import { describe, expect, it } from "vitest";
import { FormatError } from "../format-error.ts";
import { type DecoderConfig, llamaConfig } from "./config.ts";
import { parseConfig } from "./hugging-face/read-config.ts";
import { toHuggingFace } from "./hugging-face/write-config.ts";
import { createModel, parameterCount, parameterSpecs } from "./parameters.ts";
import { Random } from "./random.ts";

const qwen3 = {
  model_type: "qwen3",
  vocab_size: 151936,
  hidden_size: 1024,
  num_hidden_layers: 28,
  num_attention_heads: 16,
  num_key_value_heads: 8,
  head_dim: 128,
  intermediate_size: 3072,
  max_position_embeddings: 40960,
  rms_norm_eps: 1e-6,
  rope_theta: 1000000,
  hidden_act: "silu",
  tie_word_embeddings: true,
  attention_bias: false,
  sliding_window: null,
  bos_token_id: 151643,
  eos_token_id: 151645,
};

describe("configurations", () => {
  it("reads the published configurations to their published sizes", () => {
    expect(parameterCount(parseConfig(qwen3))).toBe(596_049_920);
    const gpt2 = { model_type: "gpt2", vocab_size: 50257, n_embd: 768, n_layer: 12, n_head: 12, n_ctx: 1024 };
    expect(parameterCount(parseConfig(gpt2))).toBe(124_439_808);
    const t5Small = {
      model_type: "t5",
      vocab_size: 32128,
      d_model: 512,
      d_kv: 64,
      d_ff: 2048,
      num_layers: 6,
      num_heads: 8,
    };
    expect(parameterCount(parseConfig(t5Small))).toBe(60_506_624);
    const qwen25 = {
      ...qwen3,
      model_type: "qwen2",
      hidden_size: 896,
      num_hidden_layers: 24,
      num_attention_heads: 14,
      num_key_value_heads: 2,
      head_dim: undefined,
      intermediate_size: 4864,
    };
    expect(parameterCount(parseConfig(qwen25))).toBe(494_032_768);
  });

  it("writes what it reads, for every family and rope scaling", () => {
    const scalings = [
      { rope_type: "linear", factor: 4 },
      { rope_type: "dynamic", factor: 2 },
      {
        rope_type: "llama3",
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 8192,
      },
      { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
      {
        type: "longrope",
        short_factor: [1, 1.5],
        long_factor: [2, 3],
        original_max_position_embeddings: 4096,
      },
    ];
    const configs = [
      ...["llama", "mistral", "phi3", "qwen2", "qwen3"].map((model_type) => ({ ...qwen3, model_type })),
      ...scalings.map((rope_scaling) => ({ ...qwen3, model_type: "llama", head_dim: 4, rope_scaling })),
      {
        model_type: "gpt2",
        vocab_size: 10,
        n_embd: 8,
        n_layer: 1,
        n_head: 2,
        n_positions: 16,
        eos_token_id: [1, 2],
      },
      {
        model_type: "t5",
        vocab_size: 10,
        d_model: 8,
        d_kv: 4,
        d_ff: 16,
        num_layers: 1,
        num_heads: 2,
        feed_forward_proj: "gated-gelu",
      },
    ].map((json) => parseConfig(json));
    for (const config of configs) expect(parseConfig(toHuggingFace(config))).toEqual(config);
  });

  it.each([
    [{}, /model_type/],
    [{ ...qwen3, model_type: "bert" }, /"bert" is not supported/],
    [{ ...qwen3, num_key_value_heads: 3 }, /kvHeads must divide heads/],
    [{ ...qwen3, hidden_size: -1 }, /hidden_size/],
    [{ ...qwen3, hidden_act: "mish" }, /activation "mish"/],
    [{ ...qwen3, rope_scaling: { rope_type: "llama3" } }, /needs factor/],
  ])("refuses a broken configuration, naming the field", (json, message) => {
    expect(() => parseConfig(json, { file: "config.json" })).toThrow(FormatError);
    expect(() => parseConfig(json, { file: "config.json" })).toThrow(message);
  });
});

describe("fresh weights", () => {
  const config: DecoderConfig = llamaConfig({
    vocabSize: 32,
    width: 16,
    layers: 2,
    heads: 2,
    ffnWidth: 24,
    maxPositions: 64,
  });

  it("are the same for the same seed and differ for another", () => {
    const [first, again, other] = [1, 1, 2].map((seed) => createModel(config, { seed }).weights);
    const name = "model.layers.1.self_attn.q_proj.weight";
    expect(first?.get(name)).toEqual(again?.get(name));
    expect(first?.get(name)).not.toEqual(other?.get(name));
  });

  it("have the names and shapes of a Hugging Face checkpoint", () => {
    const shapes = Object.fromEntries(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
    expect(shapes["model.embed_tokens.weight"]).toEqual([32, 16]);
    expect(shapes["model.layers.0.mlp.down_proj.weight"]).toEqual([16, 24]);
    expect(shapes).not.toHaveProperty("lm_head.weight");
  });
});

describe("Random", () => {
  it("gives the same numbers on every machine", () => {
    const random = new Random(42, "test");
    expect(Array.from({ length: 4 }, () => random.uint32())).toMatchInlineSnapshot(`
      [
        1484409016,
        4232019172,
        3377903247,
        3603922426,
      ]
    `);
  });

  it("goes on from a saved state", () => {
    const random = new Random(7);
    random.normal();
    const { state } = random;
    const next = random.uniform();
    const other = new Random(0);
    other.state = state;
    expect(other.uniform()).toBe(next);
  });

  it("draws normals of mean 0 and variance 1", () => {
    const random = new Random(3);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  });
});
