/** Who submits what, and how often. The limit keeps the hidden examples hidden: a score is a bit of what they are. */
import {
  AppError,
  type JobId,
  type ProgramId,
  type StoredSubmission,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { Database } from "../database/index.ts";
import * as Job from "../job/index.ts";
import * as Program from "../program/index.ts";
import { task as currentTask, type Task } from "./tasks.ts";

export interface Submission {
  readonly workspaceId: WorkspaceId;
  readonly taskId: string;
  readonly programId: ProgramId;
}

/** What the workspace submitted to the task within the last day. */
export async function count(db: Database, workspaceId: WorkspaceId, taskId: string): Promise<number> {
  const [row] = await db.sql`
    select count(*)::int as submissions from leaderboard_submission
    where workspace_id = ${workspaceId} and task_id = ${taskId} and created_at > now() - interval '1 day'`;
  return row!.submissions;
}

/**
 * Starts the job that measures one of the workspace's own programs. The caller hands the job to `Outbox.dispatcher`.
 * Submitting the same program again measures it again and counts again.
 * @throws AppError task.not_found, program.not_found, submission.wrong_kind, submission.too_many, quota.exceeded
 */
export async function submit(
  db: Database,
  { workspaceId, taskId, programId }: Submission,
  options: { readonly requestId?: string; readonly maxUnfinished?: number } = {},
): Promise<Job.Job> {
  const { task } = await currentTask(db, taskId);
  const program = await Program.get(db, { workspaceId, programId });
  if (program.workspaceId !== workspaceId) {
    throw new AppError("program.not_found", {
      message: "The program is not your workspace's: only its owner can submit it.",
    });
  }
  if (!task.kinds.includes(program.kind)) {
    throw new AppError("submission.wrong_kind", {
      message: `The program is of kind ${program.kind}; the task ${task.id} takes ${task.kinds.join(", ")}.`,
      context: { kind: program.kind, kinds: task.kinds },
    });
  }
  if ((await count(db, workspaceId, task.id)) >= task.dailySubmissions) throw tooMany(task);
  const request: StoredSubmission = {
    kind: "leaderboard",
    taskId: task.id,
    taskVersion: task.version,
    programId,
  };
  const { job } = await Job.create(db, {
    workspaceId,
    type: "experiment",
    kind: "leaderboard",
    request: { ...request, name: `${program.name ?? programId} on ${task.title}` },
    ...options,
  });
  // Counted and refused in one statement, so that submissions at the same instant cannot all slip in.
  const taken = await db.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext(${`submission:${workspaceId}:${taskId}`}))`;
    const inserted = await tx`
      insert into leaderboard_submission (job_id, workspace_id, task_id, task_version, program_id)
      select ${job.id}, ${workspaceId}, ${task.id}, ${task.version}, ${programId}
      where (
        select count(*) from leaderboard_submission
        where workspace_id = ${workspaceId} and task_id = ${task.id} and created_at > now() - interval '1 day'
      ) < ${task.dailySubmissions}`;
    return inserted.count > 0;
  });
  if (taken) return job;
  await Job.cancel(db, { workspaceId, jobId: job.id });
  throw tooMany(task);
}

const tooMany = (task: Task): AppError =>
  new AppError("submission.too_many", {
    message: `Your workspace has submitted ${task.dailySubmissions} times to ${task.id} within a day, which is as often as it may.`,
    context: { limit: task.dailySubmissions },
    retryAfterSeconds: 3600,
  });

/** What a scoring job needs to know about the program, for workers. @throws AppError program.not_found, task.not_found */
export async function submissionOf(
  db: Database,
  { workspaceId, programId }: { readonly workspaceId: WorkspaceId; readonly programId: ProgramId },
): Promise<{ readonly program: Program.Program; readonly trainedOn: unknown; readonly jobId: JobId | null }> {
  const program = await Program.get(db, { workspaceId, programId });
  const [row] = await db.sql`
    select request -> 'examples' as examples from job where id = ${program.jobId}::text`;
  return { program, trainedOn: row?.examples ?? null, jobId: program.jobId };
}
