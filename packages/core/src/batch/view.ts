/** Batches as the API shows them: from their jobs, and from the checkpoints of those that are under way. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  AppError,
  type Batch,
  type BatchCheckpoint,
  type BatchId,
  type BatchResults,
  batchCheckpointSchema,
  batchIdOf,
  jobIdOfBatch,
  type StoredBatch,
  storedBatchSchema,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { Storage } from "../artifact/index.ts";
import * as Checkpoint from "../checkpoint/index.ts";
import { decode } from "../database/decode.ts";
import type { Database } from "../database/index.ts";
import * as File from "../file/index.ts";
import * as Job from "../job/index.ts";
import { jobTable } from "../job/job.sql.ts";
import { type PieceKind, pieceKey } from "./store.ts";

const WINDOW_SECONDS = 24 * 3600;

const storedOf = (job: Job.Job): StoredBatch => storedBatchSchema.parse(job.request);

/** @throws AppError batch.not_found, also for another workspace's batch and for a job of another kind */
export async function get(
  db: Database,
  { workspaceId, batchId }: { readonly workspaceId: WorkspaceId; readonly batchId: BatchId },
): Promise<Job.Job> {
  try {
    const job = await Job.get(db, { workspaceId, jobId: jobIdOfBatch(batchId) });
    if (job.kind === "batch") return job;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "job.not_found") throw error;
  }
  throw new AppError("batch.not_found");
}

/** The newest first. */
export async function list(
  db: Database,
  query: { readonly workspaceId: WorkspaceId; readonly after?: BatchId; readonly limit: number },
): Promise<{ items: Job.Job[]; more: boolean }> {
  const { workspaceId, after, limit } = query;
  const rows = await db.sql`
    select * from job
    where workspace_id = ${workspaceId} and kind = 'batch'
      and (${after ?? null}::text is null or id < ${after === undefined ? null : jobIdOfBatch(after)}::text)
    order by id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit).map((row) => decode(jobTable, row) as Job.Job);
  return { items, more: rows.length > limit };
}

const seconds = (date: Date | null): number | null =>
  date === null ? null : Math.floor(date.getTime() / 1000);

export function view(job: Job.Job): Batch {
  const stored = storedOf(job);
  const status = statusOf(job);
  const completed = status === "completed";
  const counts = countsOf(job);
  const finishedAt = seconds(job.finishedAt);
  const createdAt = seconds(job.createdAt)!;
  const errors =
    job.state === "failed" && job.error !== null
      ? { object: "list" as const, data: [{ code: job.error.code, message: job.error.message, line: null }] }
      : null;
  return {
    id: batchIdOf(job.id),
    object: "batch",
    endpoint: stored.endpoint,
    status,
    errors,
    input_file_id: stored.inputFileId,
    output_file_id: completed ? stored.outputFileId : null,
    error_file_id: completed && counts.failed > 0 ? stored.errorFileId : null,
    completion_window: "24h",
    created_at: createdAt,
    in_progress_at: seconds(job.startedAt),
    expires_at: createdAt + WINDOW_SECONDS,
    finalizing_at: completed ? finishedAt : null,
    completed_at: completed ? finishedAt : null,
    failed_at: status === "failed" ? finishedAt : null,
    expired_at: null,
    cancelling_at: seconds(job.cancelRequestedAt),
    cancelled_at: status === "cancelled" ? finishedAt : null,
    request_counts: { total: counts.completed + counts.failed, ...counts },
    metadata: stored.metadata ?? null,
    program: stored.program ?? null,
    job_id: job.id,
    progress: completed ? 1 : shareOf(job),
  };
}

function statusOf({ state, startedAt, cancelRequestedAt }: Job.Job): Batch["status"] {
  switch (state) {
    case "queued":
      return startedAt === null ? "validating" : "in_progress";
    case "running":
      return cancelRequestedAt === null ? "in_progress" : "cancelling";
    case "succeeded":
      return "completed";
    case "failed":
      return "failed";
    case "canceled":
      return "cancelled";
    default:
      return state satisfies never;
  }
}

/** The worker reports them as the metrics of its progress. */
function countsOf({ progress }: Job.Job): { completed: number; failed: number } {
  const { completed = 0, failed = 0 } = progress?.metrics ?? {};
  return { completed, failed };
}

const shareOf = ({ progress }: Job.Job): number =>
  progress?.total ? Math.min(1, progress.done / progress.total) : 0;

/** What is answered so far, as links: the whole files of a batch that has completed, else its pieces in order. */
export async function results(
  db: Database,
  storage: Storage,
  job: Job.Job,
  { expiresSeconds }: { readonly expiresSeconds: number },
): Promise<BatchResults> {
  const { workspaceId, id: jobId } = job;
  const stored = storedOf(job);
  if (job.state === "succeeded") {
    const counts = countsOf(job);
    const whole = async (fileId: StoredBatch["outputFileId"], lines: number) => {
      if (lines === 0) return [];
      const file = await File.get(db, { workspaceId, fileId });
      const url = await File.downloadUrl(storage, file, { expiresSeconds });
      return [{ url, lines, bytes: file.sizeBytes }];
    };
    return {
      complete: true,
      results: await whole(stored.outputFileId, counts.completed),
      errors: await whole(stored.errorFileId, counts.failed),
    };
  }
  const pieces = (await checkpointOf(storage, job))?.pieces ?? [];
  const { s3, publicS3, bucket } = storage;
  const links = (kind: PieceKind) =>
    Promise.all(
      pieces.flatMap(({ attempt, [kind]: { lines, bytes } }, number) => {
        if (lines === 0) return [];
        const Key = pieceKey({ workspaceId, jobId }, { number, attempt, kind });
        const command = new GetObjectCommand({ Bucket: bucket, Key });
        const signed = getSignedUrl(publicS3 ?? s3, command, { expiresIn: expiresSeconds });
        return [signed.then((url) => ({ url, lines, bytes }))];
      }),
    );
  return { complete: false, results: await links("results"), errors: await links("errors") };
}

/** undefined: nothing is answered yet, or the checkpoint of a job that ended long ago is gone. */
async function checkpointOf(storage: Storage, job: Job.Job): Promise<BatchCheckpoint | undefined> {
  const bytes = await Checkpoint.load(storage, job);
  return bytes && batchCheckpointSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
