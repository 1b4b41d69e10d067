// What a search is asked and what it answers.
import type { Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";
import type { FitRoute } from "./fit/fit.ts";

/**
 * By which way a program was found:
 * - `terms`: a known sequence that holds the terms
 * - `formula`: the description, read as a formula
 * - `polynomial`, `recurrence`, `polynomialRecurrence`, `periodic`: fitted to the terms
 * - `recognised`: the digits of a constant, its continued fraction, or a multiplicative function
 * - `relative`: built on a known sequence, such as its partial sums
 * - `transform`: a transform of a known sequence, such as the binomial one
 * - `combination`: two known sequences together, or a known one and n
 * - `description`: a known sequence with a near description
 * - `model`: written by the model
 * - `mutation`: near programs, changed until the terms came out
 */
export const routes = [
  "terms",
  "formula",
  "polynomial",
  "recurrence",
  "polynomialRecurrence",
  "periodic",
  "recognised",
  "relative",
  "transform",
  "combination",
  "description",
  "model",
  "mutation",
] as const satisfies readonly (
  | FitRoute
  | "terms"
  | "formula"
  | "recognised"
  | "relative"
  | "transform"
  | "combination"
  | "description"
  | "model"
  | "mutation"
)[];
export type Route = (typeof routes)[number];

export interface GenerateRequest {
  readonly description?: string;
  /** The first terms. */
  readonly terms?: readonly Value[];
  /** The index of the first term. Default: 0 with terms, else what suits each program. */
  readonly offset?: number;
  /** How many programs to answer at most. Default 5. */
  readonly count?: number;
  /** Default 30 s. */
  readonly budgetMilliseconds?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Ways not to go. */
  readonly without?: readonly Route[];
  readonly onProgress?: (progress: { readonly phase: SearchPhase; readonly found: number }) => void;
}

export type SearchPhase = "retrieve" | "model" | "mutate";

export interface GeneratedProgram {
  readonly program: Program;
  /** The program in assembly form. */
  readonly code: string;
  readonly route: Route;
  /** Of the given terms, how many it reproduces from the first on. */
  readonly verifiedTerms: number;
  readonly givenTerms: number;
  /** Its first terms: at least one, at most ten, or all the given ones. */
  readonly terms: readonly Value[];
  /** Steps of these terms on average. */
  readonly stepsPerTerm: number;
  /** What it was made from, in words. */
  readonly origin: string;
}

export interface GenerateResult {
  /** The best first. */
  readonly programs: readonly GeneratedProgram[];
  readonly seconds: number;
}
