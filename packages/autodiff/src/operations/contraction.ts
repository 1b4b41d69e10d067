// Matrix multiplication: the one contraction. Transposes and a scale are attributes, because kernels read their
// operands in either order at no cost while a transposed copy has to be written and read again.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { broadcastShapes, elementCount, formatShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";
import { reshape, sumTo } from "./structure.ts";

/** Rows and columns as the product sees them. */
function matrixOf({ shape }: TensorType, transposed: boolean) {
  const [rows, columns] = shape.slice(-2);
  return transposed ? { rows: columns!, columns: rows! } : { rows: rows!, columns: columns! };
}

export const matmulRule: Rule<"matmul"> = {
  primitive: "matmul",
  doc: "scale · op(a) · op(b) over the last two axes, op transposing or not; leading axes broadcast.",
  infer: ([a, b], { transposeA, transposeB }) => {
    if (a.dtype !== b.dtype || !isFloat(a.dtype)) {
      throw new DtypeError({
        operation: "matmul",
        invariant: "both operands must be floats of one dtype",
        received: `${a.dtype} and ${b.dtype}`,
        remedy: "cast() one of them.",
      });
    }
    const [left, right] = [matrixOf(a, transposeA), matrixOf(b, transposeB)];
    if (a.shape.length < 2 || b.shape.length < 2 || left.columns !== right.rows) {
      const flags = `transposeA ${transposeA}, transposeB ${transposeB}`;
      throw new ShapeError({
        operation: "matmul",
        invariant: "operands must be matrices (rank 2 or more) whose inner dimensions are equal",
        received: `${formatShape(a.shape)} × ${formatShape(b.shape)} (${flags})`,
        remedy: "Transpose an operand by its flag, or reshape a vector to [1,n] or [n,1].",
      });
    }
    const batch = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [{ dtype: a.dtype, shape: [...batch, left.rows, right.columns] }];
  },
  // Y = s·op(A)·op(B): dA = s·dY·op(B)ᵀ and dB = s·op(A)ᵀ·dY, transposed back where op transposes.
  gradient: ({ inputs: [a, b], attributes: { transposeA, transposeB, scale } }, d) => {
    const da = transposeA
      ? matmul(b, d, { transposeA: transposeB, transposeB: true, scale })
      : matmul(d, b, { transposeB: !transposeB, scale });
    if (b.shape.length === 2 && a.shape.length > 2 && !transposeA) {
      // One weight for every row of a batch: the sum over the batch is part of one tall product.
      const tall = (x: Tensor) => reshape(x, [elementCount(x.shape.slice(0, -1)), x.shape.at(-1)!]);
      const [rows, upstream] = [tall(a), tall(d)];
      const db = transposeB
        ? matmul(upstream, rows, { transposeA: true, scale })
        : matmul(rows, upstream, { transposeA: true, scale });
      return [sumTo(da, a.shape), db];
    }
    const db = transposeB
      ? matmul(d, a, { transposeA: true, transposeB: transposeA, scale })
      : matmul(a, d, { transposeA: !transposeA, scale });
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
};

export interface MatmulOptions {
  /** Whether a is read as its transpose (last two axes). */
  readonly transposeA?: boolean;
  /** Whether b is read as its transpose (last two axes). */
  readonly transposeB?: boolean;
  /** A factor on the product. Default 1. */
  readonly scale?: number;
}

/**
 * scale · op(a) · op(b).
 * @param a float [...,M,K], or [...,K,M] if transposeA
 * @param b float [...,K,N], or [...,N,K] if transposeB; leading axes broadcast with a's
 * @returns float [...,M,N]
 * @throws ShapeError if the inner dimensions differ or an operand is no matrix
 * @throws DtypeError unless both are floats of one dtype
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, scale = 1 }: MatmulOptions = {},
): Tensor {
  return apply(matmulRule, [a, b], { transposeA, transposeB, scale })[0];
}
