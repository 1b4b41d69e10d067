// Dense arrays of float64 for the reference interpreter. Written to be read, not to be fast: every element is computed
// from its index. Integers and bools are numbers, too (bool is 0 or 1).
import { broadcastShapes } from "../shape.ts";

export interface NdArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float64Array;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** An array whose element at an index (one number an axis) is computed by `at`. */
export function fill(shape: readonly number[], at: (index: readonly number[]) => number): NdArray {
  const data = new Float64Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let k = 0; k < data.length; k++) {
    data[k] = at(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** The place of an index in row-major order. */
export function offset(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((at, dim, axis) => at * dim + index[axis]!, 0);
}

export function element({ shape, data }: NdArray, index: readonly number[]): number {
  return data[offset(shape, index)]!;
}

/** The element that broadcasting puts at an index of a (larger) result: trailing axes align, axes of size 1 repeat. */
export function broadcastElement(x: NdArray, index: readonly number[]): number {
  const extra = index.length - x.shape.length;
  return element(
    x,
    x.shape.map((dim, axis) => (dim === 1 ? 0 : index[axis + extra]!)),
  );
}

/** f of broadcast elements. */
export function map(f: (...values: number[]) => number, ...arrays: readonly NdArray[]): NdArray {
  const shape = broadcastShapes("reference", ...arrays.map((x) => x.shape)) as readonly number[];
  return fill(shape, (index) => f(...arrays.map((x) => broadcastElement(x, index))));
}

/** An index with one axis replaced. */
export function withAxis(index: readonly number[], axis: number, value: number): number[] {
  return index.map((at, k) => (k === axis ? value : at));
}
