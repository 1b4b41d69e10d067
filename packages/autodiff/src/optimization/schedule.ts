// Learning-rate schedules as graph: the rate is computed from the step number inside the training step itself.
import { add, cos, divide, maximum, minimum, multiply, subtract } from "../operations/elementwise.ts";
import { scalar } from "../operations/leaves.ts";
import type { Tensor } from "../tensor.ts";

/** How the learning rate goes over a training. */
export interface Schedule {
  /** The highest rate, reached when warm-up ends. */
  readonly peak: number;
  /** Steps of linear warm-up: at step t ≤ warmupSteps the rate is peak·t/warmupSteps. Default 0. */
  readonly warmupSteps?: number;
  /** What follows: half a cosine or a line down to the floor at `totalSteps`, or no decay. Default constant. */
  readonly decay?: "constant" | "cosine" | "linear";
  /** The step at which decay ends. Needed unless the decay is constant. */
  readonly totalSteps?: number;
  /** Steps at the peak before decay begins, after warm-up. Default 0. */
  readonly holdSteps?: number;
  /** The rate at the end, as a share of the peak. Default 0. */
  readonly floor?: number;
}

/**
 * The learning rate at a step.
 * @param step float32 [], 1 for the first step
 * @returns float32 []
 * @throws RangeError if a decay has no end after warm-up and hold
 */
export function learningRateAt(step: Tensor, schedule: Schedule): Tensor {
  const { peak, warmupSteps = 0, holdSteps = 0, decay = "constant", totalSteps, floor = 0 } = schedule;
  const warmth = warmupSteps > 0 ? minimum(1, divide(step, warmupSteps)) : scalar(1);
  if (decay === "constant") return multiply(warmth, peak);
  const begin = warmupSteps + holdSteps;
  if (totalSteps === undefined || totalSteps <= begin) {
    throw new RangeError(
      `A ${decay} schedule decays between step ${begin} and totalSteps; received totalSteps ${totalSteps}.`,
    );
  }
  const progress = minimum(1, maximum(0, divide(subtract(step, begin), totalSteps - begin)));
  const remaining =
    decay === "linear" ? subtract(1, progress) : multiply(0.5, add(1, cos(multiply(progress, Math.PI))));
  return multiply(warmth, add(peak * floor, multiply(remaining, peak * (1 - floor))));
}
