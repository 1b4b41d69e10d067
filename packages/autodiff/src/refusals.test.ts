import { describe, expect, it } from "vitest";
import {
  abs,
  add,
  addAlong,
  and,
  argMax,
  attention,
  concat,
  constant,
  cos,
  crossEntropy,
  cumulativeSum,
  type Dtype,
  DtypeError,
  divide,
  dropout,
  equal,
  erf,
  exp,
  expand,
  floor,
  gather,
  gelu,
  gradients,
  groupedAttention,
  input,
  layerNorm,
  less,
  log,
  logSoftmax,
  lora,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  not,
  or,
  pad,
  parameter,
  power,
  reciprocal,
  reshape,
  rmsNorm,
  rotary,
  type Shape,
  ShapeError,
  scatterAdd,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  softmax,
  split,
  splitHeads,
  sqrt,
  subtract,
  sum,
  swiglu,
  takeAlong,
  tanh,
  topK,
  transpose,
  weightedCrossEntropy,
  where,
} from "./index.ts";

const x = (shape: Shape, dtype: Dtype = "float32") => input("x", dtype, shape);
const f = (...shape: number[]) => x(shape);
const i = (...shape: number[]) => x(shape, "int64");
const b = (...shape: number[]) => x(shape, "bool");

type Refused = readonly [operation: string, build: () => unknown];

const shapes: readonly Refused[] = [
  ["parameter", () => parameter("w", ["n" as never])],
  ["constant", () => constant([1, 2], [3])],
  ["add", () => add(f(2), f(3))],
  ["subtract", () => subtract(f(2), f(3))],
  ["multiply", () => multiply(f(2), f(3))],
  ["divide", () => divide(f(2), f(3))],
  ["maximum", () => maximum(f(2), f(3))],
  ["minimum", () => minimum(f(2), f(3))],
  ["power", () => power(f(2), f(3))],
  ["equal", () => equal(f(2), f(3))],
  ["less", () => less(x(["n"]), x(["m"]))],
  ["and", () => and(b(2), b(3))],
  ["or", () => or(b(2), b(3))],
  ["where", () => where(b(2), f(3), f(3))],
  ["reshape", () => reshape(f(2, 3), [4])],
  ["reshape", () => reshape(f(2, 3), [-1, 4])],
  ["reshape", () => reshape(x(["n", 3]), ["m", 3])],
  ["transpose", () => transpose(f(2, 3), [0, 0])],
  ["expand", () => expand(f(2, 3), [4, 3])],
  ["concat", () => concat([f(2, 3), f(2, 4)], 0)],
  ["slice", () => slice(f(2, 3), 1, 2, 4)],
  ["split", () => split(f(2, 3), 1, 2)],
  ["pad", () => pad(f(2), 1, 0, 1)],
  ["sum", () => sum(f(2), { axes: 1 })],
  ["mean", () => mean(f(2), { axes: -2 })],
  ["max", () => max(f(2), { axes: 1 })],
  ["argMax", () => argMax(f(2), 1)],
  ["topK", () => topK(f(2), 3)],
  ["cumulativeSum", () => cumulativeSum(f(2), { axis: 1 })],
  ["matmul", () => matmul(f(2, 3), f(2, 3))],
  ["matmul", () => matmul(f(3), f(3, 1))],
  ["gather", () => gather(f(), i(2))],
  ["scatterAdd", () => scatterAdd(i(2), f(3, 1), 4)],
  ["takeAlong", () => takeAlong(f(2, 3), i(3, 1))],
  ["addAlong", () => addAlong(f(2, 3), i(2, 1), f(2, 2))],
  ["softmax", () => softmax(f())],
  ["logSoftmax", () => logSoftmax(f())],
  ["crossEntropy", () => crossEntropy(f(2, 3), i(3))],
  ["weightedCrossEntropy", () => weightedCrossEntropy(f(2, 3), i(2), f(3))],
  ["swiglu", () => swiglu(f(2, 3), f(3))],
  ["rmsNorm", () => rmsNorm(f(2, 3), f(2))],
  ["layerNorm", () => layerNorm(f(2, 3), f(3), f(2))],
  ["rotary", () => rotary(f(2, 3), f(2, 1), f(2, 1))],
  ["attention", () => attention(f(1, 2, 4), f(1, 3, 5), f(1, 3, 4), f())],
  ["lora", () => lora(f(2, 3), f(4, 3), f(1, 3), f(3, 1))],
  ["splitHeads", () => splitHeads(f(1, 2, 5), 2)],
  ["groupedAttention", () => groupedAttention(f(1, 3, 2, 4), f(1, 2, 2, 4), f(1, 2, 2, 4), f())],
  ["gradients", () => gradients(f(2), [])],
];

