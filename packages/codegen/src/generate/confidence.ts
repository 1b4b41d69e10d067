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

/**
 * Fitted by `evaluation/calibrate.ts` on the development problems, each solved from 2, 3 and 5 of its examples. Answers
 * by cases were too few to fit a weight to them: it stays 0.
 */
const WEIGHTS = {
  bias: -2.3849,
  cost: -0.0771,
  examples: 0.428,
  information: 0.5266,
  conditional: 0,
  agreement: 1.7628,
};

/** Only answers of the search were measured: those of the other techniques claim less than 0.9. */
const MOST_UNMEASURED = 0.89;

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
  technique: string,
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
  const confidence = 1 / (1 + Math.exp(-logit));
  return technique === "hybrid" ? confidence : Math.min(MOST_UNMEASURED, confidence);
}
