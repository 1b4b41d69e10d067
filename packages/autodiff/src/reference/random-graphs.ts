// Random graphs for property-based tests: a chain of operations over [2,3] matrices, chosen by a list of numbers, so that
// a failing graph shrinks to a short list. Operations keep values in a range where float32 and finite differences are
// well-behaved.
import { gelu, silu } from "../fused/activations.ts";
import { attention, rotary } from "../fused/attention.ts";
import { lora } from "../fused/lora.ts";
import { layerNorm, rmsNorm } from "../fused/normalization.ts";
import { logSoftmax, softmax } from "../fused/softmax.ts";
import { matmul } from "../operations/contraction.ts";
import {
  add,
  divide,
  exp,
  multiply,
  negate,
  sigmoid,
  sin,
  subtract,
  tanh,
  where,
} from "../operations/elementwise.ts";
import { gather, scatterAdd, takeAlong } from "../operations/indexing.ts";
import { constant, scalar } from "../operations/leaves.ts";
import { cumulativeSum } from "../operations/order.ts";
import { concat, expand, pad, reshape, slice, sum, transpose } from "../operations/structure.ts";
import type { Tensor } from "../tensor.ts";

type Step = (x: Tensor, other: Tensor) => Tensor;

const matrix = (...values: number[]) => constant(values, [2, 3]);
const row = () => constant([0.7, -0.4, 1.2]);
/** Brings any values back to about −1 … 1. */
const tame = (x: Tensor) => tanh(x);

const steps: readonly Step[] = [
  (x, y) => add(x, y),
  (x, y) => subtract(x, multiply(y, 0.5)),
  (x, y) => multiply(x, y),
  (x, y) => divide(x, add(2, tame(y))),
  (x) => add(negate(x), row()),
  (x) => exp(tame(x)),
  (x) => multiply(sin(x), row()),
  (x) => sigmoid(x),
  (x) => silu(x),
  (x) => gelu(x, "tanh"),
  (x) => softmax(x),
  (x) => tame(logSoftmax(x)),
  (x) => rmsNorm(add(x, 0.1), row(), 0.1),
  (x) => layerNorm(x, row(), row(), 0.1),
  (x, y) => matmul(x, matmul(y, x, { transposeA: true, scale: 0.5 })),
  (x, y) => attention(x, tame(y), tame(x), scalar(0)),
  (x, y) => matmul(lora(x, y, x, matmul(y, x, { transposeB: true }), { scale: 0.5 }), tame(y)),
  (x) => reshape(transpose(x, [1, 0]), [2, 3]),
  (x, y) => slice(concat([x, y], 0), 0, 1, 3),
  (x) => slice(pad(x, 1, 1, 1), 1, 0, 3),
  (x) => multiply(expand(sum(tame(x), { axes: 1, keepDims: true }), [2, 3]), 0.3),
  (x) => subtract(x, sum(tame(x))),
  (x) => gather(x, constant([1, 0], [2], "int64")),
  (x) => add(scatterAdd(constant([1, 1], [2], "int64"), x, 2), x),
  (x) => takeAlong(x, constant([2, 0, 0, 1, 1, 2], [2, 3], "int64")),
  (x) => cumulativeSum(x),
  (x, y) => where(constant([1, 0, 1, 0, 1, 0], [2, 3], "bool"), x, y),
  (x, y) => add(x, slice(rotary(concat([x, y], 1), row(), sin(row())), 1, 2, 5)),
];

/**
 * A [2,3] tensor computed from two others by the operations that `choices` pick; every intermediate stays in reach as the
 * other operand, so that tensors are used more than once.
 */
export function randomGraph(x: Tensor, y: Tensor, choices: readonly number[]): Tensor {
  const made = [x, y, matrix(0.5, -0.3, 0.8, -0.9, 0.2, 0.4)];
  for (const [k, choice] of choices.entries()) {
    const step = steps[choice % steps.length]!;
    const other = made[(choice * 7 + k) % made.length]!;
    made.push(tame(step(made.at(-1)!, other)));
  }
  return made.at(-1)!;
}
