/**
 * The one description of a decoder: from embeddings to hidden states and logits, as a graph. Training, prefill and
 * decoding all come from it; they differ in where weights come from (`project`, `weight`) and in what a query may
 * see (`attend`), which the caller supplies.
 *
 * B batch, T tokens, D model width, H query heads, G key heads, C head width, V vocabulary.
 */
import {
  add,
  concat,
  type Dim,
  gather,
  gelu,
  layerNorm,
  matmul,
  maximum,
  mergeHeads,
  multiply,
  reshape,
  rmsNorm,
  rotary,
  silu,
  slice,
  splitHeads,
  swiglu,
  type Tensor,
} from "@weightsmith/autodiff";
import type { Activation, DecoderConfig } from "./config.ts";
import { decoderNames, type ProjectionName } from "./parameters.ts";

/** Angles of each token: float32 [B,1,T,R/2] each, or anything that broadcasts to it; R rotated components. */
export interface RotaryAngles {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

export interface DecoderParts {
  /** float32, whole, in the shape of its parameter. */
  weight(name: string): Tensor;
  /**
   * Linear maps of the same input, biases and adapters included.
   * @param x float32 [B,T,in]   @returns one float32 [B,T,out] for each name
   */
  project(layer: number, names: readonly ProjectionName[], x: Tensor): readonly Tensor[];
  /**
   * Attention of one layer.
   * @param q float32 [B,H,T,C], P instead of T in the last layer where only some tokens are wanted
   * @param k float32 [B,G,T,C]   @param v float32 [B,G,T,C]
   * @returns float32 of the shape of q
   */
  attend(layer: number, q: Tensor, k: Tensor, v: Tensor): Tensor;
  /** Absent where positions are learned. */
  readonly rotary?: RotaryAngles;
  /** Where the results of some tokens alone are wanted: the last layer then has no other queries. */
  readonly wanted?: WantedTokens;
}

/** P tokens of each row. */
export interface WantedTokens {
  /** float32 [B,T,D] → [B,P,D] */
  of(x: Tensor): Tensor;
  /** Angles of the wanted tokens; absent where positions are learned. */
  readonly rotary?: RotaryAngles;
}

/**
 * Token embeddings, plus learned position embeddings where the family has them.
 * @param tokens int64 [B,T]   @param positions int64 [B,T]   @returns float32 [B,T,D]
 */
export function embed(
  config: DecoderConfig,
  weight: DecoderParts["weight"],
  tokens: Tensor,
  positions: Tensor,
): Tensor {
  return placed(config, weight, gather(weight(decoderNames(config).embedding), tokens), positions);
}

/**
 * Embeddings with those of their positions added, where the family has learned ones.
 * @param embedded float32 [B,T,D]   @param positions int64, broadcast to [B,T]   @returns float32 [B,T,D]
 */
export function placed(
  config: DecoderConfig,
  weight: DecoderParts["weight"],
  embedded: Tensor,
  positions: Tensor,
): Tensor {
  const names = decoderNames(config);
  return names.positions ? add(embedded, gather(weight(names.positions), positions)) : embedded;
}

/**
 * Every layer and the final norm.
 * @param embedded float32 [B,T,D]   @returns float32 [B,T,D], or [B,P,D] where only some tokens are wanted
 */
export function hiddenStates(config: DecoderConfig, parts: DecoderParts, embedded: Tensor): Tensor {
  const names = decoderNames(config);
  let hidden = embedded;
  for (let layer = 0; layer < config.layers; layer++) {
    const wanted = layer === config.layers - 1 ? parts.wanted : undefined;
    const normed = norm(config, parts, names.attentionNorm(layer), hidden);
    const attended = attentionPart(config, parts, layer, normed, wanted);
    hidden = add(wanted ? wanted.of(hidden) : hidden, attended);
    hidden = add(hidden, ffnPart(config, parts, layer, norm(config, parts, names.ffnNorm(layer), hidden)));
  }
  return norm(config, parts, names.finalNorm, hidden);
}

/** Logits of the next token. @param hidden float32 [...,D]   @returns float32 [...,V] */
export function logits(config: DecoderConfig, weight: DecoderParts["weight"], hidden: Tensor): Tensor {
  return matmul(hidden, weight(decoderNames(config).head), { transposeB: true });
}

function norm(config: DecoderConfig, { weight }: DecoderParts, name: string, x: Tensor): Tensor {
  return config.norm === "rms"
    ? rmsNorm(x, weight(`${name}.weight`), config.normEpsilon)
    : layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), config.normEpsilon);
}

