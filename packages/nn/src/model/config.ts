/**
 * What a model is, without its weights: the decoders of the GPT-2 and Llama families and the encoder-decoder T5.
 * hugging-face/ reads and writes `config.json`. Shapes of parameters follow in parameters.ts, the computation in
 * decoder.ts and t5.ts.
 */

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
