/** Solves every problem from the examples it gives and runs the answers on those it holds back. */
import { type GenerateOptions, generateCode } from "../generate/generate.ts";
import type { Language, Technique } from "../generate/request.ts";
import { sameValue } from "../values/value.ts";
import type { EvaluationProblem } from "./problems.ts";

export interface EvaluationSettings {
  readonly language: Language;
  readonly technique: Technique;
  readonly budgetSeconds: number;
  /** The share of a problem's examples that is given, at least two of them and all but one at most. */
  readonly share: number;
  readonly generate: GenerateOptions;
  readonly onProblem?: (result: ProblemResult, done: number, total: number) => void;
}

export interface ProblemResult {
  readonly id: string;
  readonly kind: string;
  readonly given: number;
  readonly hidden: number;
  readonly hiddenPassed: number;
  /** All hidden examples passed. */
  readonly solved: boolean;
  /** A success was claimed: by construction the given examples passed when the code was executed. */
  readonly claimed: boolean;
  readonly confidence: number;
  readonly seconds: number;
  readonly strategy: string | null;
  readonly code: string | null;
}

export interface Evaluation {
  readonly problems: number;
  readonly solvedRate: number;
  /** Of all problems: a success was claimed, and a hidden example failed. */
  readonly claimedButWrongRate: number;
  /** Successes claimed for code that fails a given example when executed again: must be 0. */
  readonly claimedButFailsGiven: number;
  readonly seconds: { readonly total: number; readonly median: number; readonly medianSolved: number | null };
  readonly techniques: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, { readonly problems: number; readonly solvedRate: number }>>;
  readonly reliability: readonly {
    readonly confidence: string;
    readonly answers: number;
    readonly right: number;
  }[];
  readonly results: readonly ProblemResult[];
}

export function givenCount({ given, examples }: EvaluationProblem, share: number): number {
  if (given !== undefined) return Math.min(given, examples.length);
  return Math.min(Math.max(2, Math.round(examples.length * share)), Math.max(1, examples.length - 1));
}

export async function evaluateProblems(
  problems: readonly EvaluationProblem[],
  settings: EvaluationSettings,
): Promise<Evaluation> {
  const results: ProblemResult[] = [];
  let failsGiven = 0;
  await settings.generate.sandbox.warm(settings.language);
  for (const problem of problems) {
    settings.generate.signal?.throwIfAborted();
    const given = givenCount(problem, settings.share);
    const shown = problem.examples.slice(0, given);
    const hidden = problem.examples.slice(given);
    const generated = await generateCode(
      {
        spec: problem.spec,
        language: settings.language,
        functionName: /^[A-Za-z_]\w*$/.test(problem.id) ? problem.id : "solution",
        parameters: problem.parameters,
        returnType: problem.returns,
        constraints: [],
        examples: shown.map(({ inputs, output }) => ({
          input: inputs.length === 1 ? inputs[0]! : [...inputs],
          output,
        })),
        technique: settings.technique,
        budgetSeconds: settings.budgetSeconds,
      },
      settings.generate,
    );
    let passed = 0;
    if (generated.code !== null) {
      const outcomes = await settings.generate.sandbox.run(
        settings.language,
        generated.code,
        generated.functionName,
        [...shown, ...hidden].map(({ inputs }) => inputs),
      );
      const right = outcomes.map(
        (outcome, at) =>
          outcome.status === "returned" && sameValue(outcome.value, problem.examples[at]!.output),
      );
      if (!right.slice(0, given).every(Boolean)) failsGiven++;
      passed = right.slice(given).filter(Boolean).length;
    }
    const claimed = generated.status === "success";
    const result: ProblemResult = {
      id: problem.id,
      kind: problem.kind,
      given,
      hidden: hidden.length,
      hiddenPassed: passed,
      solved: claimed && passed === hidden.length,
      claimed,
      confidence: generated.confidence,
      seconds: generated.seconds,
      strategy: generated.strategy,
      code: generated.code,
    };
    results.push(result);
    settings.onProblem?.(result, results.length, problems.length);
  }
  return summarize(results, failsGiven);
}

function summarize(results: readonly ProblemResult[], claimedButFailsGiven: number): Evaluation {
  const rate = (count: number, of: number): number => (of === 0 ? 0 : count / of);
  const solved = results.filter((result) => result.solved);
  const techniques: Record<string, number> = {};
  for (const { strategy } of solved) if (strategy) techniques[strategy] = (techniques[strategy] ?? 0) + 1;
  const kinds = Map.groupBy(results, ({ kind }) => kind);
  const bounds = [0, 0.5, 0.7, 0.8, 0.9, 1.0001];
  return {
    problems: results.length,
    solvedRate: rate(solved.length, results.length),
    claimedButWrongRate: rate(results.filter((one) => one.claimed && !one.solved).length, results.length),
    claimedButFailsGiven,
    seconds: {
      total: results.reduce((sum, { seconds }) => sum + seconds, 0),
      median: median(results.map(({ seconds }) => seconds)) ?? 0,
      medianSolved: median(solved.map(({ seconds }) => seconds)),
    },
    techniques: Object.fromEntries(
      Object.entries(techniques).map(([name, count]) => [name, rate(count, solved.length)]),
    ),
    byKind: Object.fromEntries(
      [...kinds].map(([kind, own]) => [
        kind,
        { problems: own.length, solvedRate: rate(own.filter((one) => one.solved).length, own.length) },
      ]),
    ),
    reliability: bounds.slice(0, -1).map((low, at) => {
      const high = bounds[at + 1]!;
      const answers = results.filter(
        ({ claimed, confidence }) => claimed && confidence >= low && confidence < high,
      );
      return {
        confidence: `${low.toFixed(1)}–${Math.min(1, high).toFixed(1)}`,
        answers: answers.length,
        right: answers.filter((one) => one.solved).length,
      };
    }),
    results,
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
