/**
 * What a gate sees of the past: the exponentially weighed mean of hidden states up to a token,
 *
 *   p_t = Σ_{s ≤ t} λ^{t−s}·x_s / Σ_{s ≤ t} λ^{t−s}.
 *
 * A domain shows in many words, not in one; a mean over the last 1/(1−λ) tokens tells it from the first layer on, and
 * forgets when the text turns to something else. While decoding, S_t = λ·S_{t−1} + x_t is carried along.
 */

/** The row-normalised matrix P of a whole text, p = P·x: float32 [length,length]. */
export function poolingMatrix(length: number, decay: number): Float32Array {
  const matrix = unscaledPooling(length, decay);
  for (let t = 0; t < length; t++) {
    const scale = poolingScale(t, decay);
    for (let s = 0; s <= t; s++) matrix[t * length + s]! *= scale;
  }
  return matrix;
}

/** λ^{t−s} below and on the diagonal: float32 [length,length]. */
export function unscaledPooling(length: number, decay: number): Float32Array {
  const powers = Float32Array.from({ length }, (_, power) => decay ** power);
  const matrix = new Float32Array(length * length);
  for (let t = 0; t < length; t++) for (let s = 0; s <= t; s++) matrix[t * length + s] = powers[t - s]!;
  return matrix;
}

/** 1 / Σ_{s ≤ t} λ^{t−s}. */
export function poolingScale(t: number, decay: number): number {
  return decay === 1 ? 1 / (t + 1) : (1 - decay) / (1 - decay ** (t + 1));
}
