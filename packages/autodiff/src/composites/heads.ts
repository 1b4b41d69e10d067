// Attention by heads: cutting a row of channels into heads and grouping queries over shared keys.
// Legend: B batch, T queries, S keys, H query heads, G key heads, D width of a head.
import { type Dim, divideDims, multiplyDims } from "../dimension.ts";
import { ShapeError } from "../errors.ts";
import { attention } from "../fused/attention.ts";
import { expand, reshape, transpose } from "../operations/structure.ts";
import { formatShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** [B,T,H·D] → [B,H,T,D]. @throws ShapeError unless the channels divide into `heads` */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, channels] = x.shape;
  const width = x.shape.length === 3 ? divideDims(channels!, heads) : undefined;
  if (width === undefined) {
    throw new ShapeError({
      operation: "splitHeads",
      invariant: `the input must be [B,T,C] with C a multiple of ${heads} heads`,
      received: formatShape(x.shape),
      remedy: "Choose a number of heads that divides the channels.",
    });
  }
  return transpose(reshape(x, [batch!, length!, heads, width]), [0, 2, 1, 3]);
}

/** [B,H,T,D] → [B,T,H·D]. */
export function mergeHeads(x: Tensor): Tensor {
  const [batch, , length] = x.shape;
  return reshape(transpose(x, [0, 2, 1, 3]), [batch!, length!, -1]);
}

/**
 * Attention in which H/G query heads share each key head; with G = H ordinary multi-head attention.
 * @param q float [B,H,T,D]   @param k float [B,G,S,D]   @param v float [B,G,S,D]
 * @param bias float, broadcast to [B,1,T,S]: the same for all heads
 * @param scale a factor on q·kᵀ; 1/√D by default
 * @returns float [B,H,T,D]
 * @throws ShapeError unless G divides H and the other axes agree
 * @see Ainslie et al. 2023, arXiv:2305.13245
 */
export function groupedAttention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor, scale?: number): Tensor {
  const [batch, heads, length, width] = q.shape;
  const [, groups] = k.shape;
  if (heads === groups) return attention(q, k, v, bias, scale);
  const share = divideDims(heads!, groups!);
  if (share === undefined || q.shape.length !== 4) {
    throw new ShapeError({
      operation: "groupedAttention",
      invariant: "q must be [B,H,T,D] and k [B,G,S,D] with H a multiple of G",
      received: `${formatShape(q.shape)} and ${formatShape(k.shape)}`,
      remedy: "Use as many query heads as a multiple of the key heads.",
    });
  }
  // The queries of one group are rows of one product: keys are read once, never repeated.
  const rows = multiplyDims(share, length!);
  const folded = reshape(q, [batch!, groups!, rows, width!]);
  const o = attention(folded, k, v, repeatRows(bias, share), scale);
  return reshape(o, [batch!, heads!, length!, width!]);
}

/** [...,T,S] → [...,share·T,S]: the bias of T queries, once for each of the heads that share a key head. */
function repeatRows(bias: Tensor, share: Dim): Tensor {
  const [queries, keys] = bias.shape.slice(-2);
  if (queries === undefined || keys === undefined || queries === 1) return bias;
  const lead = bias.shape.slice(0, -2);
  const repeated = expand(reshape(bias, [...lead, 1, queries, keys]), [...lead, share, queries, keys]);
  return reshape(repeated, [...lead, multiplyDims(share, queries), keys]);
}
