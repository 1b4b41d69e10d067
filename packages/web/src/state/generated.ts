/**
 * What generate and leaderboard jobs found, read with care out of `result.output`, whose form belongs to whoever made it.
 * What is not recognised is left to be shown as JSON.
 */
import type { Job, SubmissionOutput } from "@weightsmith/contract";

export interface LodaFound {
  readonly code: string;
  readonly route: string;
  readonly verifiedTerms: number;
  readonly givenTerms: number;
  readonly terms: readonly string[];
  readonly origin: string;
  readonly programId: string | undefined;
}

export interface CodeFound {
  readonly technique: string;
  /** From 0 to 1; undefined where nothing was found. */
  readonly confidence: number | undefined;
  readonly code: string;
  /** Of the examples, how many it reproduces; undefined when there were none. */
  readonly passed: number | undefined;
  readonly total: number | undefined;
  readonly note: string;
  readonly programId: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const listIn = (output: unknown, ...names: string[]): Json[] => {
  if (!isJson(output)) return [];
  for (const name of names) {
    const list = output[name];
    if (Array.isArray(list)) return list.filter(isJson);
  }
  return [];
};

export const lodaIn = (job: Job): LodaFound[] =>
  listIn(job.result?.output, "programs")
    .map((found) => ({
      code: text(found.code) || text(found.program),
      route: text(found.route),
      verifiedTerms: number(found.verifiedTerms) ?? 0,
      givenTerms: number(found.givenTerms) ?? 0,
      terms: Array.isArray(found.terms) ? found.terms.map(String).filter((term) => /^-?\d+$/.test(term)) : [],
      origin: text(found.origin),
      programId: text(found.programId) || undefined,
    }))
    .filter(({ code }) => code !== "");

/** Jobs of kind `code`: one result, in the form that event-driven users know. */
export function codeIn(job: Job): CodeFound[] {
  const output = job.result?.output;
  if (!isJson(output)) return [];
  const result = isJson(output.result) ? output.result : {};
  const tree = isJson(result.program_ast) ? result.program_ast : {};
  const verified = isJson(result.verified) ? result.verified : {};
  const found = {
    technique: text(result.strategy),
    code: text(tree.code),
    confidence: number(result.confidence_score),
    passed: number(verified.passed),
    total: number(verified.examples),
    note: text(output.error),
    programId: job.result?.programId ?? undefined,
  };
  return found.code === "" && found.note === "" ? [] : [found];
}

export function submissionIn(job: Job): SubmissionOutput | undefined {
  const output = job.result?.output;
  return isJson(output) && output.kind === "leaderboard"
    ? (output as unknown as SubmissionOutput)
    : undefined;
}
