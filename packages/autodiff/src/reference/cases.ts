// One worked example or more for every primitive: inputs and the literal results. A primitive without one does not
// compile. Tests check each against the reference interpreter, its gradient against finite differences, and (in
// packages/onnx) the emitted model against both.

import type { Dtype } from "../dtype.ts";
import { gelu, silu, swiglu } from "../fused/activations.ts";
import { attention, rotary } from "../fused/attention.ts";
import { layerNorm, rmsNorm } from "../fused/normalization.ts";
import { crossEntropy, logSoftmax, softmax } from "../fused/softmax.ts";
import { matmul } from "../operations/contraction.ts";
import * as elementwise from "../operations/elementwise.ts";
import { addAlong, gather, scatterAdd, takeAlong } from "../operations/indexing.ts";
import { constant, extent, input, range } from "../operations/leaves.ts";
import { argMax, cumulativeSum, max, topK } from "../operations/order.ts";
import { concat, expand, pad, reshape, slice, sum, transpose } from "../operations/structure.ts";
import type { Shape } from "../shape.ts";
import type { Primitive } from "../signatures.ts";
import type { Tensor } from "../tensor.ts";

/** A fed input: its numbers, its shape now, and (if that has symbols) its shape in the graph. */
export interface CaseInput {
  readonly data: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly symbolic?: Shape;
}

export interface Case {
  /** What is special about this example. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, CaseInput>>;
  /** Builds the results from the inputs. */
  readonly build: (inputs: Readonly<Record<string, Tensor>>) => readonly Tensor[];
  /** The results, row-major, to the digits given. */
  readonly expected: readonly (readonly number[])[];
}

/** float32 numbers of a shape. */
export function floats(shape: readonly number[], ...data: readonly number[]): CaseInput {
  return { data, shape, dtype: "float32" };
}
export function integers(shape: readonly number[], ...data: readonly number[]): CaseInput {
  return { data, shape, dtype: "int64" };
}
export function bools(shape: readonly number[], ...data: readonly number[]): CaseInput {
  return { data, shape, dtype: "bool" };
}
/** The same numbers for a graph whose shape has symbols. */
export function symbolic(shape: Shape, fed: CaseInput): CaseInput {
  return { ...fed, symbolic: shape };
}

/** The tensors of a case's inputs, and its results. */
export function buildCase(each: Case): {
  inputs: Readonly<Record<string, Tensor>>;
  outputs: readonly Tensor[];
} {
  const inputs = Object.fromEntries(
    Object.entries(each.inputs).map(([name, { dtype, shape, symbolic: open }]) => [
      name,
      input(name, dtype, open ?? shape),
    ]),
  );
  return { inputs, outputs: each.build(inputs) };
}

type T = Tensor;
type Build<Names extends string> = (inputs: Readonly<Record<Names, T>>) => T | readonly T[];

function example<Names extends string>(
  name: string,
  inputs: Readonly<Record<Names, CaseInput>>,
  build: Build<Names>,
  ...expected: readonly (readonly number[])[]
): Case {
  return {
    name,
    inputs,
    build: (tensors) => {
      const built = build(tensors as Readonly<Record<Names, T>>);
      return "node" in built ? [built] : built;
    },
    expected,
  };
}

/** An elementwise function at a few points. */
function points(f: (x: T) => T, values: readonly number[], expected: readonly number[]): readonly Case[] {
  return [example("at a few points", { x: floats([values.length], ...values) }, ({ x }) => f(x), expected)];
}

const pair = { a: floats([2, 2], 1, 2, 3, 4), b: floats([2], 2, 0.5) };
const matrices = { a: floats([2, 3], 1, 2, 3, 4, 5, 6), b: floats([3, 2], 1, 0, 0, 1, 1, 1) };
const flags = { p: bools([2, 2], 0, 0, 1, 1), q: bools([2, 2], 0, 1, 0, 1) };
const six = floats([2, 3], 1, 5, 2, 4, 3, 6);

