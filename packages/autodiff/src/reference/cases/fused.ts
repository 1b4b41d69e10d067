// Examples of the fused primitives.
import { gelu, silu, swiglu } from "../../fused/activations.ts";
import { attention, rotary } from "../../fused/attention.ts";
import { lora, loraRule } from "../../fused/lora.ts";
import { layerNorm, rmsNorm } from "../../fused/normalization.ts";
import { crossEntropy, logSoftmax, softmax } from "../../fused/softmax.ts";
import { add, multiply } from "../../operations/elementwise.ts";
import { sum } from "../../operations/structure.ts";
import type { Primitive } from "../../signatures.ts";
import { apply } from "../../tensor.ts";
import { type Case, example, floats, integers, points, symbolic } from "./example.ts";

export const fusedCases = {
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
  lora: [
    example(
      "adds an update of low rank to a matrix",
      {
        x: floats([1, 2, 2], 1, 2, 3, 4),
        w: floats([1, 2], 1, 1),
        a: floats([1, 2], 1, -1),
        b: floats([1, 1], 2),
      },
      ({ x, w, a, b }) => lora(x, w, a, b, { scale: 0.5 }),
      [2, 6],
    ),
    example(
      "of a matrix kept by columns; and the matrix with its update counts as well",
      {
        x: floats([1, 2], 1, 1),
        w: floats([2, 2], 1, 0, 0, 1),
        a: floats([1, 2], 1, 2),
        b: floats([2, 1], 1, -1),
      },
      ({ x, w, a, b }) => {
        const [y, m] = apply(loraRule, [x, w, a, b], { scale: 1, transposed: true });
        return add(y, sum(multiply(m, m)));
      },
      [14, 8],
    ),
  ],
} satisfies Partial<Record<Primitive, readonly Case[]>>;
