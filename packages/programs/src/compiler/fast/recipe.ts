/** The numbers that make an amortised compiler. */
import type { FastShape } from "./shape.ts";

export interface FastRecipe {
  readonly seed: number;
  readonly shape: FastShape;
  readonly rows: number;
  readonly steps: number;
  readonly peakLearningRate: number;
  readonly warmupSteps: number;
  readonly decaySteps: number;
}

export const anvilTinyCompiler: FastRecipe = {
  seed: 1,
  shape: { rank: 12, hidden: 192 },
  rows: 8,
  steps: 1_600,
  peakLearningRate: 2e-3,
  warmupSteps: 100,
  decaySteps: 600,
};
