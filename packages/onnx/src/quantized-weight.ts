// A frozen matrix in few bits a number, as it is given and stored.

/**
 * A matrix [rows, columns] as blocks of `blockSize` numbers of a row, each block with a scale of its own:
 * w = scale · (q − 2^(bits−1)), q an unsigned integer of `bits` bits.
 */
export interface QuantizedWeight {
  readonly bits: 4 | 8;
  /** A power of two, at least 16. */
  readonly blockSize: number;
  readonly shape: readonly [rows: number, columns: number];
  /** [rows, ⌈columns / blockSize⌉, blockSize·bits / 8] bytes; of two 4-bit numbers the first is in the low half. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** float32 [rows, ⌈columns / blockSize⌉] */
  readonly scales: Float32Array<ArrayBuffer>;
}

export function isQuantized(weight: object): weight is QuantizedWeight {
  return "scales" in weight;
}
