/** Means with bootstrap intervals, a paired test, percentiles. All random draws come from a seed. */
import { Random } from "@weightsmith/nn";

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Mean with its percentile bootstrap interval.
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13
 */
export function bootstrap(
  values: readonly number[],
  { confidence = 0.95, resamples = 2_000, seed = 0 } = {},
): Interval {
  const random = new Random(seed, "bootstrap");
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[random.integer(values.length)]!;
    return sum / Math.max(1, values.length);
  }).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { mean: mean(values), low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

export interface PairedComparison {
  /** Mean of b − a with its bootstrap interval over pairs. */
  readonly difference: Interval;
  /** Two-sided sign-flip permutation test of "no difference". */
  readonly pValue: number;
  readonly pairs: number;
}

/**
 * Compares two measurements of the same samples.
 * @throws RangeError if they are not of the same length
 */
export function pairedTest(
  a: readonly number[],
  b: readonly number[],
  { confidence = 0.95, resamples = 2_000, seed = 0 } = {},
): PairedComparison {
  if (a.length !== b.length)
    throw new RangeError(`Pairs need equal lengths; got ${a.length} and ${b.length}.`);
  const differences = a.map((value, index) => b[index]! - value);
  const random = new Random(seed, "permutation");
  const observed = Math.abs(mean(differences));
  let asExtreme = 0;
  for (let round = 0; round < resamples; round++) {
    let sum = 0;
    for (const difference of differences) sum += random.integer(2) === 0 ? difference : -difference;
    if (Math.abs(sum / Math.max(1, differences.length)) >= observed - 1e-12) asExtreme++;
  }
  return {
    difference: bootstrap(differences, { confidence, resamples, seed }),
    // The observed arrangement counts as one of them, so that p is never 0.
    pValue: (asExtreme + 1) / (resamples + 1),
    pairs: differences.length,
  };
}

/** Linear interpolation between order statistics. @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return 0;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  return sorted[below]! + (at - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
}

export interface LatencySummary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
}

export function latencySummary(milliseconds: readonly number[]): LatencySummary {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    mean: mean(sorted),
  };
}
