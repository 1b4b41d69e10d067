// What a decoder needs to know of positions: rotary angles and the masks of causal attention.
import type { Dim } from "../dimension.ts";
import { add, cast, cos, less, multiply, sin, where } from "../operations/elementwise.ts";
import { constant, extent, range, scalar } from "../operations/leaves.ts";
import { reshape } from "../operations/structure.ts";
import type { Tensor } from "../tensor.ts";

/**
 * What a masked logit gets: far below any logit, yet finite, so that a row masked everywhere stays a distribution
 * instead of becoming NaN.
 */
export const masked = -1e9;

/**
 * The bias of causal attention, float32 [T,S]: 0 where query t may see key s, s ≤ t + past, else −1e9.
 * @param past how many keys come before the first query: a dimension, or an int64 [] tensor; 0 without a cache
 */
export function causalBias(queries: Dim, keys: Dim, past: Dim | Tensor = 0): Tensor {
  if (typeof queries === "number" && typeof keys === "number" && typeof past === "number") {
    const bias = new Float32Array(queries * keys);
    for (let t = 0; t < queries; t++)
      bias.fill(masked, Math.min(t * keys + t + past + 1, (t + 1) * keys), (t + 1) * keys);
    return constant(bias, [queries, keys]);
  }
  const first = typeof past === "object" ? past : extent(past);
  const t = reshape(add(range(queries), first), [queries, 1]);
  return where(less(t, range(keys)), scalar(masked), scalar(0));
}

/**
 * Cosine and sine of rotary angles: position · frequency, for each position and channel pair.
 * @param positions int64 [...]   @param frequencies float32 [D/2], radians a position
 * @returns cos and sin, float32 [...,D/2]
 */
export function rotaryAngles(positions: Tensor, frequencies: Tensor): { cos: Tensor; sin: Tensor } {
  const angles = multiply(cast(reshape(positions, [...positions.shape, 1]), "float32"), frequencies);
  return { cos: cos(angles), sin: sin(angles) };
}

/**
 * The frequencies of rotary embeddings, radians a position: base^(−2i/D) for channel pair i = 0 … D/2 − 1.
 * @see Su et al. 2021 §3.3, arXiv:2104.09864
 */
export function rotaryFrequencies(headWidth: number, base = 10_000): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: headWidth / 2 }, (_, i) => base ** ((-2 * i) / headWidth));
}
