/**
 * The life of a job as a pure function: what may happen in which state, and what follows. It decides and writes nothing;
 * job/settle.ts reads the row under a lock, asks here, and writes the answer.
 *
 *            claim                 succeed
 *   queued ────────→ running ───────────────→ succeeded
 *     │  ↑              │  │   fail (last)
 *     │  └──────────────┘  ├───────────────→ failed
 *     │   fail, release,   │
 *     │   expire           │ any end after a cancel
 *     └────────────────────┴───────────────→ canceled
 *       cancel
 */
import { isFinalState, type JobState } from "@weightsmith/contract";

/** The part of a job that its future depends on. */
export interface JobFacts {
  readonly state: JobState;
  /** How many times a worker has begun it. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly cancelRequested: boolean;
}

export type JobAction =
  /** A worker wants to begin it. */
  | { readonly type: "claim" }
  /** The worker has the result. */
  | { readonly type: "succeed" }
  /** The worker met an error; `retryable`: it may pass. */
  | { readonly type: "fail"; readonly retryable: boolean }
  /** The worker gave up because of a cancel request. */
  | { readonly type: "stop" }
  /** The worker gives the job back unharmed, because it is shutting down. */
  | { readonly type: "release" }
  /** Nobody extended the lease: the worker is gone. */
  | { readonly type: "expire" }
  /** Its message was delivered too often. */
  | { readonly type: "dead_letter" }
  /** The owner does not want it any more. */
  | { readonly type: "cancel" };

export interface JobStep {
  readonly next: JobFacts;
  /**
   * The message that should be on its way now: `now` or `later` (after the back-off) a new one, `none` no longer any,
   * `unchanged` whatever there is.
   */
  readonly message: "now" | "later" | "none" | "unchanged";
  /** The job ended because its attempts are used up: `job.attempts_exhausted`, and an entry in the dead-letter queue. */
  readonly exhausted: boolean;
}

/** What follows, or undefined where the action means nothing in this state; it must then change nothing. */
export function transition(job: JobFacts, action: JobAction): JobStep | undefined {
  if (isFinalState(job.state)) return undefined;
  const running = job.state === "running";
  switch (action.type) {
    case "claim":
      return running ? undefined : to({ ...job, state: "running", attempts: job.attempts + 1 }, "none");
    case "succeed":
      // Once a cancel was accepted the job makes nothing, even if the worker was a moment faster.
      return running ? end(job, job.cancelRequested ? "canceled" : "succeeded") : undefined;
    case "fail":
      if (!running) return undefined;
      if (job.cancelRequested) return end(job, "canceled");
      return action.retryable ? tryAgain(job, "later") : end(job, "failed");
    case "stop":
      return running && job.cancelRequested ? end(job, "canceled") : undefined;
    case "release":
      if (!running) return undefined;
      if (job.cancelRequested) return end(job, "canceled");
      return to({ ...job, state: "queued", attempts: job.attempts - 1 }, "now");
    case "expire":
      if (!running) return undefined;
      return job.cancelRequested ? end(job, "canceled") : tryAgain(job, "now");
    case "dead_letter":
      // Deliveries that ended before a claim were not counted yet; together they count as one attempt.
      return running ? undefined : tryAgain({ ...job, attempts: job.attempts + 1 }, "later");
    case "cancel":
      if (!running) return end(job, "canceled");
      return job.cancelRequested ? undefined : to({ ...job, cancelRequested: true }, "unchanged");
    default:
      return action satisfies never;
  }
}

function tryAgain(job: JobFacts, message: "now" | "later"): JobStep {
  if (job.attempts >= job.maxAttempts) return { ...end(job, "failed"), exhausted: true };
  return to({ ...job, state: "queued" }, message);
}

const end = (job: JobFacts, state: "succeeded" | "failed" | "canceled"): JobStep =>
  to({ ...job, state }, "none");

const to = (next: JobFacts, message: JobStep["message"]): JobStep => ({ next, message, exhausted: false });

export interface BackOff {
  readonly firstSeconds: number;
  readonly factor: number;
  readonly maxSeconds: number;
}

export const BACK_OFF: BackOff = { firstSeconds: 5, factor: 4, maxSeconds: 900 };

/**
 * How long to wait after `attempts` failed ones: 5, 20, 80, 320, 900 … seconds, spread by up to a quarter so that jobs
 * which failed together do not come back together.
 * @param random in [0, 1)
 */
export function backOffSeconds(attempts: number, random: number, backOff: BackOff = BACK_OFF): number {
  const { firstSeconds, factor, maxSeconds } = backOff;
  const seconds = Math.min(firstSeconds * factor ** Math.max(attempts - 1, 0), maxSeconds);
  return seconds * (1 - random / 4);
}