function attentionPart(
  config: DecoderConfig,
  parts: DecoderParts,
  layer: number,
  x: Tensor,
  wanted: WantedTokens | undefined,
): Tensor {
  const names = decoderNames(config);
  const [q, k, v] = (
    wanted
      ? [...parts.project(layer, ["q_proj"], wanted.of(x)), ...parts.project(layer, ["k_proj", "v_proj"], x)]
      : parts.project(layer, ["q_proj", "k_proj", "v_proj"], x)
  ) as [Tensor, Tensor, Tensor];
  let queries = toHeads(q, config.heads);
  let keys = toHeads(k, config.kvHeads);
  if (config.queryKeyNorm) {
    queries = rmsNorm(queries, parts.weight(`${names.queryNorm(layer)}.weight`), config.normEpsilon);
    keys = rmsNorm(keys, parts.weight(`${names.keyNorm(layer)}.weight`), config.normEpsilon);
  }
  if (parts.rotary) {
    queries = rotate(queries, wanted?.rotary ?? parts.rotary);
    keys = rotate(keys, parts.rotary);
  }
  const attended = parts.attend(layer, queries, keys, toHeads(v, config.kvHeads));
  return parts.project(layer, ["o_proj"], fromHeads(attended))[0] as Tensor;
}

function ffnPart(config: DecoderConfig, parts: DecoderParts, layer: number, x: Tensor): Tensor {
  if (config.gatedFfn) {
    const [gate, up] = parts.project(layer, ["gate_proj", "up_proj"], x) as [Tensor, Tensor];
    const gated =
      config.activation === "silu" ? swiglu(gate, up) : multiply(activate(config.activation, gate), up);
    return parts.project(layer, ["down_proj"], gated)[0] as Tensor;
  }
  const [up] = parts.project(layer, ["up_proj"], x) as [Tensor];
  return parts.project(layer, ["down_proj"], activate(config.activation, up))[0] as Tensor;
}

export function activate(activation: Activation, x: Tensor): Tensor {
  switch (activation) {
    case "silu":
      return silu(x);
    case "gelu":
      return gelu(x);
    case "geluTanh":
      return gelu(x, "tanh");
    case "relu":
      return maximum(x, 0);
  }
}

/** [B,T,H·C] → [B,H,T,C]; for one token the axes need no transposing. */
export function toHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [Dim, Dim, number];
  return length === 1 ? reshape(x, [batch, heads, 1, width / heads]) : splitHeads(x, heads);
}

/** [B,H,T,C] → [B,T,H·C]. */
export function fromHeads(x: Tensor): Tensor {
  const [batch, heads, length, width] = x.shape as [Dim, number, Dim, number];
  return length === 1 ? reshape(x, [batch, 1, heads * width]) : mergeHeads(x);
}

/** Rotates the leading components of each head; the rest, where a model rotates only part, passes through. */
function rotate(x: Tensor, { cos, sin }: RotaryAngles): Tensor {
  const headWidth = x.shape.at(-1) as number;
  const rotated = 2 * (cos.shape.at(-1) as number);
  if (rotated === headWidth) return rotary(x, cos, sin);
  return concat([rotary(slice(x, -1, 0, rotated), cos, sin), slice(x, -1, rotated, headWidth)], -1);
}
