/**
 * Tiny random models whose GGUF files llama.cpp has run: what it answered is in llama-cpp-answers.json, made by
 * llama-cpp-answers.ts. Everything is derived from seeds, so a test makes the same bytes that llama.cpp read.
 */
import { type Adapter, createAdapter } from "../src/adapter/adapter.ts";
import { encodeGgufLora, type GgufPrecision, ggufModelParts } from "../src/gguf/index.ts";
import { type DecoderConfig, llamaConfig } from "../src/model/config.ts";
import { parseConfig } from "../src/model/hugging-face/read-config.ts";
import { createModel, type Model, type ProjectionName } from "../src/model/parameters.ts";
import { Random } from "../src/model/random.ts";
import {
  BpeTrainer,
  loadTokenizer,
  type PreTokenizerName,
  type Tokenizer,
  tokenizerFiles,
} from "../src/tokenizer/index.ts";

export interface Case {
  name: string;
  precision: GgufPrecision;
  model: Model<DecoderConfig>;
  tokenizer: Tokenizer;
  adapter?: Adapter;
}

const corpus = Array.from(
  { length: 60 },
  (_, row) =>
    `Row ${row * 37}: the quick brown fox's naïve café — "日本" {"key_${row % 7}": ${row / 8}}\n  it's 😀`,
);

/** Texts that llama.cpp tokenised with every model. */
export const texts = [
  "the quick brown fox's 12345 keys",
  'Row 7:\n\n  {"key_1": [1.5, -2]}\t日本語 café 😀\r\n',
  "WE'RE it'S   x\u00a0y <|end|>the",
  " ",
  "…—'d  \n \n",
];

const vocabularySize = 300;

function tokenizer(preTokenizer: PreTokenizerName): Tokenizer {
  const trainer = new BpeTrainer({
    vocabularySize: vocabularySize - 8,
    preTokenizer,
    specialTokens: ["<pad>", "<s>", "</s>", "<|end|>"],
  });
  for (const text of corpus) trainer.add(text);
  const roles = { bos: "<s>", eos: "</s>", pad: "<pad>" };
  const { tokenizer, config } = tokenizerFiles(trainer.train(), { roles });
  return loadTokenizer(tokenizer, config);
}

/** Random weights with norms and biases that are not at their start values, and larger, so that answers differ. */
function lively(config: DecoderConfig, seed: number): Model<DecoderConfig> {
  const model = createModel(config, { seed });
  for (const [name, values] of model.weights) {
    const random = new Random(seed, `lively ${name}`);
    const scale = values.length > 1000 ? 2 : 1;
    for (let index = 0; index < values.length; index++)
      values[index] = Math.fround(values[index]! * scale + 0.05 * random.normal());
  }
  return model;
}

function decoder(json: Record<string, unknown>): DecoderConfig {
  const config = parseConfig({
    vocab_size: vocabularySize,
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 96,
    max_position_embeddings: 256,
    ...json,
  });
  if (config.family === "t5") throw new RangeError("a decoder was expected");
  return config;
}

function lora(config: DecoderConfig, targets: ProjectionName[]): Adapter {
  const adapter = createAdapter(config, { lora: { rank: 4, alpha: 6, targets } }, { seed: 9 });
  for (const [name, values] of adapter.weights) {
    const random = new Random(10, name);
    for (let index = 0; index < values.length; index++) values[index] = Math.fround(0.2 * random.normal());
  }
  return adapter;
}

export function makeCases(): Case[] {
  const shape = {
    vocabSize: vocabularySize,
    width: 64,
    layers: 2,
    heads: 4,
    ffnWidth: 96,
    maxPositions: 256,
  };
  const llama = llamaConfig({ ...shape, kvHeads: 2 });
  const qwen2 = decoder({ model_type: "qwen2", rms_norm_eps: 1e-6, rope_theta: 1_000_000 });
  const qwen3 = decoder({ model_type: "qwen3", head_dim: 32, tie_word_embeddings: true });
  const gpt2 = decoder({ model_type: "gpt2", n_embd: 64, n_layer: 2, n_head: 4, n_positions: 256 });
  const llama3 = decoder({
    model_type: "llama",
    rope_theta: 500_000,
    rope_scaling: {
      rope_type: "llama3",
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 32,
    },
  });
  const linear = decoder({ model_type: "llama", rope_scaling: { rope_type: "linear", factor: 4 } });
  const yarn = decoder({
    model_type: "qwen2",
    rope_scaling: { rope_type: "yarn", factor: 4, original_max_position_embeddings: 64 },
  });
  const make = (
    name: string,
    config: DecoderConfig,
    pre: PreTokenizerName,
    more: { precision?: GgufPrecision; adapter?: Adapter } = {},
  ): Case => ({
    name,
    precision: more.precision ?? "f32",
    model: lively(config, 1),
    tokenizer: tokenizer(pre),
    ...(more.adapter ? { adapter: more.adapter } : {}),
  });
  const all: ProjectionName[] = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
  return [
    make("llama", llama, "llama-bpe"),
    make("llama, smollm tokens", llamaConfig({ ...shape, tiedEmbeddings: false }), "smollm"),
    make("llama with LoRA", llama, "smollm", { adapter: lora(llama, all) }),
    make("llama, f16", llama, "qwen2", { precision: "f16" }),
    make("llama, q8_0", llama, "qwen2", { precision: "q8_0" }),
    make("llama, rope scaling of Llama 3", llama3, "llama-bpe"),
    make("llama, linear rope scaling", linear, "gpt-2"),
    make("mistral", decoder({ model_type: "mistral", sliding_window: null }), "gpt-2"),
    make("qwen2", qwen2, "qwen2"),
    make("qwen2, yarn", yarn, "qwen2"),
    make("qwen2 with LoRA", qwen2, "qwen2", { adapter: lora(qwen2, ["q_proj", "v_proj", "up_proj"]) }),
    make("qwen3", qwen3, "qwen2"),
    make("gpt2", gpt2, "gpt-2"),
    make("gpt2 with LoRA", gpt2, "gpt-2", {
      adapter: lora(gpt2, ["q_proj", "v_proj", "o_proj", "up_proj", "down_proj"]),
    }),
  ];
}

/** The files of a case, as llama.cpp reads them. */
export function caseFiles({ model, tokenizer, precision, adapter }: Case): {
  model: Uint8Array;
  adapter?: Uint8Array;
} {
  const parts = [...ggufModelParts(model, tokenizer, { precision, name: "tiny" })];
  return {
    model: new Uint8Array(Buffer.concat(parts)),
    ...(adapter ? { adapter: encodeGgufLora(model.config, adapter) } : {}),
  };
}

/** What llama.cpp said about a case. */
export interface Answer {
  /** SHA-256 of the model's file, and of the adapter's */
  hashes: string[];
  /** ids of each of `texts` */
  tokens: number[][];
  /** logits after the first text, every 16th, to 6 digits */
  logits: number[];
  /** 24 tokens after the first text */
  greedy: number[];
}

export const logitStride = 16;
export const greedyCount = 24;
