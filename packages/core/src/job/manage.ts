/** What happens to a job from outside its worker: the owner cancels, a lease runs out, a message is given up. */
import { AppError, isFinalState, type JobId, type WorkspaceId } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";
import type { Job } from "./row.ts";
import { act, withLocked } from "./settle.ts";

/**
 * A queued job is canceled at once; a running one is asked to stop (`cancelRequestedAt`) and makes no program from here
 * on. Repeating it changes nothing.
 * @throws AppError job.not_found; job.already_finished if it has succeeded or failed
 */
export function cancel(
  db: Database,
  { workspaceId, jobId }: { readonly workspaceId: WorkspaceId; readonly jobId: JobId },
): Promise<Job> {
  return withLocked(db, jobId, async (tx, job) => {
    if (!job || job.workspaceId !== workspaceId) throw new AppError("job.not_found");
    if (job.state === "canceled") return job;
    if (isFinalState(job.state)) throw new AppError("job.already_finished");
    const asked = (await act(tx, job, { type: "cancel" }))?.job ?? job;
    // Its worker is gone and cannot obey.
    if (asked.state === "running" && !job.leased) return (await act(tx, asked, { type: "expire" }))!.job;
    return asked;
  });
}

/**
 * A message ended in the dead-letter queue: it was delivered too often without a claim. Counts as one failed attempt of
 * a queued job. A job that somebody is working on, or that has ended, is left alone.
 */
export function deadLetter(
  db: Database,
  jobId: JobId,
): Promise<"unknown" | "ignored" | "requeued" | "failed" | "canceled"> {
  return withLocked(db, jobId, async (tx, job) => {
    if (!job) return "unknown";
    if (isFinalState(job.state) || job.leased) return "ignored";
    const action = job.state === "running" ? "expire" : "dead_letter";
    const acted = await act(tx, job, { type: action });
    const state = acted!.job.state;
    return state === "queued" ? "requeued" : (state as "failed" | "canceled");
  });
}

/**
 * Puts jobs whose worker went silent back into the queue, or ends them.
 * @returns how many
 */
export async function expireLeases(db: Database, { limit = 200 } = {}): Promise<number> {
  const silent = await db.sql<{ id: JobId }>`
    select id from job where state = 'running' and lease_expires_at < clock_timestamp() limit ${limit}`;
  let expired = 0;
  for (const { id } of silent) {
    await withLocked(db, id, async (tx, job) => {
      if (job?.state !== "running" || job.leased) return;
      await act(tx, job, { type: "expire" });
      expired++;
    });
  }
  return expired;
}
