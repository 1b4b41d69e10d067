/**
 * The named parameters of a model, with their shapes and initial distribution. Names and layouts are those of
 * Hugging Face checkpoints, so that a file's tensors are a model's weights without renaming or transposing.
 * A linear weight is [out, in]; GPT-2's `c_attn`, `c_proj` and `c_fc` are [in, out] (its Conv1D).
 */
import type { DecoderConfig, ModelConfig, T5Config } from "./config.ts";
import { Random } from "./random.ts";

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** A number is the standard deviation of a normal distribution around zero. */
  readonly initial: "ones" | "zeros" | number;
}

/** Weights by parameter name, float32, row-major in the shape of their `ParameterSpec`. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** A description with its weights. */
export interface Model<C extends ModelConfig = ModelConfig> {
  readonly config: C;
  readonly weights: Weights;
}

/** A linear map of a decoder layer: where its weight is stored and what part of a fused weight it is. */
export interface Projection {
  readonly weight: string;
  readonly bias?: string;
  readonly inWidth: number;
  readonly outWidth: number;
  /** The weight is [in, out]. */
  readonly transposed: boolean;
  /** Several projections may share one stored weight (Phi-3's `qkv_proj`): these are rows of it. */
  readonly offset: number;
  readonly storedOutWidth: number;
}

/** The seven places of a decoder layer that an adapter can change, in the names PEFT users know from Llama. */
export const projectionNames = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;
export type ProjectionName = (typeof projectionNames)[number];

/** The projections of layer `layer`; `gate_proj` is absent where the feed-forward part is not gated. */
export function layerProjections(
  config: DecoderConfig,
  layer: number,
): Readonly<Partial<Record<ProjectionName, Projection>>> &
  Readonly<Record<Exclude<ProjectionName, "gate_proj">, Projection>> {
  const { width, heads, kvHeads, headWidth, ffnWidth, biases } = config;
  const queryWidth = heads * headWidth;
  const kvWidth = kvHeads * headWidth;
  const make = (
    prefix: string,
    inWidth: number,
    outWidth: number,
    bias: boolean,
    part: { offset?: number; storedOutWidth?: number; transposed?: boolean } = {},
  ): Projection => ({
    weight: `${prefix}.weight`,
    ...(bias ? { bias: `${prefix}.bias` } : {}),
    inWidth,
    outWidth,
    transposed: part.transposed ?? false,
    offset: part.offset ?? 0,
    storedOutWidth: part.storedOutWidth ?? outWidth,
  });
  if (config.family === "gpt2") {
    const root = `transformer.h.${layer}`;
    const qkv = (index: number) =>
      make(`${root}.attn.c_attn`, width, width, true, {
        offset: index * width,
        storedOutWidth: 3 * width,
        transposed: true,
      });
    return {
      q_proj: qkv(0),
      k_proj: qkv(1),
      v_proj: qkv(2),
      o_proj: make(`${root}.attn.c_proj`, width, width, true, { transposed: true }),
      up_proj: make(`${root}.mlp.c_fc`, width, ffnWidth, true, { transposed: true }),
      down_proj: make(`${root}.mlp.c_proj`, ffnWidth, width, true, { transposed: true }),
    };
  }
  const root = `model.layers.${layer}`;
  const o_proj = make(`${root}.self_attn.o_proj`, queryWidth, width, biases.attentionOutput);
  const down_proj = make(`${root}.mlp.down_proj`, ffnWidth, width, biases.ffn);
  if (config.family === "phi3") {
    const storedOutWidth = queryWidth + 2 * kvWidth;
    const qkv = (offset: number, outWidth: number) =>
      make(`${root}.self_attn.qkv_proj`, width, outWidth, false, { offset, storedOutWidth });
    const gateUp = (offset: number) =>
      make(`${root}.mlp.gate_up_proj`, width, ffnWidth, false, { offset, storedOutWidth: 2 * ffnWidth });
    return {
      q_proj: qkv(0, queryWidth),
      k_proj: qkv(queryWidth, kvWidth),
      v_proj: qkv(queryWidth + kvWidth, kvWidth),
      o_proj,
      gate_proj: gateUp(0),
      up_proj: gateUp(ffnWidth),
      down_proj,
    };
  }
  return {
    q_proj: make(`${root}.self_attn.q_proj`, width, queryWidth, biases.qkv),
    k_proj: make(`${root}.self_attn.k_proj`, width, kvWidth, biases.qkv),
    v_proj: make(`${root}.self_attn.v_proj`, width, kvWidth, biases.qkv),
    o_proj,
    gate_proj: make(`${root}.mlp.gate_proj`, width, ffnWidth, biases.ffn),
    up_proj: make(`${root}.mlp.up_proj`, width, ffnWidth, biases.ffn),
    down_proj,
  };
}

