/** Tasks and their versions. */
import {
  AppError,
  type Example,
  type LeaderboardTask,
  type LeaderboardTaskSummary,
  type ProgramKind,
} from "@weightsmith/contract";
import type { InferSelectModel } from "drizzle-orm";
import type { Storage } from "../artifact/object.ts";
import { type Database, decode } from "../database/index.ts";
import { hideExamples } from "./hidden.ts";
import { taskTable } from "./leaderboard.sql.ts";

export type Task = InferSelectModel<typeof taskTable>;

export interface TaskSummary {
  readonly task: Task;
  readonly entries: number;
  readonly best: { readonly name: string; readonly score: number; readonly baseline: boolean } | null;
}

export interface NewTask {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly kinds: readonly ProgramKind[];
  readonly suites: readonly string[];
  readonly publicExamples: readonly Example[];
  readonly hiddenExamples: readonly Example[];
  /** What one workspace may submit within a day. Default 20. */
  readonly dailySubmissions?: number;
}

/**
 * Publishes a task, or the next version of one: entries of earlier versions stay with those. The hidden examples go to the
 * object store before the row names them.
 */
export async function publishTask(db: Database, storage: Storage, draft: NewTask): Promise<Task> {
  const stored = await hideExamples(storage, draft.id, draft.hiddenExamples);
  const row = await db.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext(${`leaderboard_task:${draft.id}`}))`;
    await tx`update leaderboard_task set current = false where id = ${draft.id} and current`;
    const [made] = await tx`
      insert into leaderboard_task (
        id, version, title, description, kinds, suites, public_examples, hidden_key, hidden_sha256, hidden_count,
        daily_submissions
      )
      select ${draft.id}, coalesce(max(version), 0) + 1, ${draft.title}, ${draft.description},
        ${[...draft.kinds]}::text[], ${[...draft.suites]}::text[], ${JSON.stringify(draft.publicExamples)}::text::json,
        ${stored.key}, ${stored.sha256}, ${stored.count}, ${draft.dailySubmissions ?? 20}
      from leaderboard_task where id = ${draft.id}
      returning *`;
    return made!;
  });
  return decode(taskTable, row);
}

/** Every current task, by suite and title, with how many entered and who leads. */
export const tasks = (db: Database): Promise<TaskSummary[]> => summaries(db, null);

/** The current version. @throws AppError task.not_found */
export async function task(db: Database, taskId: string): Promise<TaskSummary> {
  const [found] = await summaries(db, taskId);
  if (!found) throw new AppError("task.not_found");
  return found;
}

/**
 * Counting reads an index alone. The leader is the first row of the ranking's index whose program is still there; the
 * order must be the index's to the letter, or every entry is read and sorted.
 */
async function summaries(db: Database, taskId: string | null): Promise<TaskSummary[]> {
  const rows = await db.sql`
    select t.*, n.entries, best.name as best_name, best.score as best_score, best.baseline as best_baseline
    from leaderboard_task t
    cross join lateral (
      select count(*)::int as entries from leaderboard_entry e
      where e.task_id = t.id and e.task_version = t.version
    ) n
    left join lateral (
      select e.name, e.score, e.baseline from leaderboard_entry e
      where e.task_id = t.id and e.task_version = t.version and not exists (
        select from program p
        where p.workspace_id = e.workspace_id and p.id = e.program_id and p.removed_at is not null
      )
      order by e.score desc nulls last, e.artifact_bytes, e.latency_milliseconds, e.id limit 1
    ) best on true
    where t.current and (${taskId}::text is null or t.id = ${taskId}::text)
    order by t.suites, t.title, t.id`;
  return rows.map(summaryOf);
}

/** Which version is current, without counting its entries. @throws AppError task.not_found */
export async function currentVersion(
  db: Database,
  taskId: string,
): Promise<{ readonly id: string; readonly version: number }> {
  const [row] = await db.sql<{ id: string; version: number }>`
    select id, version from leaderboard_task where id = ${taskId} and current`;
  if (!row) throw new AppError("task.not_found");
  return row;
}

/** One version. @throws AppError task.not_found */
export async function taskAt(db: Database, taskId: string, version: number): Promise<Task> {
  const [row] = await db.sql`select * from leaderboard_task where id = ${taskId} and version = ${version}`;
  if (!row) throw new AppError("task.not_found");
  return decode(taskTable, row);
}

const summaryOf = (row: Readonly<Record<string, unknown>>): TaskSummary => ({
  task: decode(taskTable, row),
  entries: row.entries as number,
  best:
    row.best_name === null
      ? null
      : {
          name: row.best_name as string,
          score: row.best_score as number,
          baseline: row.best_baseline as boolean,
        },
});

export const taskSummaryView = ({ task, entries, best }: TaskSummary): LeaderboardTaskSummary => ({
  id: task.id,
  version: task.version,
  title: task.title,
  description: task.description,
  kinds: task.kinds,
  suites: task.suites,
  hiddenExamples: task.hiddenCount,
  entries,
  best,
  createdAt: task.createdAt.toISOString(),
});

/** As the API shows it: with the public examples, and without a word about where the hidden ones are. */
export const taskView = (summary: TaskSummary, submissionsLeft: number | null): LeaderboardTask => ({
  ...taskSummaryView(summary),
  publicExamples: summary.task.publicExamples,
  dailySubmissions: summary.task.dailySubmissions,
  submissionsLeft,
});
