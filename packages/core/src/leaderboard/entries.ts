/** Ranked entries: by score, ties by size, then by latency. */
import {
  AppError,
  type LeaderboardEntry,
  type LeaderboardPredictions,
  type ProgramId,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { InferSelectModel } from "drizzle-orm";
import { type Database, decode } from "../database/index.ts";
import { entryTable } from "./leaderboard.sql.ts";

export type Entry = InferSelectModel<typeof entryTable>;

export interface Ranked {
  readonly entry: Entry;
  readonly rank: number;
}

export interface RankedPage {
  readonly items: Ranked[];
  readonly nextCursor: string | null;
}

interface PageQuery {
  readonly taskId: string;
  readonly version: number;
  /** Default 50. */
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * One page of a task's board. Predictions are long and are left out (`entry` has them). The page is made of the index
 * alone, which holds the ranking: whatever comes before it costs no row, and only the page's own rows are read.
 * @throws AppError request.invalid_parameter for a cursor that is none
 */
export async function entries(
  db: Database,
  { taskId, version, limit = 50, cursor }: PageQuery,
): Promise<RankedPage> {
  const offset = offsetOf(cursor);
  const rows = await db.sql`
    with removed as materialized (
      select coalesce(array_agg(e.id), '{}') as ids from program p
      join leaderboard_entry e on e.workspace_id = p.workspace_id and e.program_id = p.id
      where p.removed_at is not null and e.task_id = ${taskId} and e.task_version = ${version}
    ), page as materialized (
      select id from leaderboard_entry
      where task_id = ${taskId} and task_version = ${version}
        and ((select cardinality(ids) from removed) = 0 or id <> all ((select ids from removed)::text[]))
      order by score desc nulls last, artifact_bytes, latency_milliseconds, id
      limit ${limit + 1} offset ${offset}
    )
    select e.id, e.task_id, e.task_version, e.name, e.submitter, e.kind, e.workspace_id, e.program_id, e.baseline,
      e.correct, e.n, e.score, e.low, e.high, e.artifact_bytes, e.latency_milliseconds, e.near_duplicates,
      e.unseen_score, '[]'::json as predictions, e.job_id, e.created_at
    from page join leaderboard_entry e on e.id = page.id
    order by e.score desc nulls last, e.artifact_bytes, e.latency_milliseconds, e.id`;
  const items = rows.slice(0, limit).map((row, index) => ({
    entry: decode(entryTable, row),
    rank: offset + index + 1,
  }));
  return { items, nextCursor: rows.length > limit ? cursorOf(offset + limit) : null };
}

/** What an entry's program answered to the public examples. @throws AppError entry.not_found */
export async function entry(db: Database, entryId: string): Promise<LeaderboardPredictions> {
  const [row] = await db.sql`
    select e.* from leaderboard_entry e
    left join program p on p.workspace_id = e.workspace_id and p.id = e.program_id
    where e.id = ${entryId} and p.removed_at is null`;
  if (!row) throw new AppError("entry.not_found");
  const { id, taskId, taskVersion, predictions } = decode(entryTable, row);
  return { entryId: id, taskId, taskVersion, predictions };
}

/** As the API shows it. */
export const entryView = ({ entry, rank }: Ranked, viewer: WorkspaceId | undefined): LeaderboardEntry => ({
  id: entry.id,
  rank,
  name: entry.name,
  submitter: entry.submitter,
  kind: entry.kind,
  programId: entry.programId,
  baseline: entry.baseline,
  own: entry.workspaceId !== null && entry.workspaceId === viewer,
  score: entry.score,
  correct: entry.correct,
  n: entry.n,
  low: entry.low,
  high: entry.high,
  artifactBytes: entry.artifactBytes,
  latencyMilliseconds: entry.latencyMilliseconds,
  nearDuplicates: entry.nearDuplicates,
  unseenScore: entry.unseenScore,
  taskVersion: entry.taskVersion,
  createdAt: entry.createdAt.toISOString(),
});

export interface Place {
  readonly taskId: string;
  readonly title: string;
  readonly rank: number;
  readonly of: number;
  readonly score: number;
}

/** Where a workspace's program stands on the current tasks, the best places first. */
export async function places(
  db: Database,
  { workspaceId, programId }: { readonly workspaceId: WorkspaceId; readonly programId: ProgramId },
): Promise<Place[]> {
  const rows = await db.sql<Place>`
    select t.id as "taskId", t.title, e.score::float8 as score, board.rank::int as rank, board.entries::int as of
    from leaderboard_entry e
    join leaderboard_task t on t.id = e.task_id and t.version = e.task_version and t.current
    cross join lateral (
      select count(*) as entries, 1 + count(*) filter (
        where (-o.score, o.artifact_bytes, o.latency_milliseconds, o.id)
          < (-e.score, e.artifact_bytes, e.latency_milliseconds, e.id)
      ) as rank
      from leaderboard_entry o where o.task_id = e.task_id and o.task_version = e.task_version
    ) board
    where e.workspace_id = ${workspaceId} and e.program_id = ${programId}
    order by rank, t.title limit 20`;
  return [...rows];
}

const cursorOf = (offset: number): string => Buffer.from(`rank.${offset}`).toString("base64url");

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const match = /^rank\.(\d{1,7})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  if (match) return Number(match[1]);
  throw new AppError("request.invalid_parameter", {
    message: "The cursor is not one that this service gave.",
    remedy: "Use the `nextCursor` of the page before, unchanged, or leave `cursor` out to start again.",
  });
}
