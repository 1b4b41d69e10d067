// What the search asks of a model that writes programs. The search imports no machine learning: who has a model passes
// it in.
import type { Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";

export interface CandidateRequest {
  readonly description?: string;
  readonly terms?: readonly Value[];
  /** The index of the first term, if it is known. */
  readonly offset?: number;
}

export interface CandidateOptions {
  /** Programs to write; fewer come back where some are the same. */
  readonly count: number;
  /** Whether programs may call other sequences. */
  readonly calls: boolean;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export interface ModelCandidate {
  readonly program: Program;
  /** Higher is likelier. */
  readonly score: number;
}

export interface CandidateModel {
  candidates(request: CandidateRequest, options: CandidateOptions): Promise<readonly ModelCandidate[]>;
}