/** Names of everything in a decoder that is not a projection. */
export interface DecoderNames {
  readonly embedding: string;
  readonly positions?: string;
  readonly attentionNorm: (layer: number) => string;
  readonly ffnNorm: (layer: number) => string;
  readonly queryNorm: (layer: number) => string;
  readonly keyNorm: (layer: number) => string;
  readonly finalNorm: string;
  readonly head: string;
}

/** Norm names are without their ending `.weight` or `.bias`; the others are whole. */
export function decoderNames(config: DecoderConfig): DecoderNames {
  if (config.family === "gpt2") {
    return {
      embedding: "transformer.wte.weight",
      positions: "transformer.wpe.weight",
      attentionNorm: (layer) => `transformer.h.${layer}.ln_1`,
      ffnNorm: (layer) => `transformer.h.${layer}.ln_2`,
      queryNorm: (layer) => `transformer.h.${layer}.attn.q_norm`,
      keyNorm: (layer) => `transformer.h.${layer}.attn.k_norm`,
      finalNorm: "transformer.ln_f",
      head: config.tiedEmbeddings ? "transformer.wte.weight" : "lm_head.weight",
    };
  }
  return {
    embedding: "model.embed_tokens.weight",
    attentionNorm: (layer) => `model.layers.${layer}.input_layernorm`,
    ffnNorm: (layer) => `model.layers.${layer}.post_attention_layernorm`,
    queryNorm: (layer) => `model.layers.${layer}.self_attn.q_norm`,
    keyNorm: (layer) => `model.layers.${layer}.self_attn.k_norm`,
    finalNorm: "model.norm",
    head: config.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight",
  };
}

/** Every parameter of a model, in a fixed order, each once (tied embeddings are one parameter). */
export function parameterSpecs(config: ModelConfig): ParameterSpec[] {
  return config.family === "t5" ? t5Specs(config) : decoderSpecs(config);
}

function decoderSpecs(config: DecoderConfig): ParameterSpec[] {
  const names = decoderNames(config);
  // "Small init": √(2 / 5·width), projections into the residual stream divided by √(2·layers)
  // (Nguyen & Salazar 2019, arXiv:1910.05895; Radford et al. 2019).
  const std = Math.sqrt(2 / (5 * config.width));
  const residual = std / Math.sqrt(2 * config.layers);
  const specs: ParameterSpec[] = [];
  const norm = (name: string, width: number, bias: boolean) => {
    specs.push({ name: `${name}.weight`, shape: [width], initial: "ones" });
    if (bias) specs.push({ name: `${name}.bias`, shape: [width], initial: "zeros" });
  };
  const layerNorm = config.norm === "layer";
  specs.push({ name: names.embedding, shape: [config.vocabSize, config.width], initial: std });
  if (names.positions)
    specs.push({ name: names.positions, shape: [config.maxPositions, config.width], initial: std });
  for (let layer = 0; layer < config.layers; layer++) {
    norm(names.attentionNorm(layer), config.width, layerNorm);
    const projections = layerProjections(config, layer);
    const seen = new Set<string>();
    const linear = (name: ProjectionName) => {
      const projection = projections[name];
      if (!projection || seen.has(projection.weight)) return;
      seen.add(projection.weight);
      const { inWidth, storedOutWidth: outWidth } = projection;
      specs.push({
        name: projection.weight,
        shape: projection.transposed ? [inWidth, outWidth] : [outWidth, inWidth],
        initial: name === "o_proj" || name === "down_proj" ? residual : std,
      });
      if (projection.bias) specs.push({ name: projection.bias, shape: [outWidth], initial: "zeros" });
    };
    for (const name of ["q_proj", "k_proj", "v_proj"] as const) linear(name);
    if (config.queryKeyNorm) {
      norm(names.queryNorm(layer), config.headWidth, false);
      norm(names.keyNorm(layer), config.headWidth, false);
    }
    linear("o_proj");
    norm(names.ffnNorm(layer), config.width, layerNorm);
    for (const name of ["gate_proj", "up_proj", "down_proj"] as const) linear(name);
  }
  norm(names.finalNorm, config.width, layerNorm);
  if (!config.tiedEmbeddings) {
    specs.push({ name: names.head, shape: [config.vocabSize, config.width], initial: std });
  }
  return specs;
}