const unary = { negate, abs, sign, floor, exp, log, sqrt, reciprocal, tanh, sigmoid, erf, sin, cos };
const rows = { softmax, logSoftmax, silu, gelu, max, argMax, cumulativeSum };

const dtypes: readonly Refused[] = [
  ...Object.entries({ ...unary, ...rows }).map(([name, build]): Refused => [name, () => build(i(2))]),
  ["add", () => add(f(2), i(2))],
  ["subtract", () => subtract(b(2), b(2))],
  ["multiply", () => multiply(f(2), i(2))],
  ["divide", () => divide(f(2), i(2))],
  ["maximum", () => maximum(f(2), i(2))],
  ["minimum", () => minimum(f(2), i(2))],
  ["power", () => power(f(2), i(2))],
  ["equal", () => equal(f(2), i(2))],
  ["less", () => less(b(2), b(2))],
  ["and", () => and(b(2), f(2))],
  ["or", () => or(f(2), b(2))],
  ["not", () => not(f(2))],
  ["where", () => where(f(2), f(2), f(2))],
  ["where", () => where(b(2), f(2), i(2))],
  ["pad", () => pad(i(2), 0, 1, 1)],
  ["sum", () => sum(b(2))],
  ["topK", () => topK(i(3), 1)],
  ["matmul", () => matmul(f(2, 2), i(2, 2))],
  ["gather", () => gather(f(2, 2), f(2))],
  ["scatterAdd", () => scatterAdd(f(2), f(2), 2)],
  ["takeAlong", () => takeAlong(f(2), f(2))],
  ["addAlong", () => addAlong(f(2), f(2), f(2))],
  ["crossEntropy", () => crossEntropy(f(2, 3), f(2))],
  ["swiglu", () => swiglu(f(2), i(2))],
  ["rmsNorm", () => rmsNorm(f(2, 3), i(3))],
  ["layerNorm", () => layerNorm(i(2, 3), i(3), i(3))],
  ["rotary", () => rotary(f(2, 4), i(2, 2), i(2, 2))],
  ["attention", () => attention(f(2, 2), f(2, 2), i(2, 2), f())],
  ["lora", () => lora(f(2, 3), f(4, 3), f(1, 3), x([4, 1], "float16"))],
  ["dropout", () => dropout(f(2), i(2), 0.5)],
  ["gradients", () => gradients(sum(f(2)), [i(2)])],
];

function caught(build: () => unknown): unknown {
  try {
    build();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("operations refuse", () => {
  for (const [operation, build] of shapes) {
    it(`${operation}: a shape that does not fit, saying which and what to do`, () => {
      const error = caught(build);
      expect(error).toBeInstanceOf(ShapeError);
      const { operation: named, invariant, received, remedy, message } = error as ShapeError;
      expect(named).toBe(operation);
      expect(message).toBe(`${operation}: ${invariant}; received ${received}. ${remedy}`);
      expect(remedy).toMatch(/\.$/);
    });
  }

  for (const [operation, build] of dtypes) {
    it(`${operation}: a dtype that does not fit, saying which and what to do`, () => {
      const error = caught(build);
      expect(error).toBeInstanceOf(DtypeError);
      const { operation: named, received, message } = error as DtypeError;
      expect(named).toBe(operation);
      expect(message).toContain(received);
    });
  }
});
