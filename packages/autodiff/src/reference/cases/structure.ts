// Examples of rearranging, reducing, products and indexing.
import { matmul } from "../../operations/contraction.ts";
import * as elementwise from "../../operations/elementwise.ts";
import { addAlong, gather, scatterAdd, takeAlong } from "../../operations/indexing.ts";
import { range } from "../../operations/leaves.ts";
import { argMax, cumulativeSum, max, topK } from "../../operations/order.ts";
import { concat, expand, pad, reshape, slice, sum, transpose } from "../../operations/structure.ts";
import type { Primitive } from "../../signatures.ts";
import { type Case, example, floats, integers, matrices, six, symbolic } from "./example.ts";

export const structureCases = {
  reshape: [
    example("infers one axis", { x: six }, ({ x }) => reshape(x, [3, -1]), [1, 5, 2, 4, 3, 6]),
    example(
      "splits a symbolic axis",
      { x: symbolic(["b", "t", 4], floats([1, 2, 4], 1, 2, 3, 4, 5, 6, 7, 8)) },
      ({ x }) => transpose(reshape(x, ["b", "t", 2, 2]), [0, 2, 1, 3]),
      [1, 2, 5, 6, 3, 4, 7, 8],
    ),
  ],
  transpose: [
    example("swaps axes", { x: six }, ({ x }) => transpose(x, [1, 0]), [1, 4, 5, 3, 2, 6]),
    example(
      "turns three axes around",
      { x: floats([1, 2, 3], 1, 2, 3, 4, 5, 6) },
      ({ x }) => transpose(x, [2, 0, 1]),
      [1, 4, 2, 5, 3, 6],
    ),
  ],
  expand: [
    example(
      "repeats an axis",
      { x: floats([2, 1], 1, 2) },
      ({ x }) => expand(x, [2, 2, 2]),
      [1, 1, 2, 2, 1, 1, 2, 2],
    ),
    example(
      "repeats to a symbolic size",
      { x: floats([1], 4), y: symbolic(["n"], floats([2], 1, 2)) },
      ({ x, y }) => elementwise.add(expand(x, ["n"]), y),
      [5, 6],
    ),
  ],
  concat: [
    example(
      "joins the last axis",
      { x: floats([2, 1], 1, 2), y: floats([2, 2], 3, 4, 5, 6) },
      ({ x, y }) => concat([x, y], -1),
      [1, 3, 4, 2, 5, 6],
    ),
    example(
      "grows a cache of symbolic length",
      {
        past: symbolic(["past", 2], floats([1, 2], 1, 2)),
        now: symbolic(["new", 2], floats([2, 2], 3, 4, 5, 6)),
      },
      ({ past, now }) => {
        const positions = reshape(range("past+new"), ["past+new", 1]);
        return elementwise.multiply(concat([past, now], 0), elementwise.cast(positions, "float32"));
      },
      [0, 0, 3, 4, 10, 12],
    ),
  ],
  slice: [
    example("cuts the last axis", { x: six }, ({ x }) => slice(x, -1, 1, 3), [5, 2, 3, 6]),
    example(
      "takes the last of a symbolic axis",
      { x: symbolic(["n", 2], floats([3, 2], 1, 2, 3, 4, 5, 6)) },
      ({ x }) => slice(x, 0, "n-1", "n"),
      [5, 6],
    ),
  ],
  pad: [
    example(
      "adds zeros around",
      { x: floats([2, 1], 1, 2) },
      ({ x }) => pad(x, 1, 1, 2),
      [0, 1, 0, 0, 0, 2, 0, 0],
    ),
  ],
  sum: [
    example("over all", { x: six }, ({ x }) => sum(x), [21]),
    example("over an axis, dropped", { x: six }, ({ x }) => sum(x, { axes: 0 }), [5, 8, 8]),
    example("over an axis, kept", { x: six }, ({ x }) => sum(x, { axes: [1], keepDims: true }), [8, 13]),
    example("of integers", { x: integers([3], 1, 2, 3) }, ({ x }) => sum(x), [6]),
  ],
  max: [
    example("over all", { x: six }, ({ x }) => max(x), [6]),
    example("over an axis", { x: six }, ({ x }) => max(x, { axes: 1 }), [5, 6]),
  ],
  argMax: [example("along the last axis", { x: six }, ({ x }) => argMax(x), [1, 2])],
  topK: [
    example(
      "the two largest of each row",
      { x: six },
      ({ x }) => {
        const { values, positions } = topK(x, 2);
        return [values, positions];
      },
      [5, 2, 6, 4],
      [1, 2, 2, 0],
    ),
  ],
  cumulativeSum: [
    example("from the front", { x: six }, ({ x }) => cumulativeSum(x), [1, 6, 8, 4, 7, 13]),
    example(
      "from the end",
      { x: six },
      ({ x }) => cumulativeSum(x, { axis: 0, reverse: true }),
      [5, 8, 8, 4, 3, 6],
    ),
  ],
  matmul: [
    example("of matrices", matrices, ({ a, b }) => matmul(a, b), [4, 5, 10, 11]),
    example("with a scale", matrices, ({ a, b }) => matmul(a, b, { scale: 0.5 }), [2, 2.5, 5, 5.5]),
    example(
      "with both transposed",
      matrices,
      ({ a, b }) => matmul(a, b, { transposeA: true, transposeB: true }),
      [1, 4, 5, 2, 5, 7, 3, 6, 9],
    ),
    example(
      "with a transposed",
      { a: matrices.a },
      ({ a }) => matmul(a, a, { transposeA: true }),
      [17, 22, 27, 22, 29, 36, 27, 36, 45],
    ),
    example(
      "with b transposed",
      { a: matrices.a },
      ({ a }) => matmul(a, a, { transposeB: true }),
      [14, 32, 32, 77],
    ),
    example(
      "of a batch by one weight",
      { a: floats([2, 1, 2], 1, 2, 3, 4), b: floats([2, 2], 1, 2, 3, 4) },
      ({ a, b }) => matmul(a, b),
      [7, 10, 15, 22],
    ),
    example(
      "of a batch by one transposed weight",
      { a: floats([2, 1, 2], 1, 2, 3, 4), b: floats([2, 2], 1, 2, 3, 4) },
      ({ a, b }) => matmul(a, b, { transposeB: true }),
      [5, 11, 11, 25],
    ),
    example(
      "of batches, one broadcast and both transposed",
      { a: floats([2, 2, 1], 1, 2, 3, 4), b: floats([1, 1, 2], 5, 6) },
      ({ a, b }) => matmul(a, b, { transposeA: true, transposeB: true }),
      [17, 39],
    ),
  ],
  gather: [
    example(
      "rows by index, some twice",
      { table: floats([3, 2], 1, 2, 3, 4, 5, 6), at: integers([2, 2], 2, 0, 0, -1) },
      ({ table, at }) => gather(table, at),
      [5, 6, 1, 2, 1, 2, 5, 6],
    ),
  ],
  scatterAdd: [
    example(
      "adds rows of one index",
      { at: integers([3], 1, 0, 1), rows: floats([3, 2], 1, 2, 3, 4, 5, 6) },
      ({ at, rows }) => scatterAdd(at, rows, 3),
      [3, 4, 6, 8, 0, 0],
    ),
  ],
  takeAlong: [
    example(
      "one of each row",
      { x: six, at: integers([2, 1], 1, -1) },
      ({ x, at }) => takeAlong(x, at),
      [5, 6],
    ),
  ],
  addAlong: [
    example(
      "adds to a base, twice at one place",
      { x: six, at: integers([2, 2], 1, 1, 0, 2), more: floats([2, 2], 10, 20, 30, 40) },
      ({ x, at, more }) => addAlong(x, at, more),
      [1, 35, 2, 34, 3, 46],
    ),
  ],
} satisfies Partial<Record<Primitive, readonly Case[]>>;
