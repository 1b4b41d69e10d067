/**
 * One request: techniques propose candidates, the sandbox executes them on the examples, and only what passes every
 * example is called a success. What was executed is listed with its outcome.
 */
import { AppError } from "@weightsmith/contract";
import { Knowledge } from "../knowledge/retrieval.ts";
import { wordAdjustments } from "../policy/words.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { type Candidate, searchInThread } from "../search/search-thread.ts";
import type { Problem } from "../search/synthesize.ts";
import { sameValue } from "../values/value.ts";
import { confidenceOf } from "./confidence.ts";
import { type CodeRequest, nameFor, problemOf } from "./request.ts";

export interface GeneratedCode {
  readonly status: "success" | "failed";
  readonly functionName: string;
  readonly code: string | null;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returnType: string | null;
  /** The share of answers like this one that are right on examples they have not seen. 0 where nothing was found. */
  readonly confidence: number;
  readonly seconds: number;
  /** The technique, and the deduction that found it: `hybrid:concatenation`. */
  readonly strategy: string | null;
  readonly verified: {
    /** How many of the given examples the printed code was executed on, and how many it passed. */
    readonly examples: number;
    readonly passed: number;
    readonly sandbox: "pyodide" | "quickjs";
  };
  /** Why there is no code. */
  readonly reason: string | null;
}

export interface GenerateOptions {
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
  /** Costs that the policy adds to operators for this problem. Default: the spec's words alone. */
  readonly policy?: (problem: Problem) => Readonly<Record<string, number>>;
  /** Functions to retrieve from. Default: those that ship. */
  readonly knowledge?: Knowledge;
  /** Default: true. Without it, enumeration alone: the baseline of the evaluation. */
  readonly deduction?: boolean;
}

const AVAILABLE = ["all", "hybrid", "rag"] as const;
const VERIFIED_AT_MOST = 8;

/**
 * @throws AppError request.invalid for examples that do not fit the parameters; kind.unavailable for a technique that
 *   this build does not have; the signal's reason when it is aborted
 */
export async function generateCode(request: CodeRequest, options: GenerateOptions): Promise<GeneratedCode> {
  const began = performance.now();
  if (!(AVAILABLE as readonly string[]).includes(request.technique)) {
    throw new AppError("kind.unavailable", {
      message: `The technique "${request.technique}" is not in this build; there are ${AVAILABLE.join(", ")}.`,
      context: { served: [...AVAILABLE] },
    });
  }
  const problem = problemOf(request);
  const name = request.functionName ?? nameFor(request.spec, request.language);
  const signal = options.signal ?? new AbortController().signal;
  const seconds = (): number => (performance.now() - began) / 1_000;
  const sandbox = request.language === "python" ? "pyodide" : "quickjs";
  const failed = (reason: string): GeneratedCode => ({
    status: "failed",
    functionName: name,
    code: null,
    parameters: [],
    returnType: null,
    confidence: 0,
    seconds: seconds(),
    strategy: null,
    verified: { examples: problem.examples.length, passed: 0, sandbox },
    reason,
  });

  // The interpreter starts while the search goes on.
  const warm = options.sandbox.warm(request.language);
  let best: { candidate: Candidate; strategy: string; agreement: number } | undefined;
  const consider = async (
    candidates: readonly Candidate[],
    technique: string,
    agreement: number,
  ): Promise<boolean> => {
    for (const candidate of candidates.slice(0, VERIFIED_AT_MOST)) {
      signal.throwIfAborted();
      if (await passes(candidate.code, name, problem, request, options.sandbox)) {
        best = { candidate, strategy: `${technique}:${candidate.strategy}`, agreement };
        return true;
      }
    }
    return false;
  };

  if (request.technique !== "hybrid" && problem.examples.length > 0) {
    options.onProgress?.("retrieval", 0, 1);
    const knowledge = options.knowledge ?? new Knowledge();
    await consider(knowledge.candidates(problem, request.language, name), "rag", 1);
  }
  if (!best && request.technique !== "rag" && problem.examples.length > 0) {
    options.onProgress?.("search", 0, request.budgetSeconds);
    const report = await searchInThread(
      {
        problem,
        name,
        language: request.language,
        seconds: Math.max(0.1, request.budgetSeconds - seconds()) * 0.9,
        adjustments: (options.policy ?? (({ spec }) => wordAdjustments(spec)))(problem),
        deduction: options.deduction !== false,
      },
      signal,
    );
    options.onProgress?.("verification", 0, report.candidates.length);
    await warm;
    await consider(report.candidates, "hybrid", report.agreement);
  }
  if (!best) {
    return failed(
      problem.examples.length === 0
        ? "Without examples nothing can be verified, and no known function fits the words."
        : "No program was found that passes every example within the budget.",
    );
  }
  const { candidate, strategy, agreement } = best;
  return {
    status: "success",
    functionName: name,
    code: candidate.code,
    parameters: candidate.parameters,
    returnType: candidate.returnType,
    confidence: confidenceOf(candidate, problem, agreement),
    seconds: seconds(),
    strategy,
    verified: { examples: problem.examples.length, passed: problem.examples.length, sandbox },
    reason: null,
  };
}

async function passes(
  code: string,
  name: string,
  problem: Problem,
  { language }: CodeRequest,
  sandbox: Sandbox,
): Promise<boolean> {
  const outcomes = await sandbox.run(
    language,
    code,
    name,
    problem.examples.map(({ inputs }) => inputs),
  );
  return outcomes.every(
    (outcome, at) => outcome.status === "returned" && sameValue(outcome.value, problem.examples[at]!.output),
  );
}

/** The result as event-driven users know it. */
export function toQueuedResult(requestId: string, generated: GeneratedCode) {
  return {
    request_id: requestId,
    status: generated.status,
    result:
      generated.code === null
        ? null
        : {
            program_ast: {
              type: "function",
              name: generated.functionName,
              parameters: generated.parameters,
              return_type: generated.returnType,
              code: generated.code,
            },
            confidence_score: generated.confidence,
            time_taken: generated.seconds,
            strategy: generated.strategy,
            verified: generated.verified,
          },
    error: generated.reason,
  };
}
