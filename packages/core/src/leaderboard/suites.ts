/** Suites: several tasks as one board. A standing is the mean over the suite's tasks of the submitter's best score on each. */
import type { Suite, SuiteStanding } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";

const SHOWN = 50;

/** Every suite with its leading standings. */
export async function suites(db: Database): Promise<Suite[]> {
  const rows = await db.sql<{ id: string; tasks: string[] }>`
    select suite as id, array_agg(t.id order by t.title) as tasks
    from leaderboard_task t, unnest(t.suites) as suite where t.current group by suite order by suite`;
  return Promise.all(rows.map(async ({ id, tasks }) => ({ id, tasks, standings: await standings(db, id) })));
}

export async function standings(db: Database, suite: string): Promise<SuiteStanding[]> {
  const rows = await db.sql<{ submitter: string; baseline: boolean; score: number; tasks_entered: number }>`
    with of_suite as (
      select id, version from leaderboard_task where current and ${suite} = any (suites)
    ), best as (
      select e.submitter, e.baseline, e.task_id, max(e.score) as score
      from leaderboard_entry e join of_suite t on t.id = e.task_id and t.version = e.task_version
      where not exists (
        select from program p
        where p.workspace_id = e.workspace_id and p.id = e.program_id and p.removed_at is not null
      )
      group by e.submitter, e.baseline, e.task_id
    )
    select submitter, baseline, (sum(score) / (select count(*) from of_suite))::float8 as score,
      count(*)::int as tasks_entered
    from best group by submitter, baseline order by score desc, submitter limit ${SHOWN}`;
  return rows.map(({ submitter, baseline, score, tasks_entered }) => ({
    submitter,
    baseline,
    score: Math.min(1, score),
    tasksEntered: tasks_entered,
  }));
}
