/**
 * Whose turn it is. A message says that some job of its type wants work; which one is begun is decided here, when a
 * worker is free: the lanes (workspaces) that have waiting jobs take turns, so that one with ten thousand jobs delays one
 * with a single job by a single job. Within a lane the highest priority goes first, and then the job that the message
 * names, or an old one: the order in which the queue delivers.
 *
 * There is a message for each waiting job, so whichever of them comes, none is left without: a job that was begun by
 * another's message leaves its own for that other.
 */
import type { JobId, JobType } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";

/** Workers that look at the same instant seldom choose the same one of so many. */
const CANDIDATES = 8;

/**
 * Moves the turn on to the next lane with a job that may begin. Changes nothing else: the job is to be claimed, and
 * another worker may be faster.
 * @param named the job of the message
 * @returns undefined if no job of this type may begin now
 */
export async function next(
  db: Database,
  { type, named }: { readonly type: JobType; readonly named: JobId },
): Promise<JobId | undefined> {
  const [row] = await db.sql<{ id: JobId }>`
    with first as (
      select lane from job
      where state = 'queued' and type = ${type} and available_at <= clock_timestamp()
      order by lane limit 1
    ), turn as (
      insert into lane_turn as t (type, lane) select ${type}, lane from first
      on conflict (type) do update set lane = coalesce((
        select after.lane from job after
        where after.state = 'queued' and after.type = t.type and after.lane > t.lane
          and after.available_at <= clock_timestamp()
        order by after.lane limit 1
      ), excluded.lane)
      returning lane
    ), waiting as (
      select id, priority from job
      where state = 'queued' and type = ${type} and lane = (select lane from turn)
        and available_at <= clock_timestamp()
      order by priority desc, created_at limit ${CANDIDATES}
    ), own as (
      select id, priority from job
      where id = ${named} and state = 'queued' and type = ${type} and lane = (select lane from turn)
        and available_at <= clock_timestamp()
    )
    select id from (select *, 0 as late from own union all select *, 1 + random() from waiting) choice
    order by priority desc, late limit 1`;
  return row?.id;
}
