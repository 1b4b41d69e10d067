/** Scores as people read them. */
import type { Score } from "@weightsmith/contract";

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/**
 * Wilson's 95 % interval of a share that was measured as `right` of `n`: 2 of 2 leaves much open, 200 of 200 little.
 * @see Wilson 1927; Brown, Cai and DasGupta 2001
 */
export function wilsonInterval(right: number, n: number): [low: number, high: number] {
  const z = 1.959964;
  const share = right / n;
  const scale = 1 + z ** 2 / n;
  const middle = (share + z ** 2 / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

export interface ReadScore {
  readonly share: number;
  readonly right: number;
  readonly n: number;
  readonly interval: string;
}

/** undefined when there was nothing to measure on. */
export function readScore(score: Score | undefined): ReadScore | undefined {
  if (score === undefined || score.exactMatch === null || score.n === 0) return undefined;
  const { exactMatch: share, n } = score;
  const right = Math.round(share * n);
  const [low, high] = wilsonInterval(right, n).map((bound) => Math.round(bound * 100));
  return { share, right, n, interval: `${low}–${high} %` };
}
