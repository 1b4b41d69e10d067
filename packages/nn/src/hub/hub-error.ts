/** Why a model's files could not be had. */

export type HubProblem =
  /** not on this machine, and nowhere to fetch them from was given */
  | "weights_missing"
  /** the source has no such repository, revision or file */
  | "not_found"
  /** the source wants a token, or another one */
  | "unauthorized"
  /** the source did not answer as it should, after several attempts */
  | "unavailable"
  /** what arrived is not what was announced */
  | "integrity";

export class HubError extends Error {
  override readonly name = "HubError";
  readonly problem: HubProblem;
  /** Trying again later can help. */
  readonly retryable: boolean;

  constructor(problem: HubProblem, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.problem = problem;
    this.retryable = problem === "unavailable";
  }
}
