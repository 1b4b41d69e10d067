// What each basic primitive computes, in plain loops over float64. The oracle of every faster implementation.
import type { Dim } from "../dimension.ts";
import type { AttributesOf, BasicPrimitive, InputsOf, OutputsOf } from "../signatures.ts";
import { broadcastElement, element, fill, map, type NdArray, offset, withAxis } from "./array.ts";

/** Computes a primitive. `dim` gives the number of a dimension, `shapes` are those inferred for the results. */
type Kernel<P extends BasicPrimitive> = (
  inputs: InputsOf<P, NdArray>,
  attributes: AttributesOf<P>,
  context: { readonly dim: (dim: Dim) => number; readonly shapes: OutputsOf<P, readonly number[]> },
) => OutputsOf<P, NdArray>;

const unary =
  (f: (x: number) => number) =>
  ([x]: readonly [NdArray]): readonly [NdArray] => [map(f, x)];

const binary =
  (f: (a: number, b: number) => number) =>
  ([a, b]: readonly [NdArray, NdArray]): readonly [NdArray] => [map(f, a, b)];

/** Folds axes of x by f, starting from `start`. */
function fold(
  x: NdArray,
  { axes, keepDims }: AttributesOf<"sum">,
  shape: readonly number[],
  start: number,
  f: (total: number, value: number) => number,
): NdArray {
  const result = fill(shape, () => start);
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  fill(x.shape, (index) => {
    const inside = index.map((at, axis) => (axes.includes(axis) ? 0 : at));
    const at = keepDims ? offset(shape, inside) : offset(kept, inside);
    result.data[at] = f(result.data[at]!, element(x, index));
    return 0;
  });
  return result;
}

/** An index that may count from the end. */
const wrap = (index: number, size: number) => {
  const at = index < 0 ? index + size : index;
  if (at < 0 || at >= size) throw new RangeError(`Index ${index} is out of range for ${size} elements.`);
  return at;
};

