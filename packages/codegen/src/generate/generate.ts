/**
 * One request: techniques propose candidates, the sandbox executes them on the examples and on properties read from the
 * constraints, and only what passes all of that is called a success. What was executed is listed with its outcome.
 */
import { AppError } from "@weightsmith/contract";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Candidate } from "../search/search-thread.ts";
import { confidenceOf } from "./confidence.ts";
import { readConstraints } from "./properties.ts";
import { NOTHING, type Proposal } from "./proposal.ts";
import { type CodeRequest, nameFor, problemOf } from "./request.ts";
import { type Named, ORDER, type TechniqueParts, techniquesFrom } from "./techniques.ts";
import { type PropertyReport, type Verification, verify } from "./verify.ts";

export interface GeneratedCode {
  readonly status: "success" | "failed";
  readonly functionName: string;
  readonly code: string | null;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly returnType: string | null;
  /** The share of answers like this one that are right on examples they have not seen. 0 where nothing was found. */
  readonly confidence: number;
  readonly seconds: number;
  /** The technique, and what in it found the answer: `hybrid:concatenation`. */
  readonly strategy: string | null;
  readonly verified: {
    /** How many of the given examples the printed code was executed on, and how many it passed. */
    readonly examples: number;
    readonly passed: number;
    readonly sandbox: "pyodide" | "quickjs";
    /** Constraints that became properties, and on how many inputs they held. */
    readonly properties: readonly PropertyReport[];
    /** Constraints that nothing was executed for. */
    readonly unverified: readonly string[];
  };
  /** Why there is no code. */
  readonly reason: string | null;
}

export interface GenerateOptions extends TechniqueParts {
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
}

const VERIFIED_AT_MOST = 8;

/**
 * @throws AppError request.invalid for examples that do not fit the parameters; kind.unavailable for a technique that
 *   needs a model which is not there; the signal's reason when it is aborted
 */
export async function generateCode(request: CodeRequest, options: GenerateOptions): Promise<GeneratedCode> {
  const began = performance.now();
  const techniques = techniquesFrom(options);
  const plan = ORDER.filter(({ name }) => techniques[name] && [name, "all"].includes(request.technique));
  if (plan.length === 0) throw unavailable(request.technique, Object.keys(techniques));
  const problem = problemOf(request);
  const name = request.functionName ?? nameFor(request.spec, request.language);
  const { language } = request;
  const signal = options.signal ?? new AbortController().signal;
  const seconds = (): number => (performance.now() - began) / 1_000;
  const { properties, unread } = readConstraints(request.constraints);
  const sandbox = language === "python" ? ("pyodide" as const) : ("quickjs" as const);

  // The interpreter starts while the search goes on.
  const warm = options.sandbox.warm(language);
  let best: Found | undefined;
  let rejected = 0;
  const consider = async ({ candidates, agreement }: Proposal, technique: Named): Promise<void> => {
    for (const candidate of candidates.slice(0, VERIFIED_AT_MOST)) {
      signal.throwIfAborted();
      const verification = await verify(candidate.code, name, problem, properties, language, options.sandbox);
      if (verification.holds) {
        best = { candidate, technique, agreement, verification };
        return;
      }
      if (verification.passed === problem.examples.length) rejected++;
    }
  };
  // Without examples nothing could be verified, whatever was proposed.
  for (const [at, { name: technique, share }] of (problem.examples.length === 0 ? [] : plan).entries()) {
    const left = request.budgetSeconds - seconds();
    if (left < 0.05) break;
    options.onProgress?.(technique, at, plan.length);
    const own = Math.max(0.1, left * (at === plan.length - 1 ? 0.9 : share));
    const task = { problem, request, name, language, seconds: own, signal };
    const proposal = await techniques[technique]!(task).catch((error: unknown) => {
      // With others at hand a model out of reach is no reason to give up.
      if (plan.length > 1 && error instanceof AppError && error.code === "model.unavailable") return NOTHING;
      throw error;
    });
    await warm;
    await consider(proposal, technique);
    if (best) break;
  }
  const none = { examples: problem.examples.length, passed: 0, sandbox, properties: [], unverified: unread };
  if (!best) {
    return {
      status: "failed",
      functionName: name,
      code: null,
      parameters: [],
      returnType: null,
      confidence: 0,
      seconds: seconds(),
      strategy: null,
      verified: none,
      reason: reasonFor(problem.examples.length, rejected),
    };
  }
  const { candidate, technique, agreement, verification } = best;
  return {
    status: "success",
    functionName: name,
    code: candidate.code,
    parameters: candidate.parameters,
    returnType: candidate.returnType,
    confidence: confidenceOf(candidate, technique, problem, agreement),
    seconds: seconds(),
    strategy: `${technique}:${candidate.strategy}`,
    verified: { ...none, passed: verification.passed, properties: verification.properties },
    reason: null,
  };
}

interface Found {
  readonly candidate: Candidate;
  readonly technique: Named;
  readonly agreement: number;
  readonly verification: Verification;
}

function reasonFor(examples: number, rejected: number): string {
  if (examples === 0) return "Without examples nothing can be verified: give at least one.";
  return rejected > 0
    ? `${rejected} programs pass every example, and each was seen to break a constraint.`
    : "No program was found that passes every example within the budget.";
}

function unavailable(technique: string, served: readonly string[]): AppError {
  const needs =
    technique === "tree"
      ? " It needs the model in models/codegen-tree."
      : technique === "beam"
        ? " It needs a language model: a folder (WEIGHTSMITH_CODE_MODEL) or an endpoint (WEIGHTSMITH_CODE_ENDPOINT)."
        : "";
  return new AppError("kind.unavailable", {
    message: `The technique "${technique}" is not available here; there are all, ${served.join(", ")}.${needs}`,
    context: { served: ["all", ...served] },
  });
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
