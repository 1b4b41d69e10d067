// Rearranging, repeating, cutting and summing: primitives whose gradients are each other.
import { addDims, canonicalDim, type Dim, divideDims, subtractDims } from "../dimension.ts";
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import {
  broadcastAxes,
  broadcastShapes,
  elementCount,
  formatShape,
  normalizeAxis,
  type Shape,
  sameShape,
  type TensorType,
} from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";

export const reshapeRule: Rule<"reshape"> = {
  primitive: "reshape",
  doc: "The same elements in row-major order under another shape.",
  infer: ([x], { shape }) => {
    if (elementCount(x.shape) !== elementCount(shape)) {
      throw new ShapeError({
        operation: "reshape",
        invariant: "the number of elements must stay",
        received: `${formatShape(x.shape)} to ${formatShape(shape)}`,
        remedy: "Give dimensions of the same product, or -1 for one of them.",
      });
    }
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x] }, d) => [reshape(d, x.shape)],
};

/** Fills in the one dimension given as -1. */
function completeShape(x: TensorType, shape: Shape): Shape {
  const open = shape.indexOf(-1);
  if (open < 0) return shape.map(canonicalDim);
  const rest = elementCount(shape.filter((_, axis) => axis !== open));
  const missing = shape.indexOf(-1, open + 1) < 0 ? divideDims(elementCount(x.shape), rest) : undefined;
  if (missing === undefined) {
    throw new ShapeError({
      operation: "reshape",
      invariant: "one dimension may be -1, and the others must divide the number of elements",
      received: `${formatShape(x.shape)} to ${formatShape(shape)}`,
      remedy: "Give all dimensions, or others beside the -1.",
    });
  }
  return shape.map((dim, axis) => (axis === open ? missing : canonicalDim(dim)));
}

/**
 * The same elements in row-major order under another shape; one dimension may be -1.
 * @throws ShapeError if the number of elements differs
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const full = completeShape(x, shape);
  return sameShape(x.shape, full) ? x : apply(reshapeRule, [x], { shape: full })[0];
}

export const transposeRule: Rule<"transpose"> = {
  primitive: "transpose",
  doc: "y[i_p0, i_p1, …] = x[i_0, i_1, …]: axis p_k of x becomes axis k.",
  infer: ([x], { permutation }) => {
    const rank = x.shape.length;
    if (
      permutation.length !== rank ||
      new Set(permutation).size !== rank ||
      Math.max(...permutation) >= rank
    ) {
      throw new ShapeError({
        operation: "transpose",
        invariant: `the permutation must name each of the ${rank} axes once`,
        received: `(${permutation.join(",")}) for ${formatShape(x.shape)}`,
        remedy: "List every axis from 0 once.",
      });
    }
    return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]!) }];
  },
  gradient: ({ attributes: { permutation } }, d) => [
    transpose(
      d,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
};

/**
 * Permutes axes: axis `permutation[k]` of x becomes axis k.
 * @throws ShapeError if `permutation` does not name each axis once
 */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const axes = permutation.map((axis) => normalizeAxis("transpose", axis, x.shape.length));
  return axes.every((axis, k) => axis === k) && axes.length === x.shape.length
    ? x
    : apply(transposeRule, [x], { permutation: axes })[0];
}

export const expandRule: Rule<"expand"> = {
  primitive: "expand",
  doc: "Repeats axes of size 1 (and missing leading axes) up to a shape.",
  infer: ([x], { shape }) => {
    if (!sameShape(broadcastShapes("expand", x.shape, shape), shape)) {
      throw new ShapeError({
        operation: "expand",
        invariant: "only axes of size 1 grow",
        received: `${formatShape(x.shape)} to ${formatShape(shape)}`,
        remedy: "Expand to a shape that keeps every axis larger than 1.",
      });
    }
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x] }, d) => [sumTo(d, x.shape)],
};

/** Repeats axes of size 1, and missing leading axes, up to `shape`. @throws ShapeError if another axis would grow */
export function expand(x: Tensor, shape: Shape): Tensor {
  const full = shape.map(canonicalDim);
  return sameShape(x.shape, full) ? x : apply(expandRule, [x], { shape: full })[0];
}

