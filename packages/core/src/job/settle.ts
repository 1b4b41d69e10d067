/**
 * Every change of a job's state after its creation: reads the row under a lock, asks `transition` what follows, and
 * writes state, events, wanted message, webhook and whatever else belongs to it in one transaction.
 *
 * The job's row is always locked first, so that two transactions about one job wait for each other and never deadlock.
 */
import {
  AppError,
  CATALOGUE,
  isFinalState,
  type JobEventBody,
  type JobId,
  newId,
  type Problem,
  type ProgramId,
} from "@weightsmith/contract";
import type { JsonObject } from "../database/columns.ts";
import type { Database, Queryable } from "../database/index.ts";
import { CHANNEL, type Job, jobOf } from "./row.ts";
import { type BackOff, backOffSeconds, type JobAction, type JobStep, transition } from "./transition.ts";

export interface LockedJob extends Job {
  /** Whether a running job's lease is still good, by the database's clock. */
  readonly leased: boolean;
  /** Until a queued job may be claimed; 0 or less: it may. */
  readonly waitSeconds: number;
}

/** Runs `work` with the job's row locked, in one transaction; undefined if there is no such job. */
export function withLocked<T>(
  db: Database,
  jobId: JobId,
  work: (tx: Queryable, job: LockedJob | undefined) => Promise<T>,
): Promise<T> {
  return db.sql.begin(async (tx) => {
    const [row] = await tx`
      select *, coalesce(lease_expires_at > clock_timestamp(), false) as leased,
        extract(epoch from available_at - clock_timestamp())::float8 as wait_seconds
      from job where id = ${jobId} for update`;
    return work(tx, row && { ...jobOf(row), leased: row.leased, waitSeconds: row.wait_seconds });
  }) as Promise<T>;
}

/** What a step writes besides the state. */
export interface Outcome {
  /** Why this attempt failed. */
  readonly error?: Problem;
  readonly result?: JsonObject;
  readonly programId?: ProgramId;
  /** For a claim. */
  readonly lease?: { readonly token: string; readonly workerId: string; readonly seconds: number };
  /** The device the worker runs on. */
  readonly device?: string | null;
  readonly backOff?: BackOff;
}

/** @returns the job as it is now, or undefined if the action means nothing in its state */
export async function act(
  tx: Queryable,
  job: Job,
  action: JobAction,
  outcome: Outcome = {},
): Promise<{ job: Job; step: JobStep } | undefined> {
  const step = transition(
    {
      state: job.state,
      attempts: job.attempts,
      maxAttempts: job.maxAttempts,
      cancelRequested: job.cancelRequestedAt !== null,
    },
    action,
  );
  return step && { job: await write(tx, job, step, action, outcome), step };
}

