/** Why work on a job ends before it is done. */
export type StopCause =
  /** The owner canceled the job. */
  | "canceled"
  /** This worker shuts down; another one goes on. */
  | "draining"
  /** Another worker has the job, or it has ended. */
  | "lease_lost"
  /** The attempt took longer than allowed. */
  | "time_limit";

/** The reason of an aborted signal. */
export class Stopped extends Error {
  override name = "Stopped";
  readonly reason: StopCause;

  constructor(reason: StopCause) {
    super(`The work was stopped: ${reason.replace("_", " ")}.`);
    this.reason = reason;
  }
}
