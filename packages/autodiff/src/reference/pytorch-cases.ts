// What PyTorch computed (fixtures/make.py), and the same functions in the engine's terms.
import { readFileSync } from "node:fs";
import { groupedAttention } from "../composites/heads.ts";
import { causalBias } from "../composites/positions.ts";
import { gelu, silu, swiglu } from "../fused/activations.ts";
import { rotary } from "../fused/attention.ts";
import { layerNorm, rmsNorm } from "../fused/normalization.ts";
import { crossEntropy, logSoftmax, softmax } from "../fused/softmax.ts";
import { matmul } from "../operations/contraction.ts";
import * as elementwise from "../operations/elementwise.ts";
import { gather, takeAlong } from "../operations/indexing.ts";
import { constant, input } from "../operations/leaves.ts";
import { cumulativeSum, max, topK } from "../operations/order.ts";
import { reshape, sum, transpose } from "../operations/structure.ts";
import type { Tensor } from "../tensor.ts";
import type { DecoderSize } from "./decoder.ts";

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface PyTorchCase {
  readonly inputs: Readonly<Record<string, Numbers & { readonly integer: boolean }>>;
  readonly result: Numbers;
  /** Of sum(result · uneven weights) by each float input; see `unevenSum`. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

export interface PyTorchFixture {
  readonly cases: Readonly<Record<string, PyTorchCase>>;
  readonly decoder: {
    readonly size: DecoderSize;
    readonly tokens: readonly number[];
    readonly targets: readonly number[];
    readonly weights: readonly number[];
    readonly loss: number;
    readonly parameters: Readonly<Record<string, Numbers & { readonly gradient: readonly number[] }>>;
  };
  readonly adamw: {
    readonly first: Readonly<Record<"w" | "b", Numbers>>;
    readonly x: Numbers;
    readonly y: Numbers;
    readonly losses: readonly number[];
    readonly norms: readonly number[];
    readonly last: Readonly<Record<"w" | "b", readonly number[]>>;
  };
}

export function pytorchFixture(): PyTorchFixture {
  return JSON.parse(readFileSync(new URL("../../fixtures/pytorch.json", import.meta.url), "utf8"));
}

type Inputs = Readonly<Record<string, Tensor>>;

const angles = [0, 0, 1, 0.1, 2, 0.2];
const positions = {
  cos: constant(angles.map(Math.cos), [3, 2]),
  sin: constant(angles.map(Math.sin), [3, 2]),
};
const grouped = ({ q, k, v }: Inputs) => groupedAttention(q!, k!, v!, causalBias(3, 3));

/** Each case of the fixture in the engine's terms. */
export const pytorchGraphs: Readonly<Record<string, (inputs: Inputs) => Tensor>> = {
  add: ({ a, b }) => elementwise.add(a!, b!),
  divide: ({ a, b }) => elementwise.divide(a!, b!),
  power: ({ a, b }) => elementwise.power(a!, b!),
  maximum: ({ a, b }) => elementwise.maximum(a!, b!),
  tanh: ({ x }) => elementwise.tanh(x!),
  sigmoid: ({ x }) => elementwise.sigmoid(x!),
  erf: ({ x }) => elementwise.erf(x!),
  matmul: ({ a, b }) => matmul(a!, b!),
  batchedMatmul: ({ a, b }) => matmul(a!, b!, { transposeB: true }),
  reshapeTranspose: ({ x }) => reshape(transpose(reshape(x!, [2, 3, 2, 2]), [0, 2, 1, 3]), [2, -1]),
  sumAxis: ({ x }) => elementwise.multiply(sum(x!, { axes: 1, keepDims: true }), x!),
  maxAxis: ({ x }) => max(x!, { axes: -1 }),
  cumulativeSum: ({ x }) => cumulativeSum(x!, { axis: 0 }),
  topK: ({ x }) => topK(x!, 2).values,
  gather: ({ table, at }) => gather(table!, at!),
  takeAlong: ({ x, at }) => takeAlong(x!, at!),
  where: ({ a, b }) => elementwise.where(elementwise.less(b!, a!), elementwise.multiply(a!, 2), b!),
  softmax: ({ x }) => softmax(x!),
  logSoftmax: ({ x }) => logSoftmax(x!),
  crossEntropy: ({ x, targets }) => crossEntropy(x!, targets!),
  silu: ({ x }) => silu(x!),
  swiglu: ({ gate, up }) => swiglu(gate!, up!),
  gelu: ({ x }) => gelu(x!),
  geluTanh: ({ x }) => gelu(x!, "tanh"),
  layerNorm: ({ x, w, b }) => layerNorm(x!, w!, b!),
  rmsNorm: ({ x, w }) => rmsNorm(x!, w!),
  rotary: ({ x }) => rotary(x!, positions.cos, positions.sin),
  attention: grouped,
  groupedAttention: grouped,
};

/** A case's inputs as tensors. */
export function pytorchInputs({ inputs }: PyTorchCase): Inputs {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, integer }]) => [
      name,
      input(name, integer ? "int64" : "float32", shape),
    ]),
  );
}
