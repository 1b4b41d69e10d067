/** The targets of a batch that have a loss weight, for graphs that compute no others (`weightedTargetsGraph`). */
import type { Batch } from "./batches.ts";

/** What `weightedTargetsGraph` reads instead of a batch's own targets and weights. */
export interface WeightedTargets {
  readonly targets: BigInt64Array;
  readonly weights: Float32Array;
  readonly targetTokens: BigInt64Array;
}

/** The most targets with a weight in a line of these batches, at least one. */
export function mostWeightedTargets(batches: readonly Batch[]): number {
  let most = 1;
  for (const { rows, length, weights } of batches) {
    for (let line = 0; line < rows; line++) {
      let count = 0;
      for (let at = line * length; at < (line + 1) * length; at++) if (weights[at]! > 0) count++;
      most = Math.max(most, count);
    }
  }
  return most;
}

/** The targets of a batch that have a weight, line by line; lines with fewer than `perLine` end in targets without one. */
export function weightedTargets({ rows, length, targets, weights }: Batch, perLine: number): WeightedTargets {
  const cut = {
    targets: new BigInt64Array(rows * perLine),
    weights: new Float32Array(rows * perLine),
    targetTokens: new BigInt64Array(rows * perLine),
  };
  for (let line = 0; line < rows; line++) {
    cut.targetTokens.fill(BigInt(line * length), line * perLine, (line + 1) * perLine);
    let to = line * perLine;
    for (let at = line * length; at < (line + 1) * length; at++) {
      if (!(weights[at]! > 0)) continue;
      cut.targets[to] = targets[at]!;
      cut.weights[to] = weights[at]!;
      cut.targetTokens[to++] = BigInt(at);
    }
  }
  return cut;
}