export const cases: { readonly [P in Primitive]: readonly Case[] } = {
  input: [example("is what was fed", { x: floats([2], 3, 4) }, ({ x }) => x, [3, 4])],
  parameter: [
    example(
      "is an input by another name",
      { w: floats([2], 3, 4) },
      ({ w }) => elementwise.add(w, 1),
      [4, 5],
    ),
  ],
  constant: [example("holds its values", {}, () => constant([1.5, -2], [2]), [1.5, -2])],
  range: [
    example("counts from 0", {}, () => range(4), [0, 1, 2, 3]),
    example(
      "counts a symbolic dimension",
      { x: symbolic(["n"], floats([3], 7, 8, 9)) },
      ({ x }) => [range("n"), x],
      [0, 1, 2],
      [7, 8, 9],
    ),
  ],
  extent: [
    example(
      "is the number of an expression of symbols",
      { x: symbolic(["n", "m"], floats([2, 3], 1, 2, 3, 4, 5, 6)) },
      ({ x }) => [extent("2*m*n+1"), reshape(x, ["m*n"])],
      [13],
      [1, 2, 3, 4, 5, 6],
    ),
  ],
  add: [example("broadcasts", pair, ({ a, b }) => elementwise.add(a, b), [3, 2.5, 5, 4.5])],
  subtract: [example("broadcasts", pair, ({ a, b }) => elementwise.subtract(a, b), [-1, 1.5, 1, 3.5])],
  multiply: [
    example("broadcasts", pair, ({ a, b }) => elementwise.multiply(a, b), [2, 1, 6, 2]),
    example(
      "multiplies a column by a row",
      { a: floats([2, 1], 2, 3), b: floats([1, 2], 5, 7) },
      ({ a, b }) => elementwise.multiply(a, b),
      [10, 14, 15, 21],
    ),
  ],
  divide: [example("broadcasts", pair, ({ a, b }) => elementwise.divide(a, b), [0.5, 4, 1.5, 8])],
  maximum: [example("broadcasts", pair, ({ a, b }) => elementwise.maximum(a, b), [2, 2, 3, 4])],
  minimum: [example("broadcasts", pair, ({ a, b }) => elementwise.minimum(a, b), [1, 0.5, 2, 0.5])],
  power: [example("broadcasts", pair, ({ a, b }) => elementwise.power(a, b), [1, Math.SQRT2, 9, 2])],
  negate: points(elementwise.negate, [1, -2], [-1, 2]),
  abs: points(elementwise.abs, [1, -2], [1, 2]),
  sign: points(elementwise.sign, [3, -2, 0], [1, -1, 0]),
  floor: points(elementwise.floor, [1.5, -1.5], [1, -2]),
  exp: points(elementwise.exp, [0, 1], [1, Math.E]),
  log: points(elementwise.log, [1, 10], [0, Math.LN10]),
  sqrt: points(elementwise.sqrt, [4, 2], [2, Math.SQRT2]),
  reciprocal: points(elementwise.reciprocal, [4, -0.5], [0.25, -2]),
  tanh: points(elementwise.tanh, [0, 1], [0, 0.7615941559557649]),
  sigmoid: points(elementwise.sigmoid, [0, 2], [0.5, 0.8807970779778823]),
  erf: points(
    elementwise.erf,
    [0, 0.5, -2, 3.5],
    [0, 0.5204998778130465, -0.9953222650189527, 0.9999992569016276],
  ),
  sin: points(elementwise.sin, [0, 1], [0, 0.8414709848078965]),
  cos: points(elementwise.cos, [0, 1], [1, 0.5403023058681398]),
  cast: [
    example(
      "truncates floats",
      { x: floats([2], 1.7, -1.7) },
      ({ x }) => elementwise.cast(x, "int64"),
      [1, -1],
    ),
    example(
      "makes numbers of bools",
      { x: bools([2], 0, 1) },
      ({ x }) => elementwise.cast(x, "float32"),
      [0, 1],
    ),
  ],
  equal: [
    example("broadcasts", pair, ({ a, b }) => elementwise.equal(a, elementwise.multiply(b, 1)), [0, 0, 0, 0]),
  ],
  less: [example("broadcasts", pair, ({ a, b }) => elementwise.less(a, b), [1, 0, 0, 0])],
  and: [example("truth table", flags, ({ p, q }) => elementwise.and(p, q), [0, 0, 0, 1])],
  or: [example("truth table", flags, ({ p, q }) => elementwise.or(p, q), [0, 1, 1, 1])],
  not: [example("truth table", { p: bools([2], 0, 1) }, ({ p }) => elementwise.not(p), [1, 0])],
  where: [
    example(
      "chooses with broadcasting",
      { c: bools([2, 1], 1, 0), a: floats([2, 2], 1, 2, 3, 4), b: floats([2], 9, 8) },
      ({ c, a, b }) => elementwise.where(c, a, b),
      [1, 2, 9, 8],
    ),
  ],
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
  softmax: [
    example(
      "of logarithms is their ratio",
      { x: floats([2, 2], 0, Math.log(3), Math.log(1000), Math.log(1000)) },
      ({ x }) => softmax(x),
      [0.25, 0.75, 0.5, 0.5],
    ),
  ],
  logSoftmax: [
    example(
      "of large numbers stays finite",
      { x: floats([2, 2], 0, Math.log(3), 1000, 1000) },
      ({ x }) => logSoftmax(x),
      [Math.log(0.25), Math.log(0.75), -Math.LN2, -Math.LN2],
    ),
  ],
  silu: points(silu, [0, 2, -1], [0, 1.7615941559557649, -0.2689414213699951]),
  swiglu: [
    example(
      "gates one projection by another",
      { gate: floats([3], 0, 2, -1), up: floats([3], 5, 0.5, 2) },
      ({ gate, up }) => swiglu(gate, up),
      [0, 0.8807970779778824, -0.5378828427399902],
    ),
  ],
  gelu: [
    ...points((x) => gelu(x), [0, 1, -2], [0, 0.8413447460685429, -0.04550026389635842]),
    ...points((x) => gelu(x, "tanh"), [0, 1, -2], [0, 0.8411919906082768, -0.04540230591222494]),
  ],
  rmsNorm: [
    example(
      "divides rows by their root mean square",
      { x: floats([2, 2], 3, 4, -1, 1), w: floats([2], 1, 2) },
      ({ x, w }) => rmsNorm(x, w, 0),
      [0.848528137423857, 2.262741699796952, -1, 2],
    ),
  ],
  layerNorm: [
    example(
      "centres and scales rows",
      { x: floats([2, 2], 1, 3, -2, 2), w: floats([2], 1, 2), b: floats([2], 0.5, 0) },
      ({ x, w, b }) => layerNorm(x, w, b, 0),
      [-0.5, 2, -0.5, 2],
    ),
  ],
  rotary: [
    example(
      "turns pairs of channels",
      {
        x: floats([2, 4], 1, 2, 3, 4, 1, 2, 3, 4),
        cos: floats([2, 2], 1, 0.6, 0, 0.6),
        sin: floats([2, 2], 0, 0.8, 1, 0.8),
      },
      ({ x, cos, sin }) => rotary(x, cos, sin),
      [1, -2, 3, 4, -3, -2, 1, 4],
    ),
    example(
      "turns the heads of a position alike",
      {
        x: floats([2, 2, 1, 2], 1, 2, 3, 4, 5, 6, 7, 8),
        cos: floats([2, 1, 1, 1], 0, 0.6),
        sin: floats([2, 1, 1, 1], 1, 0.8),
      },
      ({ x, cos, sin }) => rotary(x, cos, sin),
      [-2, 1, -4, 3, -1.8, 7.6, -2.2, 10.4],
    ),
    example(
      "turns each position by its own angle",
      {
        x: floats([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8),
        cos: floats([2, 1], 0, 0.6),
        sin: floats([2, 1], 1, 0.8),
      },
      ({ x, cos, sin }) => rotary(x, cos, sin),
      [-2, 1, -1.4, 4.8, -6, 5, -2.2, 10.4],
    ),
    example(
      "turns a batch of symbolic size",
      {
        x: symbolic(["b", 1, "t", 2], floats([2, 1, 1, 2], 1, 2, 3, 4)),
        cos: symbolic(["t", 1], floats([1, 1], 0)),
        sin: symbolic(["t", 1], floats([1, 1], 1)),
      },
      ({ x, cos, sin }) => rotary(x, cos, sin),
      [-2, 1, -4, 3],
    ),
  ],
  attention: [
    example(
      "mixes values by equal logits, or as a mask allows",
      {
        q: floats([1, 2, 2], 0, 0, 1, 0),
        k: floats([1, 2, 2], 1, 0, 0, 1),
        v: floats([1, 2, 1], 2, 6),
        bias: floats([2, 2], 0, 0, 0, -1e9),
      },
      ({ q, k, v, bias }) => attention(q, k, v, bias),
      [4, 2],
    ),
    example(
      "scales logits",
      {
        q: floats([1, 1], 1),
        k: floats([2, 1], 0, Math.log(3)),
        v: floats([2, 2], 1, 0, 0, 1),
        bias: floats([], 0),
      },
      ({ q, k, v, bias }) => attention(q, k, v, bias, 2),
      [0.1, 0.9],
    ),
  ],
  crossEntropy: [
    example(
      "is the surprise at each target",
      { logits: floats([2, 2], 0, Math.log(3), 5, 5), targets: integers([2], 1, 0) },
      ({ logits, targets }) => crossEntropy(logits, targets),
      [-Math.log(0.75), Math.LN2],
    ),
  ],
};
