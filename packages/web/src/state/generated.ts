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

export const codeIn = (job: Job): CodeFound[] =>
  listIn(job.result?.output, "candidates", "solutions", "results", "techniques", "programs")
    .map((found) => {
      const tests = isJson(found.tests) ? found.tests : isJson(found.execution) ? found.execution : found;
      return {
        technique: text(found.technique),
        code: text(found.code) || text(found.source),
        passed: number(tests.passed),
        total: number(tests.total) ?? number(tests.examples),
        note: text(found.note) || text(found.error) || text(found.explanation),
        programId: text(found.programId) || undefined,
      };
    })
    .filter(({ code, note }) => code !== "" || note !== "");

export function submissionIn(job: Job): SubmissionOutput | undefined {
  const output = job.result?.output;
  return isJson(output) && output.kind === "leaderboard"
    ? (output as unknown as SubmissionOutput)
    : undefined;
}
