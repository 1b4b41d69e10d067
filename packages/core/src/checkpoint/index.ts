/**
 * Where an attempt got to, so that the next one goes on from there. Objects under `checkpoints/<jobId>/`; the job's row
 * names the newest one that is whole. Removed some time after the job has ended.
 */
import { AppError, type JobId } from "@weightsmith/contract";
import { deleteObjects, getObject, listObjects, putObject, type Storage } from "../artifact/object.ts";
import type { Database } from "../database/index.ts";
import * as Job from "../job/index.ts";

const prefixOf = (jobId: JobId): string => `checkpoints/${jobId}/`;

/**
 * Stores a checkpoint and makes it the one to go on from; adds a `checkpoint` event. The number in the key is reserved
 * first and the pointer moves last, both only with the lease, so that a worker thought dead can neither overwrite a
 * checkpoint nor be continued from.
 * @throws AppError job.lease_lost, service.unavailable
 */
export async function save(
  db: Database,
  storage: Storage,
  lease: Job.Lease,
  checkpoint: { readonly bytes: Uint8Array; readonly step: number },
): Promise<void> {
  const [reserved] = await db.sql`
    update job set checkpoints = checkpoints + 1
    where id = ${lease.jobId} and lease_token = ${lease.token}::uuid
    returning checkpoints, checkpoint_key`;
  if (!reserved) throw new AppError("job.lease_lost");
  const key = `${prefixOf(lease.jobId)}${String(reserved.checkpoints).padStart(6, "0")}`;
  await putObject(storage, { key, bytes: checkpoint.bytes, mediaType: "application/octet-stream" });
  const pointed = await db.sql`
    update job set checkpoint_key = ${key} where id = ${lease.jobId} and lease_token = ${lease.token}::uuid`;
  if (pointed.count === 0) throw new AppError("job.lease_lost");
  await Job.report(db, lease, { type: "checkpoint", step: checkpoint.step });
  const previous: string | null = reserved.checkpoint_key;
  if (previous !== null) {
    // What is not deleted now goes when the job is cleaned up.
    await deleteObjects(storage, [previous]).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "service.unavailable")) throw error;
    });
  }
}

/** The bytes of the newest checkpoint; undefined if there is none. @throws AppError service.unavailable */
export async function load(storage: Storage, job: Job.Job): Promise<Uint8Array | undefined> {
  return job.checkpointKey === null ? undefined : getObject(storage, job.checkpointKey);
}

/**
 * Removes the checkpoints of jobs that ended so long ago that no worker, however late, still writes one.
 * @returns how many jobs were cleaned up
 */
export async function sweep(
  db: Database,
  storage: Storage,
  { graceSeconds, limit = 200 }: { readonly graceSeconds: number; readonly limit?: number },
): Promise<number> {
  // Most jobs never wrote one.
  await db.sql`
    update job set cleaned_at = now() where id in (
      select id from job
      where finished_at < now() - make_interval(secs => ${graceSeconds}::float8) and cleaned_at is null
        and checkpoints = 0
      order by finished_at limit 10000 for update skip locked
    )`;
  const ended = await db.sql<{ id: JobId }>`
    select id from job
    where finished_at < now() - make_interval(secs => ${graceSeconds}::float8) and cleaned_at is null
      and checkpoints > 0
      -- It lists the results that a batch had when it was canceled or failed.
      and (kind <> 'batch' or state = 'succeeded' or finished_at < now() - interval '30 days')
    order by finished_at limit ${limit}`;
  for (const { id } of ended) {
    for await (const page of listObjects(storage, prefixOf(id))) {
      await deleteObjects(
        storage,
        page.map(({ key }) => key),
      );
    }
    await db.sql`update job set cleaned_at = now(), checkpoint_key = null where id = ${id}`;
  }
  return ended.length;
}
