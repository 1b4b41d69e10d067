/** A linear map with a LoRA on it, computed in whichever of two ways is cheaper for so many rows. */
import { add, lora, matmul, type Tensor } from "@weightsmith/autodiff";

export interface LinearUpdate {
  /** float32 [rank,in] */
  readonly a: Tensor;
  /** float32 [out,rank] */
  readonly b: Tensor;
  /** alpha / rank */
  readonly scale: number;
  /** Whether the matrix is kept as [in,out]. */
  readonly transposed: boolean;
  /** Rows of x in all, at most. */
  readonly rows: number;
  /** Changes what lies between A and B, float32 [...,rank]; then the update cannot be added to the matrix. */
  readonly modulate?: (low: Tensor) => Tensor;
}

/**
 * x·Wᵀ + scale·(x·Aᵀ)·Bᵀ.
 * @param x float32 [...,in]   @param matrix float32 [out,in], or [in,out] if transposed   @returns float32 [...,out]
 */
export function adaptedLinear(
  x: Tensor,
  matrix: Tensor,
  { a, b, scale, transposed, rows, modulate }: LinearUpdate,
): Tensor {
  const [inWidth, outWidth] = [a.shape[1] as number, b.shape[0] as number];
  if (!modulate && isWorthMerging(rows, inWidth, outWidth))
    return lora(x, matrix, a, b, { scale, transposed });
  const low = matmul(x, a, { transposeB: true });
  const update = matmul(modulate?.(low) ?? low, b, { transposeB: true, scale });
  return add(matmul(x, matrix, { transposeB: !transposed }), update);
}

/**
 * Adding an update to its matrix costs passes over in·out numbers, adding it to the results passes over rows·(in + out);
 * the factor is for what the sum of the matrix loses, being no weight that can be packed beforehand.
 */
const isWorthMerging = (rows: number, inWidth: number, outWidth: number): boolean =>
  rows * (inWidth + outWidth) >= 4 * inWidth * outWidth;
