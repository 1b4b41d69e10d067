// Root-mean-square and layer normalisation over the last axis. Both also return their statistics, which the closed-form
// gradients reuse. Legend: D the size of the last axis, r the inverse deviation, x̂ the normalised input.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { add, multiply, negate, reciprocal, sqrt, subtract } from "../operations/elementwise.ts";
import { expand, sum, sumTo } from "../operations/structure.ts";
import { formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";

/** The mean over the last axis, kept as size 1. */
function mean(x: Tensor): Tensor {
  return multiply(sum(x, { axes: -1, keepDims: true }), 1 / Number(x.shape.at(-1)));
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
  // With g = d∘w and x̂ = x·r: dx = r·(g − x̂·mean(g∘x̂)) and dw = Σ d∘x̂. From r itself: dr/dx = −r³·x/D.
  gradient: ({ inputs: [x, weight], outputs: [, r] }, d, dr) => {
    const parts: Tensor[] = [];
    let dWeight: Tensor | undefined;
    const normalized = multiply(x, r);
    if (d) {
      const g = multiply(d, weight);
      parts.push(multiply(r, subtract(g, multiply(normalized, mean(multiply(g, normalized))))));
      dWeight = sumTo(multiply(d, normalized), weight.shape);
    }
    if (dr) {
      const slope = multiply(multiply(dr, multiply(r, r)), -1 / Number(x.shape.at(-1)));
      parts.push(multiply(normalized, slope));
    }
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
  // With g = d∘w and x̂ = (x − μ)·r: dx = r·(g − mean(g) − x̂·mean(g∘x̂)), dw = Σ d∘x̂, db = Σ d.
  // From the statistics: dμ/dx = 1/D and dr/dx = −r²·x̂/D.
  gradient: ({ inputs: [x, weight, bias], outputs: [, mu, r] }, d, dMu, dr) => {
    const parts: Tensor[] = [];
    let [dWeight, dBias]: (Tensor | undefined)[] = [];
    const normalized = multiply(subtract(x, mu), r);
    const share = 1 / Number(x.shape.at(-1));
    if (d) {
      const g = multiply(d, weight);
      const along = multiply(normalized, mean(multiply(g, normalized)));
      parts.push(multiply(r, subtract(subtract(g, mean(g)), along)));
      dWeight = sumTo(multiply(d, normalized), weight.shape);
      dBias = sumTo(d, bias.shape);
    }
    if (dr) parts.push(multiply(normalized, negate(multiply(multiply(dr, share), multiply(r, r)))));
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
