/**
 * One delivery, from claim to end: claims the job whose turn it is, keeps the lease while the handler works, tells the handler when
 * to stop, and writes how it ended. Nothing here throws for a job's own failure; it throws only when the job could not
 * be claimed, and then the message must stay in the queue.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, type JobType, type QueueMessage, toAppError } from "@weightsmith/contract";
import {
  Artifact,
  Checkpoint,
  type Database,
  Job,
  type Metrics,
  type Outbox,
  Trace,
} from "@weightsmith/core";
import type { Logger } from "pino";
import { batchStore } from "./batch-store.ts";
import type { Finished, Handler, HandlerContext, Unfinished } from "./handler.ts";
import { patient, persist } from "./persistence.ts";
import { progressReporter } from "./progress.ts";
import { specialistStore } from "./specialist-store.ts";
import { type StopCause, Stopped } from "./stop.ts";
import { loadSubmission } from "./submission.ts";

export interface WorkSettings {
  readonly workerId: string;
  /** Shown in the job's events. */
  readonly device: string;
  /** How long the job stays ours without a heartbeat. */
  readonly leaseSeconds: number;
  /** How often the lease is extended, and so how soon a cancellation is noticed. */
  readonly heartbeatSeconds: number;
  /** The longest one attempt may take. */
  readonly attemptSeconds: number;
  readonly progressMs: number;
}

export interface Stores {
  readonly db: Database.Database;
  readonly storage: Artifact.Storage;
  /** Default: no traces. */
  readonly tracer?: Trace.Tracer;
  /** Where jobs are measured; undefined: nowhere. */
  readonly meter?: Metrics.Meter | undefined;
  /** Announces a job that this worker gives back. */
  readonly dispatcher: Outbox.Dispatcher;
}

export type Ending =
  | "succeeded"
  | "failed"
  | "requeued"
  | "canceled"
  | "released"
  /** Another worker has it, or it had ended: nothing was written. */
  | "lost"
  /** There was nothing to do for this delivery. */
  | "duplicate";

export interface Delivery {
  readonly message: QueueMessage;
  /** Of the queue that the message came from. */
  readonly type: JobType;
  readonly handler: Handler;
  /** The jobs that are worked on; this one's is added while it is. */
  readonly inHand: Set<string>;
}

/**
 * @param draining aborted when the worker shuts down
 * @throws if the claim failed, for example because the database is away
 */
