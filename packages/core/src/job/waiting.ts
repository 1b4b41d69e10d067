/** How long a new job will wait, as far as the recent past tells. */
import type { JobId, JobType } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";

export interface Outlook {
  /** Queued jobs of the type; with a job, those that came before it. */
  readonly queued: number;
  /** What a job of the type took, the mean of the last twenty that were run; null if none was. */
  readonly secondsEach: number | null;
}

export async function outlook(db: Database, type: JobType, before?: JobId): Promise<Outlook> {
  const [row] = await db.sql<{ queued: number; seconds: number | null }>`
    select
      (select count(*)::int from job
        where type = ${type} and state = 'queued' and (${before ?? null}::text is null or id < ${before ?? null})) as queued,
      (select avg(extract(epoch from finished_at - started_at))::float8 from (
        select started_at, finished_at from job
        where type = ${type} and state = 'succeeded' and started_at is not null
        order by created_at desc limit 20
      ) recent) as seconds`;
  return { queued: row!.queued, secondsEach: row!.seconds };
}

/** The workspace's unfinished job that will make the program, if there is one. */
export async function makerOf(
  db: Database,
  { workspaceId, programId }: { readonly workspaceId: string; readonly programId: string },
): Promise<JobId | undefined> {
  const [row] = await db.sql<{ id: JobId }>`
    select id from job
    where workspace_id = ${workspaceId} and program_id = ${programId} and state in ('queued', 'running')
    order by created_at limit 1`;
  return row?.id;
}
