/**
 * The policy: a perceptron of one hidden layer that says, for each operator, how likely a program for the problem uses
 * it. z = silu(x·W₁ + b₁)·W₂ + b₂, probability = sigmoid(z). Trained by `train.ts` in the engine; small enough to be
 * evaluated here without a session.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import type { Problem } from "../search/synthesize.ts";
import { FEATURE_COUNT, featuresOfProblem } from "./features.ts";
import { wordAdjustments } from "./words.ts";

const POLICY_FOLDER = "codegen-policy";

const fileSchema = z.object({
  format: z.literal(1),
  features: z.int(),
  hidden: z.int(),
  operators: z.array(z.string()),
  /** Share of the training programs that use each operator. */
  prior: z.array(z.number()),
  w1: z.array(z.number()),
  b1: z.array(z.number()),
  w2: z.array(z.number()),
  b2: z.array(z.number()),
});
export type PolicyFile = z.output<typeof fileSchema>;

/** The model that ships; undefined where the folder of models has none. */
export async function loadPolicy(modelsFolder: string): Promise<Policy | undefined> {
  const file = path.join(modelsFolder, POLICY_FOLDER, "policy.json");
  return existsSync(file) ? Policy.parse(await readFile(file, "utf8")) : undefined;
}

/** log₂ of how much likelier than usual an operator must be for each step of its cost. */
const STEP_BITS = 1;
const RANGE = { least: -2, most: 2, together: -4 };

export class Policy {
  readonly #file: PolicyFile;

  constructor(file: PolicyFile) {
    this.#file = file;
  }

  /** @throws AppError request.invalid if the text is no policy of this build's features */
  static parse(text: string): Policy {
    const parsed = fileSchema.safeParse(JSON.parse(text));
    if (!parsed.success || parsed.data.features !== FEATURE_COUNT) {
      throw new AppError("request.invalid", {
        message: `The policy's file does not fit: expected format 1 with ${FEATURE_COUNT} features. Train it again.`,
        cause: parsed.error,
      });
    }
    return new Policy(parsed.data);
  }

  /** By operator: the probability that a program for the problem uses it. */
  probabilities(problem: Pick<Problem, "spec" | "examples">): Record<string, number> {
    const { hidden, operators, w1, b1, w2, b2 } = this.#file;
    const x = featuresOfProblem(problem);
    const h = new Float64Array(hidden);
    for (let j = 0; j < hidden; j++) h[j] = b1[j]!;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j < hidden; j++) h[j]! += x[i]! * w1[i * hidden + j]!;
    }
    for (let j = 0; j < hidden; j++) h[j] = h[j]! / (1 + Math.exp(-h[j]!));
    return Object.fromEntries(
      operators.map((name, k) => {
        let logit = b2[k]!;
        for (let j = 0; j < hidden; j++) logit += h[j]! * w2[j * operators.length + k]!;
        return [name, 1 / (1 + Math.exp(-logit))];
      }),
    );
  }

  /** What is added to operators' costs: by how much likelier than usual the policy thinks them, and by the spec's words. */
  adjustments(problem: Problem): Record<string, number> {
    const words = wordAdjustments(problem.spec);
    const { operators, prior } = this.#file;
    const probabilities = this.probabilities(problem);
    const adjustments: Record<string, number> = {};
    operators.forEach((name, k) => {
      const ratio = Math.log2((probabilities[name]! + 1e-4) / (prior[k]! + 1e-4));
      const own = Math.max(RANGE.least, Math.min(RANGE.most, Math.round(-ratio / STEP_BITS)));
      const adjustment = Math.max(RANGE.together, own + (words[name] ?? 0));
      if (adjustment !== 0) adjustments[name] = adjustment;
    });
    return adjustments;
  }
}
