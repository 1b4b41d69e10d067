/**
 * Accepting a job: one statement, so one round trip and one commit, writes the job, its first event, the message it
 * wants and the idempotency key, or finds out why not.
 */
import {
  AppError,
  type JobId,
  type JobType,
  newId,
  type ProgramId,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { JsonObject } from "../database/columns.ts";
import type { Database } from "../database/index.ts";
import { KEEP_SECONDS } from "../idempotency/index.ts";
import { type Job, jobOf } from "./row.ts";
import { isFarFromLimit, remember } from "./unfinished.ts";

export interface NewJob {
  readonly workspaceId: WorkspaceId;
  readonly type: JobType;
  /** What it makes, such as `weights`. */
  readonly kind: string;
  /** Stored to the letter for the worker. */
  readonly request: JsonObject;
  readonly requestId?: string;
  /** Of the span that accepts the job. */
  readonly traceparent?: string | undefined;
  /** The program it will make, if known. If the workspace has that program already, the job is born succeeded. */
  readonly programId?: ProgramId;
  readonly webhookUrl?: string;
  readonly idempotency?: {
    readonly key: string;
    /** `Idempotency.hashRequest` */
    readonly requestHash: string;
    /** Default one day. */
    readonly keepSeconds?: number;
  };
  /** Refuse if the workspace has so many unfinished jobs; requests at the same instant may slip in. Default: no limit. */
  readonly maxUnfinished?: number;
  /** Within its lane, higher goes first. Default 0. */
  readonly priority?: number;
  /** Jobs of one lane take turns with those of others. Default: the workspace. */
  readonly lane?: string;
  /** Default 3. */
  readonly maxAttempts?: number;
}

export interface Created {
  readonly job: Job;
  /** False: the idempotency key had this job already. */
  readonly created: boolean;
}

/** How long the process that accepted a job has for sending its message before the sweeper does. */
const SENDER_SECONDS = 2;

/**
 * Idempotent by `idempotency.key`. The caller hands a created job to `Outbox.dispatcher`; if it never does, the sweeper
 * sends the message.
 * @throws AppError idempotency.key_reused, quota.exceeded
 */
export async function create(db: Database, job: NewJob): Promise<Created> {
  const { workspaceId, idempotency, maxUnfinished } = job;
  const counted = maxUnfinished !== undefined && !isFarFromLimit(db, workspaceId, maxUnfinished);
  const jobId = newId("job");
  const key = idempotency?.key ?? null;
  const [row] = await db.sql`
    with known as (
      select id, report from program
      where workspace_id = ${workspaceId} and id = ${job.programId ?? null}::text and removed_at is null
    ), room as (
      select count(*)::int as unfinished from (
        select from job
        where ${counted}::bool and workspace_id = ${workspaceId} and state in ('queued', 'running')
        limit ${maxUnfinished ?? 0}::int
      ) counted
    ), allowed as (
      select from room
      where not ${counted}::bool or unfinished < ${maxUnfinished ?? 0}::int or exists (select from known)
    ), reserved as (
      insert into idempotency_key as k (workspace_id, key, request_hash, job_id, expires_at)
      select ${workspaceId}, ${key}::text, ${idempotency?.requestHash ?? null}::text, ${jobId},
        now() + make_interval(secs => ${idempotency?.keepSeconds ?? KEEP_SECONDS}::float8)
      from allowed where ${key}::text is not null
      on conflict (workspace_id, key) do update
        set request_hash = excluded.request_hash, job_id = excluded.job_id,
          created_at = excluded.created_at, expires_at = excluded.expires_at
        where k.expires_at < now()
      returning job_id
    ), new_job as (
      insert into job (
        id, workspace_id, type, kind, state, request, request_id, traceparent, program_id, webhook_url, lane, priority,
        max_attempts, event_sequence, result, finished_at
      )
      select ${jobId}, ${workspaceId}, ${job.type}, ${job.kind},
        case when known.id is null then 'queued' else 'succeeded' end,
        ${JSON.stringify(job.request)}::text::json, ${job.requestId ?? null}::text, ${job.traceparent ?? null}::text, ${job.programId ?? null}::text,
        ${job.webhookUrl ?? null}::text, ${job.lane ?? workspaceId}, ${job.priority ?? 0}, ${job.maxAttempts ?? 3},
        case when known.id is null then 1 else 2 end,
        case when known.id is not null
          then json_build_object('programId', known.id, 'report', known.report) end,
        case when known.id is not null then now() end
      from allowed left join known on true
      where ${key}::text is null or exists (select from reserved)
      returning *
    ), first_event as (
      insert into job_event (job_id, sequence, type, data)
      select id, 1, 'queued', '{"attempt":1}' from new_job
    ), last_event as (
      insert into job_event (job_id, sequence, type, data)
      select id, 2, 'succeeded', json_build_object('programId', program_id) from new_job where state = 'succeeded'
    ), message as (
      insert into outbox (job_id, target, type, request_id, sweep_at)
      select id, 'work', type, request_id, now() + make_interval(secs => ${SENDER_SECONDS}::float8)
      from new_job where state = 'queued'
    ), webhook as (
      insert into webhook_delivery (id, workspace_id, job_id, url)
      select ${newId("webhook")}, workspace_id, id, webhook_url
      from new_job where state = 'succeeded' and webhook_url is not null
    )
    select new_job.*, room.unfinished from new_job, room`;
  if (row && counted) remember(db, workspaceId, row.unfinished + 1);
  if (row) return { job: jobOf(row), created: true };

  const existing = idempotency && (await repeated(db, workspaceId, idempotency));
  if (existing) return { job: existing, created: false };
  throw new AppError("quota.exceeded", {
    message: `The workspace has ${maxUnfinished} unfinished jobs, as many as its quota allows.`,
    context: { unfinishedJobs: maxUnfinished },
  });
}

/**
 * The job that a key stands for, for callers who must know before they look at anything that the job itself changed.
 * @throws AppError idempotency.key_reused
 */
export async function repeated(
  db: Database,
  workspaceId: WorkspaceId,
  { key, requestHash }: Pick<NonNullable<NewJob["idempotency"]>, "key" | "requestHash">,
): Promise<Job | undefined> {
  const existing = await findByKey(db, workspaceId, key);
  if (existing && existing.requestHash !== requestHash) throw new AppError("idempotency.key_reused");
  return existing?.job;
}

async function findByKey(
  db: Database,
  workspaceId: WorkspaceId,
  key: string,
): Promise<{ requestHash: string; job: Job } | undefined> {
  const [row] = await db.sql`
    select job.*, k.request_hash as key_request_hash
    from idempotency_key k join job on job.id = k.job_id
    where k.workspace_id = ${workspaceId} and k.key = ${key} and k.expires_at >= now()`;
  return row && { requestHash: row.key_request_hash as string, job: jobOf(row) };
}

/** How many jobs of the workspace are not finished. */
export async function countUnfinished(db: Database, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await db.sql`
    select count(*)::int as unfinished from job
    where workspace_id = ${workspaceId} and state in ('queued', 'running')`;
  return row!.unfinished;
}

/** @throws AppError job.not_found, also for another workspace's job */
export async function get(
  db: Database,
  { workspaceId, jobId }: { readonly workspaceId: WorkspaceId; readonly jobId: JobId },
): Promise<Job> {
  const [row] = await db.sql`select * from job where id = ${jobId} and workspace_id = ${workspaceId}`;
  if (!row) throw new AppError("job.not_found");
  return jobOf(row);
}
