/**
 * How likely an answer is right on inputs it has not seen: a logistic function of how much of the outputs the program
 * explains for its size, how many examples there were, and whether other solutions say the same on new inputs.
 */
import type { Candidate } from "../search/search-thread.ts";
import type { Problem } from "../search/synthesize.ts";

export interface ConfidenceFeatures {
  readonly cost: number;
  readonly examples: number;
  /** Logarithm of the outputs' characters, each distinct output counted once. */
  readonly information: number;
  readonly conditional: number;
  readonly agreement: number;
}

/** Set by hand so far; `docs/results.md` has the share of right answers that they reach. */
const WEIGHTS = {
  bias: 1.4,
  cost: -0.09,
  examples: 0.18,
  information: 0.35,
  conditional: -1.2,
  agreement: 1.2,
};

export function featuresOf(
  candidate: Pick<Candidate, "cost" | "strategy">,
  problem: Problem,
  agreement: number,
): ConfidenceFeatures {
  const distinct = new Set(problem.examples.map(({ output }) => JSON.stringify(output)));
  const characters = [...distinct].reduce((sum, one) => sum + one.length, 0);
  return {
    cost: candidate.cost,
    examples: Math.min(10, problem.examples.length),
    information: Math.log2(1 + characters),
    conditional: candidate.strategy === "conditional" ? 1 : 0,
    agreement,
  };
}

export function confidenceOf(
  candidate: Pick<Candidate, "cost" | "strategy">,
  _technique: string,
  problem: Problem,
  agreement: number,
): number {
  const features = featuresOf(candidate, problem, agreement);
  const logit =
    WEIGHTS.bias +
    WEIGHTS.cost * features.cost +
    WEIGHTS.examples * features.examples +
    WEIGHTS.information * features.information +
    WEIGHTS.conditional * features.conditional +
    WEIGHTS.agreement * features.agreement;
  return 1 / (1 + Math.exp(-logit));
}
