import * as elementwise from "../../operations/elementwise.ts";
import { constant, extent, range } from "../../operations/leaves.ts";
import { reshape } from "../../operations/structure.ts";
import type { Primitive } from "../../signatures.ts";
import { bools, type Case, example, flags, floats, pair, points, symbolic } from "./example.ts";

export const elementwiseCases = {
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
} satisfies Partial<Record<Primitive, readonly Case[]>>;