function t5Specs(config: T5Config): ParameterSpec[] {
  const { width, heads, headWidth, ffnWidth } = config;
  const inner = heads * headWidth;
  const specs: ParameterSpec[] = [{ name: "shared.weight", shape: [config.vocabSize, width], initial: 1 }];
  const matrix = (name: string, shape: readonly number[], initial: number) =>
    specs.push({ name, shape, initial });
  const norm = (name: string) => specs.push({ name: `${name}.weight`, shape: [width], initial: "ones" });
  // T5 does not scale attention logits; its initial query absorbs 1/√headWidth (Raffel et al. 2020).
  const attention = (prefix: string) => {
    matrix(`${prefix}.q.weight`, [inner, width], (width * headWidth) ** -0.5);
    matrix(`${prefix}.k.weight`, [inner, width], width ** -0.5);
    matrix(`${prefix}.v.weight`, [inner, width], width ** -0.5);
    matrix(`${prefix}.o.weight`, [width, inner], inner ** -0.5);
  };
  for (const stack of ["encoder", "decoder"] as const) {
    const layers = stack === "encoder" ? config.encoderLayers : config.decoderLayers;
    for (let block = 0; block < layers; block++) {
      const root = `${stack}.block.${block}.layer`;
      attention(`${root}.0.SelfAttention`);
      if (block === 0) {
        const name = `${root}.0.SelfAttention.relative_attention_bias.weight`;
        matrix(name, [config.relativeBuckets, heads], width ** -0.5);
      }
      norm(`${root}.0.layer_norm`);
      if (stack === "decoder") {
        attention(`${root}.1.EncDecAttention`);
        norm(`${root}.1.layer_norm`);
      }
      const ffn = `${root}.${stack === "encoder" ? 1 : 2}`;
      for (const name of config.gatedFfn ? ["wi_0", "wi_1"] : ["wi"]) {
        matrix(`${ffn}.DenseReluDense.${name}.weight`, [ffnWidth, width], width ** -0.5);
      }
      matrix(`${ffn}.DenseReluDense.wo.weight`, [width, ffnWidth], ffnWidth ** -0.5);
      norm(`${ffn}.layer_norm`);
    }
    norm(`${stack}.final_layer_norm`);
  }
  if (!config.tiedEmbeddings) matrix("lm_head.weight", [config.vocabSize, width], 1);
  return specs;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How many numbers a model holds. */
export function parameterCount(config: ModelConfig): number {
  return parameterSpecs(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

/**
 * Fresh weights, the same for the same seed on every machine: each parameter draws from a stream of its own name,
 * so that adding a parameter changes no other.
 */
export function initialWeights(config: ModelConfig, seed: number): Map<string, Float32Array> {
  return new Map(parameterSpecs(config).map((spec) => [spec.name, initialParameter(spec, seed)]));
}

export function initialParameter({ name, shape, initial }: ParameterSpec, seed: number): Float32Array {
  const values = new Float32Array(elementCount(shape));
  if (initial === "ones") values.fill(1);
  else if (typeof initial === "number") {
    const random = new Random(seed, name);
    for (let index = 0; index < values.length; index++) values[index] = random.normal() * initial;
  }
  return values;
}

/** A fresh model. */
export function createModel<C extends ModelConfig>(config: C, options: { seed: number }): Model<C> {
  return { config, weights: initialWeights(config, options.seed) };
}

/** @throws RangeError naming the first parameter that is missing or has the wrong size */
export function checkWeights(config: ModelConfig, weights: Weights): void {
  for (const { name, shape } of parameterSpecs(config)) {
    const values = weights.get(name);
    if (!values) throw new RangeError(`The weights lack ${name} [${shape.join(", ")}].`);
    if (values.length !== elementCount(shape)) {
      throw new RangeError(
        `${name} must have ${elementCount(shape)} values [${shape.join(", ")}]; got ${values.length}.`,
      );
    }
  }
}
