/**
 * Fits the confidence's weights: problems are solved by search from 2, 3 and 5 of their examples, and a logistic function
 * of what is known then is fitted to whether the answers were right on all the others. A second set of files, which the
 * fit never sees, says how reliable it is:
 * `node packages/codegen/src/evaluation/calibrate.ts FIT.json,… TEST.json,… [seconds]`.
 */
import { readFile } from "node:fs/promises";
import { type ConfidenceFeatures, featuresOf } from "../generate/confidence.ts";
import { loadPolicy } from "../policy/network.ts";
import { agreementOf } from "../search/agreement.ts";
import { countingClock } from "../search/clock.ts";
import { agrees, synthesize } from "../search/synthesize.ts";
import { parseProblems } from "./problems.ts";

export interface Answer {
  readonly features: ConfidenceFeatures;
  readonly right: boolean;
}

export type Weights = Readonly<Record<"bias" | keyof ConfidenceFeatures, number>>;

const NAMES = ["cost", "examples", "information", "conditional", "agreement"] as const;
const GIVEN = [2, 3, 5];

/** Newton's method on the log-likelihood, with a ridge that keeps weights finite where classes separate. */
export function fitLogistic(answers: readonly Answer[], ridge = 0.5): Weights {
  const rows = answers.map(({ features }) => [1, ...NAMES.map((name) => features[name])]);
  // Standardised, so that the ridge means the same for each.
  const means = rows[0]!.map((_, k) =>
    k === 0 ? 0 : rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length,
  );
  const scales = rows[0]!.map((_, k) =>
    k === 0
      ? 1
      : Math.sqrt(rows.reduce((sum, row) => sum + (row[k]! - means[k]!) ** 2, 0) / rows.length) || 1,
  );
  const xs = rows.map((row) => row.map((value, k) => (value - means[k]!) / scales[k]!));
  let weights = xs[0]!.map(() => 0);
  for (let iteration = 0; iteration < 30; iteration++) {
    const gradient = weights.map((weight, k) => (k === 0 ? 0 : -ridge * weight));
    const hessian = weights.map((_, k) => weights.map((__, j) => (k === j ? (k === 0 ? 1e-6 : ridge) : 0)));
    xs.forEach((x, row) => {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, k) => sum + value * weights[k]!, 0)));
      const error = (answers[row]!.right ? 1 : 0) - p;
      x.forEach((value, k) => {
        gradient[k]! += error * value;
        x.forEach((other, j) => {
          hessian[k]![j]! += p * (1 - p) * value * other;
        });
      });
    });
    const step = solveLinear(hessian, gradient);
    weights = weights.map((weight, k) => weight + step[k]!);
  }
  const named = NAMES.map((name, k) => [name, weights[k + 1]! / scales[k + 1]!] as const);
  const bias = weights[0]! - named.reduce((sum, [, weight], k) => sum + weight * means[k + 1]!, 0);
  const round = (value: number): number => Number(value.toFixed(4));
  return {
    bias: round(bias),
    ...(Object.fromEntries(named.map(([name, weight]) => [name, round(weight)])) as Omit<Weights, "bias">),
  };
}

/** Gauss–Jordan elimination with pivots. */
function solveLinear(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]!]);
  for (let k = 0; k < rows.length; k++) {
    let pivot = k;
    for (let at = k + 1; at < rows.length; at++)
      if (Math.abs(rows[at]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = at;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let at = 0; at < rows.length; at++) {
      if (at === k) continue;
      const factor = rows[at]![k]! / rows[k]![k]!;
      for (let column = k; column <= rows.length; column++) rows[at]![column]! -= factor * rows[k]![column]!;
    }
  }
  return rows.map((row, k) => row[rows.length]! / row[k]!);
}

export function probability(weights: Weights, features: ConfidenceFeatures): number {
  const logit = NAMES.reduce((sum, name) => sum + weights[name] * features[name], weights.bias);
  return 1 / (1 + Math.exp(-logit));
}

async function answersTo(files: string, seconds: number): Promise<Answer[]> {
  const policy = await loadPolicy("models");
  const answers: Answer[] = [];
  for (const file of files.split(",")) {
    for (const problem of parseProblems(await readFile(file, "utf8"))) {
      for (const given of GIVEN) {
        if (problem.examples.length < given + 2) continue;
        const shown = {
          ...problem,
          returns: problem.returns ?? "",
          examples: problem.examples.slice(0, given),
        };
        const adjustments = policy?.adjustments(shown) ?? {};
        const { solutions } = synthesize(shown, {
          seconds,
          adjust: ({ name }) => adjustments[name] ?? 0,
          clock: countingClock(),
        });
        const [best] = solutions;
        if (!best) continue;
        const agreement = agreementOf(
          shown,
          solutions.slice(0, 8).map(({ expression }) => expression),
        );
        answers.push({
          features: featuresOf(best, shown, agreement),
          right: agrees(best.expression, { ...shown, examples: problem.examples.slice(given) }),
        });
      }
    }
    console.error(file, answers.length);
  }
  return answers;
}

function reliability(answers: readonly Answer[], weights: Weights) {
  const bounds = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0001];
  return bounds.slice(0, -1).map((low, at) => {
    const within = answers.filter(({ features }) => {
      const p = probability(weights, features);
      return p >= low && p < bounds[at + 1]!;
    });
    return {
      from: low,
      answers: within.length,
      right: within.filter(({ right }) => right).length,
      expected: Number(
        within.reduce((sum, { features }) => sum + probability(weights, features), 0).toFixed(1),
      ),
    };
  });
}

if (import.meta.main) {
  const [fit = "", test = "", seconds = "2"] = process.argv.slice(2);
  const fitted = await answersTo(fit, Number(seconds));
  const weights = fitLogistic(fitted);
  const held = await answersTo(test, Number(seconds));
  console.log(
    JSON.stringify(
      {
        weights,
        fit: { answers: fitted.length, right: fitted.filter(({ right }) => right).length },
        test: { answers: held.length, right: held.filter(({ right }) => right).length },
        reliabilityFit: reliability(fitted, weights),
        reliabilityTest: reliability(held, weights),
      },
      null,
      2,
    ),
  );
}
