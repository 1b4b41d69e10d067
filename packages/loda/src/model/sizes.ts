// The sizes a LODA model comes in: T5 with relative positions, tied embeddings and a ReLU feed-forward part.
import { parseConfig, type T5Config } from "@weightsmith/nn";
import { mark } from "./vocabulary.ts";

export const modelSizes = ["tiny", "small", "base", "large"] as const;
export type ModelSize = (typeof modelSizes)[number];

interface Shape {
  readonly width: number;
  /** Of the encoder, and as many of the decoder. */
  readonly layers: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly ffnWidth: number;
}

const shapes: Record<ModelSize, Shape> = {
  tiny: { width: 128, layers: 2, heads: 4, headWidth: 32, ffnWidth: 512 },
  small: { width: 256, layers: 4, heads: 8, headWidth: 32, ffnWidth: 1024 },
  base: { width: 512, layers: 6, heads: 8, headWidth: 64, ffnWidth: 2048 },
  large: { width: 768, layers: 12, heads: 12, headWidth: 64, ffnWidth: 3072 },
};

export function lodaModelConfig(size: ModelSize, vocabularySize: number): T5Config {
  const { width, layers, heads, headWidth, ffnWidth } = shapes[size];
  const config = parseConfig({
    model_type: "t5",
    vocab_size: vocabularySize,
    d_model: width,
    d_kv: headWidth,
    d_ff: ffnWidth,
    num_layers: layers,
    num_decoder_layers: layers,
    num_heads: heads,
    feed_forward_proj: "relu",
    relative_attention_num_buckets: 32,
    relative_attention_max_distance: 128,
    tie_word_embeddings: true,
    pad_token_id: mark.pad,
    decoder_start_token_id: mark.pad,
    eos_token_id: mark.end,
  });
  if (config.family !== "t5") throw new RangeError("A LODA model is a T5.");
  return config;
}
