/**
 * The description of T5: encoder and decoder layers as graphs. Attention has no scale (the initial weights absorb it);
 * positions enter as a learned bias for each bucket of relative distance and head, shared by all layers of a stack.
 *
 * B batch, S encoder tokens, T decoder tokens, D model width, H heads, C head width.
 */
import {
  add,
  attention,
  gather,
  matmul,
  multiply,
  reshape,
  rmsNorm,
  type Tensor,
  transpose,
} from "@weightsmith/autodiff";
import type { T5Config } from "./config.ts";
import { activate, fromHeads, toHeads } from "./decoder.ts";

export type T5Stack = "encoder" | "decoder";
type WeightOf = (name: string) => Tensor;

/**
 * The bucket of a relative position key − query: half of the buckets for exact distances, the other half ever wider up
 * to `relativeMaxDistance`; an encoder halves the buckets once more, for keys before and after.
 * @see Raffel et al. 2020 §2.1, arXiv:1910.10683
 */
export function relativeBucket(config: T5Config, stack: T5Stack, relative: number): number {
  let buckets = config.relativeBuckets;
  let offset = 0;
  let distance = Math.max(-relative, 0);
  if (stack === "encoder") {
    buckets = Math.floor(buckets / 2);
    if (relative > 0) offset = buckets;
    distance = Math.abs(relative);
  }
  const exact = Math.floor(buckets / 2);
  if (distance < exact) return offset + distance;
  // In float32, as the checkpoints were trained: rounding decides where a bucket ends.
  const ratio = Math.fround(Math.log(Math.fround(distance / exact)));
  const scaled = Math.fround(
    Math.fround(ratio / Math.log(config.relativeMaxDistance / exact)) * (buckets - exact),
  );
  return offset + Math.min(buckets - 1, exact + Math.floor(scaled));
}

export const relativeBiasName = (stack: T5Stack) =>
  `${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;

/**
 * The position bias of a whole text: float32 [1,H,length,length].
 * @param buckets int64 [length,length], see `relativeBucket`
 */
export function relativeBias(weight: WeightOf, stack: T5Stack, buckets: Tensor): Tensor {
  const [queries, keys] = buckets.shape;
  const bias = transpose(gather(weight(relativeBiasName(stack)), buckets), [2, 0, 1]);
  return reshape(bias, [1, bias.shape[0]!, queries!, keys!]);
}

/** Buckets of all pairs of `length` positions, row-major [query, key]. */
export function bucketTable(config: T5Config, stack: T5Stack, length: number): BigInt64Array {
  return BigInt64Array.from({ length: length * length }, (_, at) =>
    BigInt(relativeBucket(config, stack, (at % length) - Math.floor(at / length))),
  );
}

/** Where the layers' numbers come from. */
export interface T5Maps {
  /** float32, whole, in the shape of its parameter. */
  readonly weight: WeightOf;
  /**
   * A linear map, its adapter included.
   * @param name its parameter's, without `.weight`   @param x float32 [...,in]   @returns float32 [...,out]
   */
  project(name: string, x: Tensor): Tensor;
}

/** Linear maps without an adapter. */
export const plainMaps = (weight: WeightOf): T5Maps => ({
  weight,
  project: (name, x) => matmul(x, weight(`${name}.weight`), { transposeB: true }),
});

export interface T5Parts extends T5Maps {
  /**
   * Self-attention of one layer of the stack.
   * @param q float32 [B,H,T,C], likewise k and v   @returns float32 [B,H,T,C]
   */
  attend(layer: number, q: Tensor, k: Tensor, v: Tensor): Tensor;
  /** Attention of a decoder layer to what the encoder said. @param q float32 [B,H,T,C]   @returns float32 [B,H,T,C] */
  attendAcross?(layer: number, q: Tensor): Tensor;
}

/** All layers of a stack and its final norm. @param embedded float32 [B,T,D]   @returns float32 [B,T,D] */
export function t5Stack(config: T5Config, stack: T5Stack, parts: T5Parts, embedded: Tensor): Tensor {
  const { project } = parts;
  const norm = (name: string, x: Tensor) => rmsNorm(x, parts.weight(`${name}.weight`), config.normEpsilon);
  const layers = stack === "encoder" ? config.encoderLayers : config.decoderLayers;
  let hidden = embedded;
  for (let layer = 0; layer < layers; layer++) {
    const root = `${stack}.block.${layer}.layer`;
    const x = norm(`${root}.0.layer_norm`, hidden);
    const heads = (part: "q" | "k" | "v") =>
      toHeads(project(`${root}.0.SelfAttention.${part}`, x), config.heads);
    const mixed = fromHeads(parts.attend(layer, heads("q"), heads("k"), heads("v")));
    hidden = add(hidden, project(`${root}.0.SelfAttention.o`, mixed));
    if (parts.attendAcross) {
      const asking = norm(`${root}.1.layer_norm`, hidden);
      const q = toHeads(project(`${root}.1.EncDecAttention.q`, asking), config.heads);
      const heard = fromHeads(parts.attendAcross(layer, q));
      hidden = add(hidden, project(`${root}.1.EncDecAttention.o`, heard));
    }
    const ffn = `${root}.${parts.attendAcross ? 2 : 1}`;
    hidden = add(
      hidden,
      feedForward(config, project, `${ffn}.DenseReluDense`, norm(`${ffn}.layer_norm`, hidden)),
    );
  }
  return norm(`${stack}.final_layer_norm`, hidden);
}

/** Keys and values of a decoder layer's attention to the encoder's result. @param memory float32 [B,S,D] */
export function crossKeyValue(
  config: T5Config,
  { project }: T5Maps,
  layer: number,
  memory: Tensor,
): { key: Tensor; value: Tensor } {
  const heads = (part: "k" | "v") =>
    toHeads(project(`decoder.block.${layer}.layer.1.EncDecAttention.${part}`, memory), config.heads);
  return { key: heads("k"), value: heads("v") };
}

/** softmax(q·kᵀ + bias)·v, without a scale. */
export function t5Attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor): Tensor {
  return attention(q, k, v, bias, 1);
}

/** Logits of the next token. Tied embeddings scale by D^−½. @param hidden float32 [...,D] */
export function t5Logits(config: T5Config, weight: WeightOf, hidden: Tensor): Tensor {
  if (!config.tiedEmbeddings) return matmul(hidden, weight("lm_head.weight"), { transposeB: true });
  return matmul(multiply(hidden, config.width ** -0.5), weight("shared.weight"), { transposeB: true });
}

export const t5Embed = (weight: WeightOf, tokens: Tensor): Tensor => gather(weight("shared.weight"), tokens);

function feedForward(config: T5Config, project: T5Maps["project"], name: string, x: Tensor): Tensor {
  const inner = config.gatedFfn
    ? multiply(activate(config.activation, project(`${name}.wi_0`, x)), project(`${name}.wi_1`, x))
    : activate(config.activation, project(`${name}.wi`, x));
  return project(`${name}.wo`, inner);
}
