// Root-mean-square and layer normalisation over the last axis. Both also return their statistics, which the closed-form
// gradients reuse. Legend: D the size of the last axis, r the inverse deviation, x̂ the normalised input.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { matmul } from "../operations/contraction.ts";
import { add, multiply, reciprocal, sqrt, subtract } from "../operations/elementwise.ts";
import { expand, reshape, sum, sumTo } from "../operations/structure.ts";
import { formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";

/** The mean over the last axis, kept as size 1. */
function mean(x: Tensor): Tensor {
  return multiply(sum(x, { axes: -1, keepDims: true }), 1 / Number(x.shape.at(-1)));
}

/** x [...,D] by w [D]: the inner product of each row with w, [...,1]. */
function rowProducts(x: Tensor, w: Tensor): Tensor {
  return matmul(x, reshape(w, [...w.shape, 1]));
}

/** x [...,D] by r [...,1]: the sum of all rows, each times its r, [D]. */
function columnProducts(x: Tensor, r: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  const rows = reshape(x, [-1, width]);
  return reshape(matmul(reshape(r, [1, -1]), rows), [width]);
}

function inferNorm(operation: string, x: TensorType, ...vectors: readonly TensorType[]) {
  const width = x.shape.at(-1);
  const wrong = vectors.find(({ shape }) => !sameShape(shape, [width ?? -1]));
  if (typeof width !== "number" || width === 0 || wrong) {
    throw new ShapeError({
      operation,
      invariant: "the last axis must have a known size, and weight and bias that size",
      received: [x, ...vectors].map(({ shape }) => formatShape(shape)).join(" and "),
      remedy: "Give weights of shape [D] for an input [...,D].",
    });
  }
  const odd = [x, ...vectors].find(({ dtype }) => !isFloat(dtype) || dtype !== x.dtype);
  if (odd) {
    throw new DtypeError({
      operation,
      invariant: "input and weights must be floats of one dtype",
      received: [x, ...vectors].map(({ dtype }) => dtype).join(" and "),
      remedy: "cast() them alike.",
    });
  }
  const type: TensorType = { dtype: x.dtype, shape: x.shape };
  const statistic: TensorType = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
  return { type, statistic };
}

export const rmsNormRule: Rule<"rmsNorm"> = {
  primitive: "rmsNorm",
  doc: "y = x·r·w with r = 1 ÷ √(mean x² + ε) over the last axis; and r.",
  infer: ([x, weight]) => {
    const { type, statistic } = inferNorm("rmsNorm", x, weight);
    return [type, statistic];
  },
  definition: ([x, weight], { epsilon }) => {
    const r = reciprocal(sqrt(add(mean(multiply(x, x)), epsilon)));
    return [multiply(multiply(x, r), weight), r];
  },
  // With s = Σ d∘w∘x over a row: dx = r·(d∘w − x·(r²·s/D)) and dw = Σ_rows r·d∘x. Both sums are products of d∘x with a
  // vector. From r itself: dr/dx = −r³·x/D.
  gradient: ({ inputs: [x, weight], outputs: [, r] }, d, dr) => {
    const parts: Tensor[] = [];
    let dWeight: Tensor | undefined;
    const share = 1 / Number(x.shape.at(-1));
    const squared = multiply(r, r);
    if (d) {
      const product = multiply(d, x);
      const along = multiply(multiply(squared, share), rowProducts(product, weight));
      parts.push(multiply(r, subtract(multiply(d, weight), multiply(x, along))));
      dWeight = columnProducts(product, r);
    }
    if (dr) parts.push(multiply(x, multiply(multiply(dr, -share), multiply(squared, r))));
    return [parts.reduce(add), dWeight];
  },
};

/**
 * Root-mean-square normalisation over the last axis: x ÷ √(mean(x²) + ε) · weight.
 * @param x float [...,D]   @param weight float [D]   @returns float [...,D]
 * @throws ShapeError unless the weight is [D] @throws DtypeError unless both are floats of one dtype
 * @see Zhang and Sennrich 2019, arXiv:1910.07467
 */
export const rmsNorm = (x: Tensor, weight: Tensor, epsilon = 1e-6): Tensor =>
  apply(rmsNormRule, [x, weight], { epsilon })[0];

export const layerNormRule: Rule<"layerNorm"> = {
  primitive: "layerNorm",
  doc: "y = (x − μ)·r·w + b with r = 1 ÷ √(variance + ε) over the last axis; and μ and r.",
  infer: ([x, weight, bias]) => {
    const { type, statistic } = inferNorm("layerNorm", x, weight, bias);
    return [type, statistic, statistic];
  },
  definition: ([x, weight, bias], { epsilon }) => {
    const mu = mean(x);
    const centered = subtract(x, mu);
    const r = reciprocal(sqrt(add(mean(multiply(centered, centered)), epsilon)));
    return [add(multiply(multiply(centered, r), weight), bias), mu, r];
  },
  // With c = x − μ and s = Σ d∘w∘c over a row: dx = r·(d∘w − mean(d∘w) − c·(r²·s/D)), dw = Σ_rows r·d∘c and db = Σ_rows d.
  // From the statistics: dμ/dx = 1/D and dr/dx = −r³·c/D.
  gradient: ({ inputs: [x, weight, bias], outputs: [, mu, r] }, d, dMu, dr) => {
    const parts: Tensor[] = [];
    let [dWeight, dBias]: (Tensor | undefined)[] = [];
    const share = 1 / Number(x.shape.at(-1));
    const squared = multiply(r, r);
    const centered = subtract(x, mu);
    if (d) {
      const product = multiply(d, centered);
      const along = multiply(multiply(squared, share), rowProducts(product, weight));
      const level = multiply(rowProducts(d, weight), share);
      const slope = subtract(subtract(multiply(d, weight), multiply(centered, along)), level);
      parts.push(multiply(r, slope));
      dWeight = columnProducts(product, r);
      dBias = sumTo(d, bias.shape);
    }
    if (dr) parts.push(multiply(centered, multiply(multiply(dr, -share), multiply(squared, r))));
    if (dMu) parts.push(expand(multiply(dMu, share), x.shape));
    return [parts.reduce(add), dWeight, dBias];
  },
};

/**
 * Layer normalisation over the last axis: (x − mean) ÷ √(variance + ε) · weight + bias.
 * @param x float [...,D]   @param weight float [D]   @param bias float [D]   @returns float [...,D]
 * @throws ShapeError unless weight and bias are [D] @throws DtypeError unless all are floats of one dtype
 * @see Ba, Kiros and Hinton 2016, arXiv:1607.06450
 */
export const layerNorm = (x: Tensor, weight: Tensor, bias: Tensor, epsilon = 1e-5): Tensor =>
  apply(layerNormRule, [x, weight, bias], { epsilon })[0];