/** The shape after reducing `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));
}

export const sumRule: Rule<"sum"> = {
  primitive: "sum",
  doc: "The sum over axes, kept as size 1 or dropped.",
  infer: ([x], { axes, keepDims }) => {
    if (x.dtype === "bool") {
      throw new DtypeError({
        operation: "sum",
        invariant: "elements must be numbers",
        received: "bool",
        remedy: "cast() to int64 or float32 first.",
      });
    }
    return [{ dtype: x.dtype, shape: reducedShape(x.shape, axes, keepDims) }];
  },
  gradient: ({ inputs: [x], attributes: { axes } }, d) => [
    expand(reshape(d, reducedShape(x.shape, axes, true)), x.shape),
  ],
};

/** Axes to reduce over: one, several or (by default) all. */
export interface Reduction {
  readonly axes?: number | readonly number[];
  /** Whether reduced axes stay, with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** Sorted axes from the front. @throws ShapeError if one is out of range */
export function reductionAxes(operation: string, x: TensorType, axes: Reduction["axes"]): number[] {
  const rank = x.shape.length;
  const list = axes === undefined ? x.shape.map((_, axis) => axis) : typeof axes === "number" ? [axes] : axes;
  const normal = list.map((axis) => normalizeAxis(operation, axis, rank));
  return [...new Set(normal)].sort((a, b) => a - b);
}

/** The sum over `axes` (all by default). @throws ShapeError if an axis is out of range @throws DtypeError for bool */
export function sum(x: Tensor, { axes, keepDims = false }: Reduction = {}): Tensor {
  const reduced = reductionAxes("sum", x, axes);
  return reduced.length === 0 ? x : apply(sumRule, [x], { axes: reduced, keepDims })[0];
}

/** Sums over the axes along which `shape` was broadcast, so that the result has `shape`. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return reshape(sum(x, { axes: broadcastAxes(x.shape, shape), keepDims: true }), shape);
}

export const concatRule: Rule<"concat"> = {
  primitive: "concat",
  doc: "Tensors end to end along an axis.",
  infer: (tensors, { axis }) => {
    const [first, ...others] = tensors;
    const fits = (x: TensorType) =>
      x.dtype === first!.dtype &&
      sameShape(reducedShape(x.shape, [axis], true), reducedShape(first!.shape, [axis], true));
    if (!first || !others.every(fits)) {
      throw new ShapeError({
        operation: "concat",
        invariant: `there must be a tensor, and all must agree in dtype and in every axis but ${axis}`,
        received: tensors.map((x) => `${x.dtype} ${formatShape(x.shape)}`).join(" and ") || "none",
        remedy: "Reshape or cast them alike.",
      });
    }
    const length = tensors.map((x) => x.shape[axis]!).reduce(addDims, 0);
    return [{ dtype: first.dtype, shape: first.shape.map((dim, at) => (at === axis ? length : dim)) }];
  },
  gradient: ({ inputs, attributes: { axis } }, d) => {
    let start: Dim = 0;
    return inputs.map((x) => {
      const end = addDims(start, x.shape[axis]!);
      const part = slice(d, axis, start, end);
      start = end;
      return part;
    });
  },
};

/** Tensors end to end along `axis`. @throws ShapeError if they differ on another axis or in dtype */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const rank = tensors[0]?.shape.length ?? 0;
  const at = normalizeAxis("concat", axis, rank);
  return tensors.length === 1 ? tensors[0]! : apply(concatRule, tensors, { axis: at })[0];
}

export const sliceRule: Rule<"slice"> = {
  primitive: "slice",
  doc: "Elements start … end − 1 along an axis.",
  infer: ([x], { axis, start, end }) => {
    const size = x.shape[axis]!;
    const length = subtractDims(end, start);
    const room = subtractDims(size, end);
    const outside = [start, length, room].some((dim) => typeof dim === "number" && dim < 0);
    if (outside) {
      throw new ShapeError({
        operation: "slice",
        invariant: `0 ≤ start ≤ end ≤ ${size} must hold on axis ${axis}`,
        received: `${start} to ${end} of ${formatShape(x.shape)}`,
        remedy: "Cut within the axis.",
      });
    }
    return [{ dtype: x.dtype, shape: x.shape.map((dim, at) => (at === axis ? length : dim)) }];
  },
  gradient: ({ inputs: [x], attributes: { axis, start, end } }, d) => [
    pad(d, axis, start, subtractDims(x.shape[axis]!, end)),
  ],
};

/** Elements `start` … `end − 1` along `axis`; the bounds may be symbolic. @throws ShapeError if they lie outside */
export function slice(x: Tensor, axis: number, start: Dim, end: Dim): Tensor {
  const at = normalizeAxis("slice", axis, x.shape.length);
  if (start === 0 && end === x.shape[at]) return x;
  return apply(sliceRule, [x], { axis: at, start: canonicalDim(start), end: canonicalDim(end) })[0];
}

/** Cuts an axis into equal parts. @throws ShapeError if it does not divide */
export function split(x: Tensor, axis: number, parts: number): Tensor[] {
  const at = normalizeAxis("split", axis, x.shape.length);
  const length = divideDims(x.shape[at]!, parts);
  if (typeof length !== "number") {
    throw new ShapeError({
      operation: "split",
      invariant: `axis ${axis} must divide into ${parts} equal parts of a known size`,
      received: formatShape(x.shape),
      remedy: "Use slice() for parts of different sizes.",
    });
  }
  return Array.from({ length: parts }, (_, k) => slice(x, at, k * length, (k + 1) * length));
}

export const padRule: Rule<"pad"> = {
  primitive: "pad",
  doc: "Zeros before and after along an axis.",
  infer: ([x], { axis, before, after }) => {
    if (!isFloat(x.dtype)) {
      throw new DtypeError({
        operation: "pad",
        invariant: "elements must be floats",
        received: x.dtype,
        remedy: "cast() to float32 first.",
      });
    }
    const longer = (dim: Dim) => addDims(addDims(before, dim), after);
    return [{ dtype: x.dtype, shape: x.shape.map((dim, at) => (at === axis ? longer(dim) : dim)) }];
  },
  gradient: ({ inputs: [x], attributes: { axis, before } }, d) => [
    slice(d, axis, before, addDims(before, x.shape[axis]!)),
  ],
};

/** Zeros before and after along `axis`. @throws DtypeError unless floats */
export function pad(x: Tensor, axis: number, before: Dim, after: Dim): Tensor {
  if (before === 0 && after === 0) return x;
  const at = normalizeAxis("pad", axis, x.shape.length);
  return apply(padRule, [x], { axis: at, before: canonicalDim(before), after: canonicalDim(after) })[0];
}
