// The largest elements of an axis, and running sums.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { formatShape, normalizeAxis, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";
import { cast, divide, equal, multiply } from "./elementwise.ts";
import { addAlong } from "./indexing.ts";
import { type Reduction, reducedShape, reductionAxes, reshape, sum } from "./structure.ts";

function requireFloats(operation: string, { dtype }: TensorType): void {
  if (isFloat(dtype)) return;
  throw new DtypeError({
    operation,
    invariant: "elements must be floats",
    received: dtype,
    remedy: "cast() to float32 first.",
  });
}

export const maxRule: Rule<"max"> = {
  primitive: "max",
  doc: "The largest element over axes; elements that tie share the gradient.",
  infer: ([x], { axes, keepDims }) => {
    requireFloats("max", x);
    return [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, keepDims) }];
  },
  gradient: ({ inputs: [x], outputs: [y], attributes: { axes } }, d) => {
    const kept = reducedShape(x.shape, axes, true);
    const winners = cast(equal(x, reshape(y, kept)), d.dtype);
    return [multiply(winners, divide(reshape(d, kept), sum(winners, { axes, keepDims: true })))];
  },
};

/** The largest element over `axes` (all by default). @throws ShapeError if an axis is out of range @throws DtypeError */
export function max(x: Tensor, { axes, keepDims = false }: Reduction = {}): Tensor {
  return apply(maxRule, [x], { axes: reductionAxes("max", x, axes), keepDims })[0];
}

export const argMaxRule: Rule<"argMax"> = {
  primitive: "argMax",
  doc: "int64: the first position of the largest element along an axis, which is dropped.",
  infer: ([x], { axis }) => {
    requireFloats("argMax", x);
    return [{ dtype: "int64", shape: reducedShape(x.shape, [axis], false) }];
  },
  gradient: "none",
};

/** int64: the first position of the largest element along `axis`, which is dropped. @throws ShapeError @throws DtypeError */
export function argMax(x: Tensor, axis = -1): Tensor {
  return apply(argMaxRule, [x], { axis: normalizeAxis("argMax", axis, x.shape.length) })[0];
}

export const topKRule: Rule<"topK"> = {
  primitive: "topK",
  doc: "The `count` largest elements of the last axis in descending order, and their int64 positions.",
  infer: ([x], { count }) => {
    requireFloats("topK", x);
    const size = x.shape.at(-1);
    if (size === undefined || count < 1 || (typeof size === "number" && count > size)) {
      throw new ShapeError({
        operation: "topK",
        invariant: "the last axis must hold at least `count` ≥ 1 elements",
        received: `count ${count} of ${formatShape(x.shape)}`,
        remedy: "Lower the count to the size of the axis.",
      });
    }
    const shape = [...x.shape.slice(0, -1), count];
    return [
      { dtype: x.dtype, shape },
      { dtype: "int64", shape },
    ];
  },
  gradient: ({ inputs: [x], outputs: [, positions] }, d) => [
    d && addAlong(undefined, positions, d, x.shape.at(-1)!),
  ],
};

/**
 * The `count` largest elements of the last axis, descending, and where they are.
 * @returns values float [...,count], positions int64 [...,count]
 * @throws ShapeError if the axis is shorter than `count` @throws DtypeError unless floats
 */
export function topK(x: Tensor, count: number): { values: Tensor; positions: Tensor } {
  const [values, positions] = apply(topKRule, [x], { count });
  return { values, positions };
}

export const cumulativeSumRule: Rule<"cumulativeSum"> = {
  primitive: "cumulativeSum",
  doc: "y_i = Σ_{j ≤ i} x_j along an axis, or j ≥ i if reversed.",
  infer: ([x]) => {
    requireFloats("cumulativeSum", x);
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  gradient: ({ attributes: { axis, reverse } }, d) => [cumulativeSum(d, { axis, reverse: !reverse })],
};

/** Running sums along `axis` (the last by default), from the end if `reverse`. @throws ShapeError @throws DtypeError */
export function cumulativeSum(
  x: Tensor,
  { axis = -1, reverse = false }: { readonly axis?: number; readonly reverse?: boolean } = {},
): Tensor {
  const at = normalizeAxis("cumulativeSum", axis, x.shape.length);
  return apply(cumulativeSumRule, [x], { axis: at, reverse })[0];
}
