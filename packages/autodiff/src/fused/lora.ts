// A linear map with a low-rank update, computed with the update added to the matrix: worth it where many more rows meet
// the matrix than it has rows itself. Legend: K inputs, N outputs, R rank.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { matmul } from "../operations/contraction.ts";
import { add } from "../operations/elementwise.ts";
import { reshape, transpose } from "../operations/structure.ts";
import { formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";

/** All rows of a batch as one matrix. */
const tall = (x: Tensor): Tensor => reshape(x, [-1, x.shape.at(-1)!]);

/** A matrix as a batch of one. */
const alone = (x: Tensor): Tensor => reshape(x, [1, ...x.shape]);

function requireFit(types: readonly TensorType[], transposed: boolean): void {
  const [x, w, a, b] = types as [TensorType, TensorType, TensorType, TensorType];
  if (!isFloat(x.dtype) || types.some(({ dtype }) => dtype !== x.dtype)) {
    throw new DtypeError({
      operation: "lora",
      invariant: "all operands must be floats of one dtype",
      received: types.map(({ dtype }) => dtype).join(" and "),
      remedy: "cast() them alike.",
    });
  }
  const width = x.shape.at(-1);
  const [rank, outputs] = [a.shape[0], b.shape[0]];
  const fits =
    x.shape.length >= 2 &&
    rank !== undefined &&
    outputs !== undefined &&
    sameShape(a.shape, [rank, width!]) &&
    sameShape(b.shape, [outputs, rank]) &&
    sameShape(w.shape, transposed ? [width!, outputs] : [outputs, width!]);
  if (!fits) {
    throw new ShapeError({
      operation: "lora",
      invariant: `x [...,K], w ${transposed ? "[K,N]" : "[N,K]"}, a [R,K] and b [N,R] must agree`,
      received: types.map(({ shape }) => formatShape(shape)).join(", "),
      remedy: "Give an update of the matrix's own widths.",
    });
  }
}

export const loraRule: Rule<"lora"> = {
  primitive: "lora",
  doc: "x·mᵀ with m = w + scale·b·a, all of w as its transpose if `transposed`; and m.",
  infer: ([x, w, a, b], { transposed }) => {
    requireFit([x, w, a, b], transposed);
    return [
      { dtype: x.dtype, shape: [...x.shape.slice(0, -1), b.shape[0]!] },
      { dtype: x.dtype, shape: w.shape },
    ];
  },
  definition: ([x, w, a, b], { scale, transposed }) => {
    const update = transposed
      ? matmul(a, b, { transposeA: true, transposeB: true, scale })
      : matmul(b, a, { scale });
    const m = add(w, update);
    return [matmul(x, m, { transposeB: !transposed }), m];
  },
  // y = x·mᵀ: dx = dy·m and dm = dyᵀ·x. Of dm only its products with the other factor are needed, da = scale·bᵀ·dm and
  // db = scale·dm·aᵀ; through R columns these are (scale·dy·b)ᵀ·x and dyᵀ·(scale·x·aᵀ), which never form dm. db is
  // computed as its transpose, since products read their right operand row by row at full speed and their left one not
  // (as a batch of one, because ONNX Runtime would turn a plain product round again).
  gradient: ({ inputs: [x, , a, b], outputs: [, m], attributes: { scale, transposed } }, dy, dm) => {
    let [dx, dw, da, db]: (Tensor | undefined)[] = [];
    if (dy) {
      const [rows, upstream] = [tall(x), tall(dy)];
      dx = matmul(dy, m, { transposeB: transposed });
      dw = transposed
        ? matmul(rows, upstream, { transposeA: true })
        : matmul(upstream, rows, { transposeA: true });
      da = matmul(matmul(upstream, b, { scale }), rows, { transposeA: true });
      const low = matmul(rows, a, { transposeB: true, scale });
      const turned = matmul(alone(low), alone(upstream), { transposeA: true });
      db = reshape(transpose(turned, [0, 2, 1]), b.shape);
    }
    if (dm) {
      const sum = (before: Tensor | undefined, more: Tensor) => (before ? add(before, more) : more);
      dw = sum(dw, dm);
      da = sum(da, matmul(b, dm, { transposeA: true, transposeB: transposed, scale }));
      db = sum(db, matmul(dm, a, { transposeA: transposed, transposeB: true, scale }));
    }
    return [dx, dw, da, db];
  },
};

export interface LoraOptions {
  /** A factor on the update. Default 1. */
  readonly scale?: number;
  /** Whether w is given as [K,N], as GPT-2 keeps it. Default false: [N,K]. */
  readonly transposed?: boolean;
}

/**
 * A linear map with a low-rank update: x·(w + scale·b·a)ᵀ.
 * @param x float [...,K]   @param w float [N,K], or [K,N] if `transposed`   @param a float [R,K]   @param b float [N,R]
 * @returns float [...,N]
 * @throws ShapeError if the widths differ @throws DtypeError unless all are floats of one dtype
 * @see Hu et al. 2021, arXiv:2106.09685
 */
export function lora(
  x: Tensor,
  w: Tensor,
  a: Tensor,
  b: Tensor,
  { scale = 1, transposed = false }: LoraOptions = {},
): Tensor {
  return apply(loraRule, [x, w, a, b], { scale, transposed })[0];
}
