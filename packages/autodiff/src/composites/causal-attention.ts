// Attention of a text to itself, in blocks of queries: a block sees no key beyond its own last query, so that most of
// what the mask would throw away is never computed. With n blocks a share (n − 1) ÷ 2n of the work is saved, forward
// and backward. Legend: B batch, T queries, S keys, H query heads, G key heads, D width of a head.
import { ShapeError } from "../errors.ts";
import { concat, slice } from "../operations/structure.ts";
import { formatShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { groupedAttention } from "./heads.ts";

/** Queries of a block: fewer save more of the triangle, but make products too small to run at speed. */
const blockLength = 64;
/** Fewer blocks than this are not worth their copies; more make the graph long and save little more. */
const fewestBlocks = 3;
const mostBlocks = 8;

function usualBlock(length: number): number {
  if (length < fewestBlocks * blockLength) return length;
  return Math.max(blockLength, Math.ceil(length / mostBlocks));
}

export interface CausalAttentionOptions {
  /** A factor on q·kᵀ. Default 1/√D. */
  readonly scale?: number;
  /** Queries of a block. Default: 64 or more, so that there are three to eight blocks; all below 192 queries. */
  readonly block?: number;
}

/**
 * Grouped attention in which query t sees no key after t + S − T; the bias must hide these keys too, and may hide more.
 * @param q float [B,H,T,D]   @param k float [B,G,S,D]   @param v float [B,G,S,D], S ≥ T
 * @param bias float, [1 or B,1,T,S] or [T,S], added to the logits
 * @returns float [B,H,T,D], the same as `groupedAttention` up to rounding
 * @throws ShapeError unless T and S are numbers with S ≥ T, G divides H and the other axes agree
 */
export function causalAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  bias: Tensor,
  { scale, block: given }: CausalAttentionOptions = {},
): Tensor {
  const [length, keys] = [q.shape.at(-2), k.shape.at(-2)];
  if (typeof length !== "number" || typeof keys !== "number" || keys < length) {
    throw new ShapeError({
      operation: "causalAttention",
      invariant: "queries and keys must have known lengths, and there must be a key for each query",
      received: `${formatShape(q.shape)} and ${formatShape(k.shape)}`,
      remedy: "Use groupedAttention() with a bias where lengths are symbolic.",
    });
  }
  const past = keys - length;
  const block = given ?? usualBlock(length);
  const starts = Array.from({ length: Math.ceil(length / block) }, (_, index) => index * block);
  // Keys are cut from the longest part to the shortest, each out of the one before: their gradients then grow step by
  // step, where cutting all of them from the whole would pad each to the whole.
  let [visibleKeys, visibleValues] = [k, v];
  const parts = starts.toReversed().map((start) => {
    const end = Math.min(start + block, length);
    [visibleKeys, visibleValues] = [visibleKeys, visibleValues].map((x) => slice(x, -2, 0, past + end)) as [
      Tensor,
      Tensor,
    ];
    const seen = slice(slice(bias, -2, start, end), -1, 0, past + end);
    return groupedAttention(slice(q, -2, start, end), visibleKeys, visibleValues, seen, scale);
  });
  return concat(parts.toReversed(), -2);
}
