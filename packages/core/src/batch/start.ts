/** How a batch begins. */
import {
  type BatchRequest,
  type FileId,
  newId,
  priorityNumber,
  type StoredBatch,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { Storage } from "../artifact/index.ts";
import type { Database } from "../database/index.ts";
import * as File from "../file/index.ts";
import * as Job from "../job/index.ts";

export interface NewBatch
  extends Pick<Job.NewJob, "requestId" | "traceparent" | "idempotency" | "maxUnfinished"> {
  readonly workspaceId: WorkspaceId;
  readonly inputFileId: FileId;
  readonly request: BatchRequest;
}

/** A batch may meet many workers that go away; what they did is kept, so that each attempt goes further. */
const MAX_ATTEMPTS = 10;

/**
 * Starts the job of a batch. Idempotent as `Job.create` is. The caller hands a created job to `Outbox.dispatcher`.
 * @throws AppError file.not_found, file.not_uploaded, idempotency.key_reused, quota.exceeded
 */
export async function start(db: Database, storage: Storage, batch: NewBatch): Promise<Job.Created> {
  const { workspaceId, inputFileId, request, ...rest } = batch;
  const input = await File.get(db, { workspaceId, fileId: inputFileId });
  const stored: StoredBatch = {
    kind: "batch",
    inputFileId,
    outputFileId: newId("file"),
    errorFileId: newId("file"),
    inputBytes: await File.requireUploaded(storage, input),
    endpoint: request.endpoint,
    ...(request.program === undefined ? {} : { program: request.program }),
    ...(request.metadata == null ? {} : { metadata: request.metadata }),
    ...(request.webhook === undefined ? {} : { webhook: request.webhook }),
    name: input.name,
  };
  const stem = input.name.replace(/\.jsonl?$/, "");
  await File.reserveOutputs(db, workspaceId, [
    { fileId: stored.outputFileId, name: `${stem}.results.jsonl` },
    { fileId: stored.errorFileId, name: `${stem}.errors.jsonl` },
  ]);
  const created = await Job.create(db, {
    ...rest,
    workspaceId,
    type: "experiment",
    kind: "batch",
    request: { ...stored },
    priority: priorityNumber(request.priority),
    maxAttempts: MAX_ATTEMPTS,
    ...(request.webhook === undefined ? {} : { webhookUrl: request.webhook.url }),
  });
  if (created.created)
    await File.assignOutputs(db, created.job.id, [stored.outputFileId, stored.errorFileId]);
  return created;
}
