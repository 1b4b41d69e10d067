/** Writing what a worker measured. The same program on the same version of a task is one entry: a new run replaces it. */
import {
  type JobId,
  newId,
  type Prediction,
  type ProgramId,
  type ProgramKind,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { Database, Queryable } from "../database/index.ts";
import { wilsonInterval } from "./interval.ts";

export interface Measured {
  readonly correct: number;
  readonly n: number;
  readonly latencyMilliseconds: number;
  /** To the public examples. */
  readonly predictions: readonly Prediction[];
}

export interface EntryDraft extends Measured {
  readonly taskId: string;
  readonly taskVersion: number;
  readonly programId: ProgramId;
  readonly kind: ProgramKind;
  readonly name: string;
  readonly artifactBytes: number;
  readonly nearDuplicates: number;
  readonly unseenScore: number | null;
}

/** Within the transaction that finishes the scoring job. A program that is gone by then gets no entry. */
export async function saveEntry(
  tx: Queryable,
  workspaceId: WorkspaceId,
  jobId: JobId,
  draft: EntryDraft,
): Promise<void> {
  const { low, high } = wilsonInterval(draft.correct, draft.n);
  await tx`
    insert into leaderboard_entry (
      id, task_id, task_version, name, submitter, kind, workspace_id, program_id, correct, n, score, low, high,
      artifact_bytes, latency_milliseconds, near_duplicates, unseen_score, predictions, job_id
    )
    select ${newId("entry")}, ${draft.taskId}, ${draft.taskVersion}, ${draft.name}, coalesce(w.slug, w.name), ${draft.kind},
      p.workspace_id, p.id, ${draft.correct}, ${draft.n}, ${draft.correct / draft.n}, ${low}, ${high},
      ${draft.artifactBytes}, ${draft.latencyMilliseconds}, ${draft.nearDuplicates}, ${draft.unseenScore}::float8,
      ${JSON.stringify(draft.predictions)}::text::json, ${jobId}
    from program p join workspace w on w.id = p.workspace_id
    where p.workspace_id = ${workspaceId} and p.id = ${draft.programId}
    on conflict (task_id, task_version, workspace_id, program_id) do update
      set name = excluded.name, submitter = excluded.submitter, correct = excluded.correct, n = excluded.n,
        score = excluded.score, low = excluded.low, high = excluded.high, artifact_bytes = excluded.artifact_bytes,
        latency_milliseconds = excluded.latency_milliseconds, near_duplicates = excluded.near_duplicates,
        unseen_score = excluded.unseen_score, predictions = excluded.predictions, job_id = excluded.job_id,
        created_at = now()`;
}

export interface BaselineDraft extends Measured {
  readonly taskId: string;
  readonly taskVersion: number;
  readonly name: string;
}

/** A rule without a program, measured like one: what any entry should beat. */
export async function saveBaseline(db: Database, draft: BaselineDraft): Promise<void> {
  const { low, high } = wilsonInterval(draft.correct, draft.n);
  await db.sql`
    insert into leaderboard_entry (
      id, task_id, task_version, name, submitter, baseline, correct, n, score, low, high, artifact_bytes,
      latency_milliseconds, predictions
    ) values (
      ${newId("entry")}, ${draft.taskId}, ${draft.taskVersion}, ${draft.name}, ${draft.name}, true, ${draft.correct},
      ${draft.n}, ${draft.correct / draft.n}, ${low}, ${high}, 0, ${draft.latencyMilliseconds},
      ${JSON.stringify(draft.predictions)}::text::json
    )
    on conflict (task_id, task_version, name) where baseline do update
      set correct = excluded.correct, n = excluded.n, score = excluded.score, low = excluded.low, high = excluded.high,
        latency_milliseconds = excluded.latency_milliseconds, predictions = excluded.predictions, created_at = now()`;
}