async function write(
  tx: Queryable,
  job: Job,
  step: JobStep,
  action: JobAction,
  outcome: Outcome,
): Promise<Job> {
  const { next } = step;
  const final = isFinalState(next.state);
  const error =
    next.state === "failed" ? finalProblem(job, step, outcome.error) : (outcome.error ?? job.error);
  const succeeded = next.state === "succeeded";
  const programId = succeeded ? (outcome.programId ?? null) : job.programId;
  const delaySeconds =
    step.message === "later" ? backOffSeconds(next.attempts, Math.random(), outcome.backOff) : 0;
  const events = eventsOf(job, step, action, { ...outcome, programId: programId ?? undefined }, error);
  const { lease } = outcome;
  const claimed = action.type === "claim" ? lease : undefined;
  const staysRunning = next.state === "running" && !claimed;

  const writes: Promise<unknown>[] = [];
  const updated = tx`
    update job set
      state = ${next.state},
      attempts = ${next.attempts},
      cancel_requested_at = case when ${next.cancelRequested}::bool then coalesce(cancel_requested_at, now()) end,
      lease_token = case when ${staysRunning}::bool then lease_token else ${claimed?.token ?? null}::uuid end,
      lease_expires_at = case when ${staysRunning}::bool then lease_expires_at
        else clock_timestamp() + make_interval(secs => ${claimed?.seconds ?? null}::float8) end,
      worker_id = case when ${claimed !== undefined}::bool then ${claimed?.workerId ?? null}::text else worker_id end,
      available_at = case when ${next.state === "queued"}::bool
        then now() + make_interval(secs => ${delaySeconds}::float8) else available_at end,
      started_at = case when ${claimed !== undefined}::bool then coalesce(started_at, now()) else started_at end,
      finished_at = case when ${final}::bool then now() end,
      error = ${error ? JSON.stringify(error) : null}::text::json,
      result = ${succeeded && outcome.result ? JSON.stringify(outcome.result) : null}::text::json,
      program_id = ${programId}::text,
      event_sequence = ${job.eventSequence + events.length}
    where id = ${job.id}
    returning *`;

  if (events.length > 0) {
    const data = events.map(({ type, ...rest }) => JSON.stringify(rest));
    writes.push(tx`
      insert into job_event (job_id, sequence, type, data)
      select ${job.id}, ${job.eventSequence} + event.n::int, event.type, event.data::json
      from unnest(${events.map(({ type }) => type)}::text[], ${data}::text[]) with ordinality as event (type, data, n)`);
  }
  if (step.message === "none") {
    writes.push(tx`delete from outbox where job_id = ${job.id} and target = 'work'`);
  } else if (step.message !== "unchanged") {
    writes.push(tx`
      insert into outbox (job_id, target, type, request_id, not_before)
      values (${job.id}, 'work', ${job.type}, ${job.requestId}, now() + make_interval(secs => ${delaySeconds}::float8))
      on conflict (job_id, target) do update
        set not_before = excluded.not_before, sweep_at = now(), sent_at = null, sends = 0`);
  }
  if (step.exhausted && action.type !== "dead_letter") {
    writes.push(tx`
      insert into outbox (job_id, target, type, request_id)
      values (${job.id}, 'dead_letter', ${job.type}, ${job.requestId}) on conflict do nothing`);
  }
  if (final && job.webhookUrl !== null) {
    writes.push(tx`
      insert into webhook_delivery (id, workspace_id, job_id, url)
      values (${newId("webhook")}, ${job.workspaceId}, ${job.id}, ${job.webhookUrl})`);
  }
  writes.push(tx`select pg_notify(${CHANNEL}, ${job.id})`);
  const [rows] = await Promise.all([updated, ...writes]);
  return jobOf(rows[0]!);
}

/** The error a caller sees on a failed job: why the last attempt failed, and that it was the last, if it was. */
function finalProblem(job: Job, step: JobStep, error: Problem | undefined): Problem {
  if (!step.exhausted) return error ?? new AppError("internal.error").toProblem();
  const cause = error ?? job.error;
  return new AppError("job.attempts_exhausted", {
    message: `${CATALOGUE["job.attempts_exhausted"].happened}${cause ? ` The last error: ${cause.message}` : ""}`,
    context: { attempts: step.next.attempts, ...(cause ? { lastError: cause.code } : {}) },
  }).toProblem();
}

function eventsOf(
  job: Job,
  step: JobStep,
  action: JobAction,
  outcome: Outcome,
  error: Problem | null,
): JobEventBody[] {
  const { state, attempts } = step.next;
  switch (state) {
    case "running":
      if (action.type !== "claim") return [];
      return [
        {
          type: "started",
          attempt: attempts,
          worker: outcome.lease?.workerId ?? "",
          device: outcome.device ?? null,
        },
      ];
    case "queued": {
      const queued: JobEventBody = { type: "queued", attempt: attempts + 1 };
      return [{ type: "log", level: "warn", message: whyAgain(job, action, outcome.error) }, queued];
    }
    case "succeeded":
      return [{ type: "succeeded", programId: outcome.programId ?? null }];
    case "failed":
      return [{ type: "failed", error: error! }];
    case "canceled":
      return [{ type: "canceled" }];
    default:
      return state satisfies never;
  }
}

function whyAgain(job: Job, action: JobAction, error: Problem | undefined): string {
  switch (action.type) {
    case "release":
      return "The worker is shutting down; another one goes on.";
    case "expire":
      return `The worker ${job.workerId ?? ""} went silent; another one goes on.`;
    case "dead_letter":
      return "No worker could begin the job; it is tried again.";
    default:
      return `Attempt ${job.attempts} failed and is made again: ${error?.message ?? "no reason given"}`;
  }
}