/**
 * The error function by its Maclaurin series (|x| < 3) or a continued fraction of its complement.
 * @see Abramowitz and Stegun 1964, 7.1.5 and 7.1.14
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 3) {
    let [term, total] = [size, size];
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= -(size * size) / n;
      total += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * total) / Math.sqrt(Math.PI);
  }
  let fraction = size;
  for (let n = 60; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (fraction * Math.sqrt(Math.PI)));
}

type Leaf = "input" | "parameter" | "constant";

export const kernels: { readonly [P in Exclude<BasicPrimitive, Leaf>]: Kernel<P> } = {
  range: (_, { limit }, { dim }) => [fill([dim(limit)], ([k]) => k!)],
  extent: (_, attributes, { dim }) => [fill([], () => dim(attributes.dim))],
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  power: binary((a, b) => a ** b),
  negate: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  erf: unary(erf),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  cast: ([x], { dtype }) => {
    if (dtype === "bool") return [map((value) => (value === 0 ? 0 : 1), x)];
    return [dtype.startsWith("float") ? x : map(Math.trunc, x)];
  },
  equal: binary((a, b) => (a === b ? 1 : 0)),
  less: binary((a, b) => (a < b ? 1 : 0)),
  and: binary((a, b) => a * b),
  or: binary((a, b) => Math.max(a, b)),
  not: unary((x) => 1 - x),
  where: ([condition, a, b]) => [map((c, x, y) => (c ? x : y), condition, a, b)],
  reshape: ([x], _, { shapes: [shape] }) => [{ shape, data: x.data }],
  transpose: ([x], { permutation }, { shapes: [shape] }) => [
    fill(shape, (index) =>
      element(
        x,
        x.shape.map((_, axis) => index[permutation.indexOf(axis)]!),
      ),
    ),
  ],
  expand: ([x], _, { shapes: [shape] }) => [fill(shape, (index) => broadcastElement(x, index))],
  concat: (tensors, { axis }, { shapes: [shape] }) => [
    fill(shape, (index) => {
      let at = index[axis]!;
      for (const x of tensors) {
        if (at < x.shape[axis]!) return element(x, withAxis(index, axis, at));
        at -= x.shape[axis]!;
      }
      throw new RangeError("unreachable: the parts make up the axis");
    }),
  ],
  slice: ([x], { axis, start }, { dim, shapes: [shape] }) => [
    fill(shape, (index) => element(x, withAxis(index, axis, index[axis]! + dim(start)))),
  ],
  pad: ([x], { axis, before }, { dim, shapes: [shape] }) => [
    fill(shape, (index) => {
      const at = index[axis]! - dim(before);
      return at >= 0 && at < x.shape[axis]! ? element(x, withAxis(index, axis, at)) : 0;
    }),
  ],
  sum: ([x], attributes, { shapes: [shape] }) => [fold(x, attributes, shape, 0, (a, b) => a + b)],
  max: ([x], attributes, { shapes: [shape] }) => [fold(x, attributes, shape, -Infinity, Math.max)],
  argMax: ([x], { axis }, { shapes: [shape] }) => [
    fill(shape, (index) => {
      const at = (k: number) => element(x, [...index.slice(0, axis), k, ...index.slice(axis)]);
      let best = 0;
      for (let k = 1; k < x.shape[axis]!; k++) if (at(k) > at(best)) best = k;
      return best;
    }),
  ],
  topK: ([x], _, { shapes: [shape] }) => {
    const order = (index: readonly number[]) => {
      const at = (k: number) => element(x, [...index.slice(0, -1), k]);
      return Array.from({ length: x.shape.at(-1)! }, (_, k) => k).sort((a, b) => at(b) - at(a) || a - b);
    };
    const positions = fill(shape, (index) => order(index)[index.at(-1)!]!);
    const values = fill(shape, (index) => element(x, [...index.slice(0, -1), element(positions, index)]));
    return [values, positions];
  },
  cumulativeSum: ([x], { axis, reverse }, { shapes: [shape] }) => [
    fill(shape, (index) => {
      let total = 0;
      const [from, to] = reverse ? [index[axis]!, x.shape[axis]! - 1] : [0, index[axis]!];
      for (let k = from; k <= to; k++) total += element(x, withAxis(index, axis, k));
      return total;
    }),
  ],
  matmul: ([a, b], { transposeA, transposeB, scale }, { shapes: [shape] }) => [
    fill(shape, (index) => {
      const [batch, row, column] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
      const inner = a.shape.at(transposeA ? -2 : -1)!;
      let total = 0;
      for (let k = 0; k < inner; k++) {
        const left = broadcastElement(a, [...batch, ...(transposeA ? [k, row] : [row, k])]);
        const right = broadcastElement(b, [...batch, ...(transposeB ? [column, k] : [k, column])]);
        total += left * right;
      }
      return scale * total;
    }),
  ],
  gather: ([table, indices], _, { shapes: [shape] }) => [
    fill(shape, (index) => {
      const rank = indices.shape.length;
      const row = wrap(element(indices, index.slice(0, rank)), table.shape[0]!);
      return element(table, [row, ...index.slice(rank)]);
    }),
  ],
  scatterAdd: ([indices, updates], _, { shapes: [shape] }) => {
    const result = fill(shape, () => 0);
    fill(updates.shape, (index) => {
      const rank = indices.shape.length;
      const row = wrap(element(indices, index.slice(0, rank)), shape[0]!);
      const at = offset(shape, [row, ...index.slice(rank)]);
      result.data[at] = result.data[at]! + element(updates, index);
      return 0;
    });
    return [result];
  },
  takeAlong: ([x, indices], _, { shapes: [shape] }) => [
    fill(shape, (index) =>
      element(x, [...index.slice(0, -1), wrap(element(indices, index), x.shape.at(-1)!)]),
    ),
  ],
  addAlong: ([base, indices, updates]) => {
    const result = { shape: base.shape, data: base.data.slice() };
    fill(indices.shape, (index) => {
      const at = offset(base.shape, [
        ...index.slice(0, -1),
        wrap(element(indices, index), base.shape.at(-1)!),
      ]);
      result.data[at] = result.data[at]! + element(updates, index);
      return 0;
    });
    return [result];
  },
};
