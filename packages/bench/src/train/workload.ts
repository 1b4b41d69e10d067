// What every contestant of the training benchmark trains: sizes, data and the count of arithmetic.

import { isNode, nodesOf, type Shape, type Tensor } from "@weightsmith/autodiff";
import type { DecoderSize } from "@weightsmith/autodiff/reference";

/** 4 layers, width 256, batch 16×128: 3.7 million parameters. */
export const benchmarkSize: DecoderSize = {
  batch: 16,
  length: 128,
  layers: 4,
  width: 256,
  heads: 4,
  feedForward: 704,
  vocabulary: 1024,
};

export interface TokenBatch {
  readonly tokens: BigInt64Array;
  readonly targets: BigInt64Array;
  readonly weights: Float32Array;
}

/** Rows that count up by a fixed difference from a random start: learnable, so that a loss that does not fall is a bug. */
export function tokenBatches(size: DecoderSize, rows: number, seed: number): () => TokenBatch {
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const { length, vocabulary } = size;
  return () => {
    const tokens = new BigInt64Array(rows * length);
    const targets = new BigInt64Array(rows * length);
    for (let row = 0; row < rows; row++) {
      const start = Math.floor(random() * vocabulary);
      const difference = 1 + Math.floor(random() * 5);
      for (let k = 0; k < length; k++) {
        tokens[row * length + k] = BigInt((start + k * difference) % vocabulary);
        targets[row * length + k] = BigInt((start + (k + 1) * difference) % vocabulary);
      }
    }
    return { tokens, targets, weights: new Float32Array(rows * length).fill(1) };
  };
}

/** Floating-point operations (a multiply–add is two) of all matrix products in the graph of some tensors. */
export function productFlops(tensors: readonly Tensor[]): number {
  const count = (shape: Shape) => shape.reduce<number>((product, dim) => product * Number(dim), 1);
  let flops = 0;
  for (const node of nodesOf(...tensors)) {
    if (isNode(node, "matmul")) {
      const inner = Number(node.inputs[0].shape.at(node.attributes.transposeA ? -2 : -1));
      flops += 2 * count(node.outputs[0].shape) * inner;
    } else if (isNode(node, "attention")) {
      const [q, , v] = node.inputs;
      const logits = count(node.outputs[1].shape);
      flops += 2 * logits * (Number(q.shape.at(-1)) + Number(v.shape.at(-1)));
    }
  }
  return flops;
}
