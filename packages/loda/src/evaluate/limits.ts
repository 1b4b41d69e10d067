// What a run may use. A run that needs more ends with an EvaluationError that names the limit.

export interface Limits {
  /** Steps of one run; a called program has as many for itself. */
  readonly steps: number;
  /** The highest address that can be written, and the longest region that a loop can compare. */
  readonly cells: number;
  /** Time that one evaluation computes, all its terms together; Infinity: none. */
  readonly milliseconds: number;
}

export const defaultLimits: Limits = {
  steps: 100_000_000,
  cells: 2000,
  milliseconds: Number.POSITIVE_INFINITY,
};

export const defaultTerms = 8;
