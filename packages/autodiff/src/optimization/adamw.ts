// Gradient clipping and AdamW as graph. Both are written for few passes over memory, because a training step on a CPU
// spends what time products leave on elementwise kernels.
import {
  add,
  divide,
  minimum,
  multiply,
  power,
  reciprocal,
  sqrt,
  subtract,
} from "../operations/elementwise.ts";
import { sum } from "../operations/structure.ts";
import type { Tensor } from "../tensor.ts";

export interface AdamW {
  /** Decay of the running mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay: each step shrinks a weight by rate·weightDecay. Default 0.01. */
  readonly weightDecay?: number;
}

/** One parameter with what AdamW remembers of it, all of the parameter's shape. */
export interface AdamWState {
  readonly value: Tensor;
  /** Σ_k β₁^k·g: the running mean of gradients ÷ (1 − β₁). */
  readonly first: Tensor;
  /** Σ_k β₂^k·g²: the running mean of squared gradients ÷ (1 − β₂). */
  readonly second: Tensor;
}

/** The numbers of one step that all parameters share, float32 []. */
export interface AdamWStep {
  readonly learningRate: Tensor;
  /** 1 for the first step. */
  readonly step: Tensor;
  /** A factor on every gradient: clipping, and the division by the weight of a batch. */
  readonly gradientScale: Tensor;
}

/**
 * √(Σ g²) over all elements of all tensors, float32 [].
 */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  return sqrt(tensors.map((g) => sum(multiply(g, g))).reduce((a, b) => add(a, b)));
}

/** The factor that brings a norm down to `limit` if it is above: min(1, limit ÷ norm). */
export function clipFactor(norm: Tensor, limit: number): Tensor {
  return minimum(1, divide(limit, add(norm, 1e-12)));
}

/**
 * One AdamW update of one parameter: with g the scaled gradient, m and v its bias-corrected running moments,
 * value ← value·(1 − rate·weightDecay) − rate·m/(√v + ε).
 * The moments are kept without their factors (1 − β), which move into the numbers of the step: two passes fewer.
 * @param decays whether weight decay applies to this parameter
 * @see Loshchilov and Hutter 2017, arXiv:1711.05101
 */
export function adamw(
  { value, first, second }: AdamWState,
  gradient: Tensor,
  { learningRate, step, gradientScale }: AdamWStep,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 }: AdamW = {},
  decays = true,
): AdamWState {
  const g = multiply(gradient, gradientScale);
  const nextFirst = add(multiply(first, beta1), g);
  const nextSecond = add(multiply(second, beta2), multiply(g, g));
  // m = c1·first and v = c2·second, so rate·m/(√v + ε) = (rate·c1/√c2)·first/(√second + ε/√c2).
  const c1 = divide(1 - beta1, subtract(1, power(beta1, step)));
  const inverseRoot = reciprocal(sqrt(divide(1 - beta2, subtract(1, power(beta2, step)))));
  const rate = multiply(multiply(learningRate, c1), inverseRoot);
  const change = multiply(rate, divide(nextFirst, add(sqrt(nextSecond), multiply(epsilon, inverseRoot))));
  const shrunk =
    decays && weightDecay > 0 ? multiply(value, subtract(1, multiply(learningRate, weightDecay))) : value;
  return { value: subtract(shrunk, change), first: nextFirst, second: nextSecond };
}
