/**
 * How sure a program is of an answer. The interpreter gives an answer the probability p, the product of its tokens'
 * probabilities; a program may be right more or less often than p says. Calibration by Platt's method on answers whose
 * truth is known mends that:
 *
 *   confidence = sigmoid(slope · logit(p) + offset),  logit(p) = ln(p / (1 − p))
 *
 * The few examples that a program has say little by themselves, so slope and offset are the most probable ones under a
 * Gaussian prior around "p is right" (slope 1, offset 0): with no examples the confidence is p, with many it follows
 * them.
 *
 * @see Platt 1999, "Probabilistic outputs for support vector machines"
 */
import type { Calibration } from "@weightsmith/contract";

/** An answer whose truth is known. */
export interface KnownAnswer {
  /** ln p, at most 0 */
  readonly logProbability: number;
  readonly correct: boolean;
}

/** Confidence is p itself. */
export const uncalibrated: Calibration = { slope: 1, offset: 0, n: 0 };

/** Beyond e^±12 a probability in float32 says nothing more. */
const largestLogit = 12;
/** Variances of the prior. */
const prior = { slope: 0.25, offset: 4 } as const;
const iterations = 50;

/** ln(p / (1 − p)) from ln p, bounded. */
export function logitOf(logProbability: number): number {
  if (logProbability >= 0) return largestLogit;
  const logit = logProbability - Math.log(-Math.expm1(logProbability));
  return Math.min(largestLogit, Math.max(-largestLogit, logit));
}

/** @returns in [0, 1], rising with `logProbability` */
export function confidenceOf(logProbability: number, { slope, offset }: Calibration): number {
  return sigmoid(slope * logitOf(logProbability) + offset);
}

/**
 * Slope and offset that maximise Σ ln P(correct) + ln prior, by Newton's method with halved steps. The objective is
 * concave, so there is one maximum. The slope stays positive: a likelier answer never gets a lower confidence.
 */
export function calibrate(answers: readonly KnownAnswer[]): Calibration {
  const points = answers.map(({ logProbability, correct }) => ({ x: logitOf(logProbability), y: correct }));
  const objective = (slope: number, offset: number): number =>
    points.reduce((sum, { x, y }) => sum - softplus((y ? -1 : 1) * (slope * x + offset)), 0) -
    (slope - 1) ** 2 / (2 * prior.slope) -
    offset ** 2 / (2 * prior.offset);
  let slope = 1;
  let offset = 0;
  let value = objective(slope, offset);
  for (let step = 0; step < iterations; step++) {
    let [gs, go] = [-(slope - 1) / prior.slope, -offset / prior.offset];
    let [hss, hso, hoo] = [1 / prior.slope, 0, 1 / prior.offset];
    for (const { x, y } of points) {
      const p = sigmoid(slope * x + offset);
      const weight = p * (1 - p);
      gs += ((y ? 1 : 0) - p) * x;
      go += (y ? 1 : 0) - p;
      hss += weight * x * x;
      hso += weight * x;
      hoo += weight;
    }
    const determinant = hss * hoo - hso * hso;
    const ds = (gs * hoo - go * hso) / determinant;
    const d = (go * hss - gs * hso) / determinant;
    let size = 1;
    let next = objective(slope + ds, offset + d);
    while (!(next >= value) && size > 1e-6) {
      size /= 2;
      next = objective(slope + size * ds, offset + size * d);
    }
    if (!(next > value + 1e-12)) break;
    slope += size * ds;
    offset += size * d;
    value = next;
  }
  return { slope: round(Math.max(slope, 0.01)), offset: round(offset), n: answers.length };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** ln(1 + eˣ) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const round = (value: number): number => Number(value.toFixed(6));
