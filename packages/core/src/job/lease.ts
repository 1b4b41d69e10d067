/**
 * A worker's side of a job. To claim a job is to get a lease: a token that everything the worker writes must show, and
 * a time by which it must be extended. A job whose lease ran out may be claimed again; the old token is then worthless,
 * so that a worker thought dead cannot finish a job that another one has.
 */
import { randomUUID } from "node:crypto";
import {
  AppError,
  isFinalState,
  type JobEventBody,
  type JobId,
  type Problem,
  type Progress,
} from "@weightsmith/contract";
import type { JsonObject } from "../database/columns.ts";
import type { Database, Queryable } from "../database/index.ts";
import { type EntryDraft, saveEntry } from "../leaderboard/save.ts";
import * as Program from "../program/index.ts";
import { publishMade } from "./alias.ts";
import { CHANNEL, type Job } from "./row.ts";
import { act, type LockedJob, type Outcome, withLocked } from "./settle.ts";
import type { BackOff, JobAction } from "./transition.ts";

export interface Lease {
  readonly jobId: JobId;
  readonly token: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  readonly expiresAt: Date;
}

export type Claim =
  | { readonly outcome: "claimed"; readonly job: Job; readonly lease: Lease }
  /** It has ended, before or by this claim (attempts used up, cancel asked): a repeated delivery. */
  | { readonly outcome: "settled"; readonly job: Job }
  /** Another worker has a good lease. */
  | { readonly outcome: "busy"; readonly leaseExpiresAt: Date }
  /** It backs off after a failure; its message will come when it is time. */
  | { readonly outcome: "waiting"; readonly availableAt: Date }
  | { readonly outcome: "unknown" };

/** A message may be this much early, for the rounding of clocks. */
const EARLY_SECONDS = 0.1;

/**
 * Tries to become the worker of a job. Whatever comes out, the message has done its duty and can be deleted: from here on
 * the lease and the sweeper see to it that the job goes on. Only if this throws should the message stay.
 */
export function claim(
  db: Database,
  wish: {
    readonly jobId: JobId;
    readonly workerId: string;
    readonly leaseSeconds: number;
    readonly device?: string;
  },
): Promise<Claim> {
  const { jobId, workerId, leaseSeconds } = wish;
  return withLocked(db, jobId, async (tx, found): Promise<Claim> => {
    if (!found) return { outcome: "unknown" };
    if (found.state === "running" && found.leased) {
      return { outcome: "busy", leaseExpiresAt: found.leaseExpiresAt! };
    }
    let job: Job = found;
    if (found.state === "running") job = (await act(tx, found, { type: "expire" }))!.job;
    if (isFinalState(job.state)) return { outcome: "settled", job };
    if (found.state === "queued" && found.waitSeconds > EARLY_SECONDS) {
      // This may have been the only message. Ask for another; the sweeper sends it with the right delay.
      await tx`update outbox set sent_at = null, sweep_at = now() where job_id = ${jobId} and target = 'work'`;
      return { outcome: "waiting", availableAt: job.availableAt };
    }
    const token = randomUUID();
    const claimed = await act(
      tx,
      job,
      { type: "claim" },
      { lease: { token, workerId, seconds: leaseSeconds }, device: wish.device ?? null },
    );
    job = claimed!.job;
    const lease = { jobId, token, attempt: job.attempts, expiresAt: job.leaseExpiresAt! };
    return { outcome: "claimed", job, lease };
  });
}

export type Heartbeat =
  | { readonly status: "held"; readonly expiresAt: Date; readonly cancelRequested: boolean }
  /** Another worker has the job, or it has ended: stop at once, write nothing more. */
  | { readonly status: "lost" };