export async function work(
  { message, type, handler, inHand }: Delivery,
  stores: Stores,
  settings: WorkSettings,
  draining: AbortSignal,
  parentLog: Logger,
): Promise<Ending> {
  const { db } = stores;
  const claim = await claimNext(message, type, db, settings);
  if (claim.outcome !== "claimed") {
    parentLog.info({ jobId: message.jobId, outcome: claim.outcome }, "nothing to do for this delivery");
    return "duplicate";
  }

  const { job, lease } = claim;
  const log = parentLog.child({
    jobId: job.id,
    requestId: job.requestId,
    workspaceId: job.workspaceId,
    attempt: lease.attempt,
    traceId: job.traceparent?.slice(3, 35),
  });
  log.info({ kind: job.kind, sinceCreatedMs: Date.now() - job.createdAt.getTime() }, "job claimed");
  inHand.add(job.id);
  const began = performance.now();
  const stopping = new AbortController();
  const stop = (cause: StopCause) => {
    if (stopping.signal.aborted) return;
    log.info({ cause }, "stopping the job");
    stopping.abort(new Stopped(cause));
  };
  const onDrain = () => stop("draining");
  draining.addEventListener("abort", onDrain);
  if (draining.aborted) onDrain();
  const timeLimit = setTimeout(() => stop("time_limit"), settings.attemptSeconds * 1000);
  const heart = keepLease(db, lease, settings, stop, log);
  const reporter = progressReporter((progress) => Job.progress(db, lease, progress), {
    intervalMs: settings.progressMs,
    onError: (error) => {
      if (isLeaseLost(error)) stop("lease_lost");
      else log.warn({ err: error }, "progress was not stored");
    },
  });

  const context: HandlerContext = {
    job,
    signal: stopping.signal,
    progress: reporter.report,
    checkpoint: checkpoints(stores, job, lease, log),
    artifacts: {
      put: (bytes, options) =>
        persist(() => Artifact.put(db, stores.storage, bytes, options), {
          ...patient,
          signal: stopping.signal,
          onRetry: (error, attempt) => log.warn({ err: error, attempt }, "artifact was not stored yet"),
        }),
    },
    submission: { load: () => persist(() => loadSubmission(stores, job), { ...patient, tries: 3 }) },
    specialists: specialistStore(stores, job, stopping.signal),
    batch: batchStore(stores, job, stopping.signal),
    log,
  };

  let ending: Ending;
  const { tracer = Trace.noTracer } = stores;
  const attributes = {
    "messaging.system": "aws_sqs",
    "weightsmith.job_id": job.id,
    "weightsmith.job_kind": job.kind,
    "weightsmith.workspace_id": job.workspaceId,
    "weightsmith.request_id": job.requestId ?? undefined,
    "weightsmith.attempt": lease.attempt,
    "weightsmith.worker_id": settings.workerId,
  };
  try {
    const parent = job.traceparent ?? undefined;
    ending = await tracer.span(`job ${type}`, { kind: "consumer", parent, attributes }, async (span) => {
      const within = { kind: "internal", parent: span.traceparent } as const;
      const outcome = await tracer.span(`work ${job.kind}`, within, async (working) => {
        const settled = await settle(handler, context);
        if ("error" in settled) working.fail(toAppError(settled.error).code);
        return settled;
      });
      await reporter.flush();
      const ended = await end(outcome, stopping.signal, stores, lease, log);
      span.set({ "weightsmith.ending": ended });
      if (ended === "failed") span.fail("the job failed");
      return ended;
    });
  } finally {
    clearTimeout(timeLimit);
    draining.removeEventListener("abort", onDrain);
    await heart.stop();
    inHand.delete(job.id);
  }
  const workedMs = Math.round(performance.now() - began);
  log.info({ ending, workedMs }, "job left");
  measure(stores.meter, job, ending, workedMs);
  return ending;
}

const FINAL: readonly Ending[] = ["succeeded", "failed", "canceled"];

function measure(meter: Metrics.Meter | undefined, job: Job.Job, ending: Ending, workedMs: number): void {
  if (!meter) return;
  const properties = { jobId: job.id, requestId: job.requestId ?? undefined, workspaceId: job.workspaceId };
  meter({
    dimensions: { type: job.type },
    metrics: { WorkSeconds: { value: workedMs / 1000, unit: "Seconds" } },
    properties: { ...properties, ending },
  });
  if (!FINAL.includes(ending)) return;
  meter({
    dimensions: { state: ending },
    metrics: {
      JobsEnded: { value: 1, unit: "Count" },
      JobSeconds: { value: (Date.now() - job.createdAt.getTime()) / 1000, unit: "Seconds" },
    },
    properties,
  });
}

/** Other workers may be faster for so many jobs before the message's own is looked at. */
const CHOICES = 5;

async function claimNext(
  { jobId: named }: QueueMessage,
  type: JobType,
  db: Database.Database,
  { workerId, leaseSeconds, device }: WorkSettings,
): Promise<Job.Claim> {
  for (let choice = 0; choice < CHOICES; choice++) {
    const jobId = await Job.next(db, { type, named });
    if (jobId === undefined) break;
    const claim = await Job.claim(db, { jobId, workerId, leaseSeconds, device });
    if (claim.outcome === "claimed") return claim;
  }
  // Nothing waits; but its worker may have gone silent, or it backs off and needs another message.
  return Job.claim(db, { jobId: named, workerId, leaseSeconds, device });
}

