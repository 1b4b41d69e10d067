/**
 * What a gate sees of the past: a discounted sum of hidden states up to a token,
 *
 *   p_t = (1−λ)·Σ_{s ≤ t} λ^{t−s}·x_s.
 *
 * A domain shows in many words, not in one. The sum begins at nothing and grows with the text, and a gate's score w·p_t
 * with it: every word adds its evidence, as log odds add up in naive Bayes, so that a gate is undecided at the first
 * word and sure after some. Scores add up over layers, too: a layer's gate reads its own p_t and starts from what the
 * layers before it found. It forgets over 1/(1−λ) words when the text turns to something else. While decoding,
 * p_t = λ·p_{t−1} + (1−λ)·x_t is carried along.
 */

/** The matrix P of a whole text, p = P·x: float32 [length,length]. */
export function poolingMatrix(length: number, decay: number): Float32Array {
  const powers = Float32Array.from({ length }, (_, power) => (1 - decay) * decay ** power);
  const matrix = new Float32Array(length * length);
  for (let t = 0; t < length; t++) for (let s = 0; s <= t; s++) matrix[t * length + s] = powers[t - s]!;
  return matrix;
}
