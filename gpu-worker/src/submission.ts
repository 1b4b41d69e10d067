/**
 * What a leaderboard job needs, gathered by the worker: the hidden examples, the program's archive and the examples it learnt
 * from. It goes to the process that computes and nowhere else.
 */
import {
  AppError,
  type Example,
  exampleSchema,
  type ProgramKind,
  parseExampleLines,
  storedSubmissionSchema,
} from "@weightsmith/contract";
import { Artifact, type Database, type Job, Leaderboard } from "@weightsmith/core";
import { z } from "zod";

export interface SubmissionMaterials {
  readonly task: { readonly id: string; readonly version: number; readonly suites: readonly string[] };
  readonly publicExamples: readonly Example[];
  readonly hiddenExamples: readonly Example[];
  readonly program: {
    readonly id: string;
    readonly kind: ProgramKind;
    readonly name: string;
    readonly archive: Uint8Array;
  };
  readonly trainedOn: readonly Example[];
}

/** @throws AppError request.invalid, task.not_found, program.not_found, artifact.*, service.unavailable */
export async function loadSubmission(
  { db, storage }: { readonly db: Database.Database; readonly storage: Artifact.Storage },
  job: Job.Job,
): Promise<SubmissionMaterials> {
  const stored = storedSubmissionSchema.safeParse(job.request);
  if (!stored.success) throw new AppError("request.invalid", { cause: stored.error });
  const { taskId, taskVersion, programId } = stored.data;
  const task = await Leaderboard.taskAt(db, taskId, taskVersion);
  const { program, trainedOn } = await Leaderboard.submissionOf(db, {
    workspaceId: job.workspaceId,
    programId,
  });
  const [{ examples }, archive] = await Promise.all([
    Leaderboard.hidden(storage, task),
    Artifact.get(storage, program.artifactSha256),
  ]);
  return {
    task: { id: task.id, version: task.version, suites: task.suites },
    publicExamples: task.publicExamples,
    hiddenExamples: examples,
    program: { id: program.id, kind: program.kind, name: program.name ?? program.id, archive },
    trainedOn: examplesIn(trainedOn),
  };
}

/** The examples of a stored request, where it has any of this form. */
function examplesIn(value: unknown): readonly Example[] {
  if (typeof value === "string") return parseExampleLines(value);
  const list = z.array(exampleSchema.loose()).safeParse(value);
  return list.success ? list.data : [];
}