type Outcome = { readonly finished: Finished | Unfinished } | { readonly error: unknown };

async function settle(handler: Handler, context: HandlerContext): Promise<Outcome> {
  try {
    return { finished: await handler(context) };
  } catch (error) {
    return { error };
  }
}

/** Writes how the attempt ended, with patience for a database that is away. */
async function end(
  outcome: Outcome,
  signal: AbortSignal,
  { db, dispatcher }: Stores,
  lease: Job.Lease,
  log: Logger,
): Promise<Ending> {
  const write = (finish: () => Promise<Job.Job>) =>
    persist(finish, {
      ...patient,
      onRetry: (error, attempt) => log.warn({ err: error, attempt }, "the job's end was not stored yet"),
    });
  try {
    if ("finished" in outcome) {
      const { finished } = outcome;
      if ("unfinished" in finished) {
        await dispatcher.send(await write(() => Job.release(db, lease)));
        return "released";
      }
      const job = await write(() => Job.succeed(db, lease, finished));
      return job.state === "canceled" ? "canceled" : "succeeded";
    }
    const cause = signal.aborted ? (signal.reason as Stopped).reason : undefined;
    switch (cause) {
      case "lease_lost":
        return "lost";
      case "canceled":
        await write(() => Job.stop(db, lease));
        return "canceled";
      case "draining":
        await dispatcher.send(await write(() => Job.release(db, lease)));
        return "released";
      case "time_limit":
        await write(() => Job.fail(db, lease, new AppError("job.time_limit").toProblem()));
        return "failed";
      case undefined: {
        const error = toAppError(outcome.error);
        log.warn({ err: outcome.error, code: error.code }, "attempt failed");
        const job = await write(() => Job.fail(db, lease, error.toProblem()));
        if (job.state === "queued") return "requeued";
        return job.state === "canceled" ? "canceled" : "failed";
      }
      default:
        return cause satisfies never;
    }
  } catch (error) {
    if (isLeaseLost(error)) return "lost";
    // The lease runs out and the sweeper gives the job to another worker.
    log.error({ err: error }, "the job's end could not be stored");
    return "lost";
  }
}

/** Extends the lease until stopped; says so when it was lost or the job canceled. */
function keepLease(
  db: Database.Database,
  lease: Job.Lease,
  { leaseSeconds, heartbeatSeconds }: WorkSettings,
  stop: (cause: StopCause) => void,
  log: Logger,
): { stop(): Promise<void> } {
  const done = new AbortController();
  const beating = (async () => {
    for (;;) {
      try {
        await sleep(heartbeatSeconds * 1000, undefined, { signal: done.signal });
      } catch {
        return;
      }
      try {
        const beat = await Job.heartbeat(db, lease, { leaseSeconds });
        if (beat.status === "lost") stop("lease_lost");
        else if (beat.cancelRequested) stop("canceled");
      } catch (error) {
        // A lease that ran out meanwhile is good again if nobody took the job over.
        log.warn({ err: error }, "heartbeat failed");
      }
    }
  })();
  return {
    stop: () => {
      done.abort();
      return beating;
    },
  };
}

function checkpoints(
  { db, storage }: Stores,
  job: Job.Job,
  lease: Job.Lease,
  log: Logger,
): HandlerContext["checkpoint"] {
  const retrying = { ...patient, tries: 5 };
  return {
    async load() {
      const saved = await persist(() => Checkpoint.load(storage, job), retrying);
      if (saved) log.info({ checkpointBytes: saved.length }, "going on from a checkpoint");
      return saved;
    },
    async save(bytes, step) {
      try {
        await persist(() => Checkpoint.save(db, storage, lease, { bytes, step }), retrying);
      } catch (error) {
        if (isLeaseLost(error)) throw error;
        log.warn({ err: error, step }, "checkpoint was not stored");
      }
    },
  };
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof AppError && error.code === "job.lease_lost";
}
