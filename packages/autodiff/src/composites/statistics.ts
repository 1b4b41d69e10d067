// Means and losses: plain functions of primitives.
import type { Dim } from "../dimension.ts";
import { ShapeError } from "../errors.ts";
import { crossEntropy } from "../fused/softmax.ts";
import { cast, divide, maximum, multiply } from "../operations/elementwise.ts";
import { extent } from "../operations/leaves.ts";
import { type Reduction, reductionAxes, sum } from "../operations/structure.ts";
import { elementCount, formatShape, sameShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** The mean over `axes` (all by default). @throws ShapeError if an axis is out of range @throws DtypeError for bool */
export function mean(x: Tensor, { axes, keepDims = false }: Reduction = {}): Tensor {
  const reduced = reductionAxes("mean", x, axes);
  const count: Dim = elementCount(reduced.map((axis) => x.shape[axis]!));
  const total = sum(x, { axes: reduced, keepDims });
  return typeof count === "number"
    ? multiply(total, 1 / count)
    : divide(total, cast(extent(count), total.dtype));
}

/** A loss as a weighted sum and the sum of its weights, so that parts of a batch can be added before dividing. */
export interface WeightedLoss {
  /** float []: Σ w·loss */
  readonly total: Tensor;
  /** float []: Σ w */
  readonly weight: Tensor;
  /** float []: Σ w·loss ÷ Σ w, and 0 where no target has weight. */
  readonly mean: Tensor;
}

/**
 * Cross entropy of targets with a weight each (0 leaves a target out; padding may name any valid class).
 * @param logits float [...,V]   @param targets int64 or int32 [...], each in 0 … V−1
 * @param weights float [...], at least 0
 * @returns nats
 * @throws ShapeError unless there are a target and a weight for each row @throws DtypeError for float targets
 */
export function weightedCrossEntropy(logits: Tensor, targets: Tensor, weights: Tensor): WeightedLoss {
  if (!sameShape(weights.shape, targets.shape)) {
    throw new ShapeError({
      operation: "weightedCrossEntropy",
      invariant: "there must be one weight for each target",
      received: `targets ${formatShape(targets.shape)}, weights ${formatShape(weights.shape)}`,
      remedy: "Give both the shape of the logits without the last axis.",
    });
  }
  const total = sum(multiply(crossEntropy(logits, targets), weights));
  const weight = sum(weights);
  return { total, weight, mean: divide(total, maximum(weight, 1e-9)) };
}
