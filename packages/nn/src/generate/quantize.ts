/**
 * Matrices in 8 or 4 bits for inference: every block of a row gets a scale of its own, symmetric around zero. What it
 * costs is for the caller to measure, with `LanguageModel.score` on texts that matter.
 */
import type { QuantizedWeight } from "@weightsmith/onnx";

export interface Quantization {
  readonly bits: 8 | 4;
  /** Numbers that share a scale: a power of two, at least 16. Default 32. */
  readonly blockSize?: number;
}

/**
 * Rounds to the nearest of w = scale · (q − 2^(bits−1)). With 8 bits a block's scale is its largest magnitude / 127;
 * with 4 bits its number of largest magnitude / −8, so that this one number is exact.
 * @param values float32 [rows, columns]
 * @throws RangeError for a block size that the runtime does not know
 */
export function quantizeMatrix(
  values: Float32Array,
  shape: readonly [rows: number, columns: number],
  { bits, blockSize = 32 }: Quantization,
): QuantizedWeight {
  if (blockSize < 16 || !Number.isInteger(Math.log2(blockSize))) {
    throw new RangeError(`blockSize must be a power of two of at least 16; got ${blockSize}.`);
  }
  const [rows, columns] = shape;
  const blocks = Math.ceil(columns / blockSize);
  const zero = 2 ** (bits - 1);
  const data = new Uint8Array((rows * blocks * blockSize * bits) / 8);
  const scales = new Float32Array(rows * blocks);
  const quantized = new Uint8Array(blockSize);
  for (let block = 0; block < rows * blocks; block++) {
    const start = Math.floor(block / blocks) * columns + (block % blocks) * blockSize;
    const end = Math.min(start + blockSize, (Math.floor(block / blocks) + 1) * columns);
    let extreme = 0;
    for (let at = start; at < end; at++) {
      if (Math.abs(values[at]!) > Math.abs(extreme)) extreme = values[at]!;
    }
    const scale = Math.fround(bits === 8 ? Math.abs(extreme) / 127 : extreme / -8);
    scales[block] = scale;
    quantized.fill(zero);
    if (scale !== 0) {
      for (let at = start; at < end; at++) {
        quantized[at - start] = Math.min(2 * zero - 1, Math.max(0, Math.round(values[at]! / scale) + zero));
      }
    }
    if (bits === 8) data.set(quantized, block * blockSize);
    else {
      const base = (block * blockSize) / 2;
      for (let pair = 0; pair < blockSize / 2; pair++) {
        data[base + pair] = quantized[2 * pair]! | (quantized[2 * pair + 1]! << 4);
      }
    }
  }
  return { bits, blockSize, shape, data, scales };
}