/** Extends the lease. A lease that ran out while nobody took the job over is good again. */
export async function heartbeat(
  db: Database,
  lease: Lease,
  { leaseSeconds }: { readonly leaseSeconds: number },
): Promise<Heartbeat> {
  const [row] = await db.sql`
    update job set lease_expires_at = clock_timestamp() + make_interval(secs => ${leaseSeconds}::float8)
    where id = ${lease.jobId} and lease_token = ${lease.token}::uuid
    returning lease_expires_at, cancel_requested_at is not null as cancel_requested`;
  if (!row) return { status: "lost" };
  return {
    status: "held",
    expiresAt: new Date(row.lease_expires_at),
    cancelRequested: row.cancel_requested,
  };
}

/** @throws AppError job.lease_lost */
export const progress = (db: Database, lease: Lease, body: Progress): Promise<void> =>
  report(db, lease, { type: "progress", ...body });

/** Adds to the events that followers see. @throws AppError job.lease_lost */
export async function report(
  db: Database,
  lease: Lease,
  event: Extract<JobEventBody, { type: "progress" | "log" | "checkpoint" }>,
): Promise<void> {
  const { type, ...data } = event;
  const text = JSON.stringify(data);
  const rows = await db.sql`
    with held as (
      update job set event_sequence = event_sequence + 1,
        progress = case when ${type} = 'progress' then ${text}::text::json else progress end
      where id = ${lease.jobId} and lease_token = ${lease.token}::uuid
      returning id, event_sequence
    ), event as (
      insert into job_event (job_id, sequence, type, data)
      select id, event_sequence, ${type}, ${text}::text::json from held
      returning job_id
    )
    select pg_notify(${CHANNEL}, job_id) from event`;
  if (rows.length === 0) throw new AppError("job.lease_lost");
}

/**
 * The job is done. Job, program, its claim on the artifact, its alias, the final event and the webhook are one
 * transaction. If a cancel was accepted before, the job is canceled instead and there is no program: look at the returned job's state.
 * @throws AppError job.lease_lost
 */
export function succeed(
  db: Database,
  lease: Lease,
  done: {
    readonly result: JsonObject;
    readonly program?: Program.Draft;
    readonly entry?: EntryDraft;
  },
): Promise<Job> {
  const { result, program, entry } = done;
  return end(db, lease, { type: "succeed" }, { result, programId: program?.id }, async (tx, job) => {
    if (program) await Program.save(tx, job.workspaceId, job.id, program);
    if (program?.alias !== undefined) await publishMade(tx, job, program.alias, program.id);
    if (entry) await saveEntry(tx, job.workspaceId, job.id, entry);
  });
}

/**
 * The attempt failed. A retryable error puts the job back into the queue after a pause, until its attempts are used up;
 * then, and after any other error, the job has failed.
 * @throws AppError job.lease_lost
 */
export function fail(
  db: Database,
  lease: Lease,
  error: Problem,
  options: { readonly retryable?: boolean; readonly backOff?: BackOff } = {},
): Promise<Job> {
  const retryable = options.retryable ?? error.retryable;
  return end(db, lease, { type: "fail", retryable }, { error, backOff: options.backOff });
}

/** The worker stopped because `heartbeat` said that a cancel was requested. @throws AppError job.lease_lost */
export const stop = (db: Database, lease: Lease): Promise<Job> => end(db, lease, { type: "stop" });

/** The worker is shutting down: back into the queue, and the attempt does not count. @throws AppError job.lease_lost */
export const release = (db: Database, lease: Lease): Promise<Job> => end(db, lease, { type: "release" });

function end(
  db: Database,
  lease: Lease,
  action: JobAction,
  outcome: Outcome = {},
  alongside?: (tx: Queryable, job: LockedJob) => Promise<void>,
): Promise<Job> {
  return withLocked(db, lease.jobId, async (tx, job) => {
    if (!job || job.leaseToken !== lease.token) throw new AppError("job.lease_lost");
    const acted = await act(tx, job, action, outcome);
    // A stop that nobody asked for is the worker's mistake, and not one to be guessed at.
    if (!acted) throw new Error(`A ${job.state} job cannot ${action.type}.`);
    if (acted.job.state === "succeeded") await alongside?.(tx, job);
    return acted.job;
  });
}
