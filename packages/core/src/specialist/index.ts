/**
 * A workspace's mixture: a generalist and specialists, each an artifact of its own, so that adding or deleting one
 * touches no other. Trained parts are rows here; what is being trained or deleted is in the jobs.
 */
import {
  AppError,
  GENERALIST,
  type JobId,
  type SpecialistReport,
  type Specialist as SpecialistView,
  type WorkspaceId,
} from "@weightsmith/contract";
import { eq, type InferSelectModel } from "drizzle-orm";
import * as Artifact from "../artifact/index.ts";
import type { Database } from "../database/index.ts";
import { type Job, jobOf } from "../job/row.ts";
import { specialistTable } from "./specialist.sql.ts";

export * as Corpus from "./corpus.ts";

export type Specialist = InferSelectModel<typeof specialistTable>;

/** The trained parts, the generalist first, then in the order in which they came. */
export async function list(db: Database, workspaceId: WorkspaceId): Promise<Specialist[]> {
  const rows = await db.orm
    .select()
    .from(specialistTable)
    .where(eq(specialistTable.workspaceId, workspaceId))
    .orderBy(specialistTable.createdAt, specialistTable.name);
  return rows.sort((a, b) => Number(b.name === GENERALIST) - Number(a.name === GENERALIST));
}

/** Specialist jobs that are not finished, oldest first. */
export async function unfinished(db: Database, workspaceId: WorkspaceId): Promise<Job[]> {
  const rows = await db.sql`
    select * from job
    where workspace_id = ${workspaceId} and kind = 'specialist' and state in ('queued', 'running')
    order by created_at`;
  return rows.map(jobOf);
}

const user = (workspaceId: WorkspaceId, name: string): string => `specialist:${workspaceId}/${name}`;

/** Writes a trained part over what was there. */
export async function save(
  db: Database,
  part: {
    readonly workspaceId: WorkspaceId;
    readonly name: string;
    readonly artifactSha256: string;
    readonly report: SpecialistReport;
    readonly jobId: JobId;
  },
): Promise<void> {
  const { workspaceId, name, artifactSha256, report, jobId } = part;
  await db.sql.begin(async (tx) => {
    await tx`
      insert into specialist (workspace_id, name, artifact_sha256, report, job_id)
      values (${workspaceId}, ${name}, ${artifactSha256}, ${JSON.stringify(report)}::text::json, ${jobId})
      on conflict (workspace_id, name) do update
        set artifact_sha256 = excluded.artifact_sha256, report = excluded.report, job_id = excluded.job_id,
          updated_at = now()`;
    await Artifact.replaceUse(tx, user(workspaceId, name), artifactSha256);
  });
}

/**
 * Takes a specialist out of the mixture, at once. Of two callers who delete the last two, one is refused.
 * @throws AppError specialist.not_found, specialist.last
 */
export async function remove(db: Database, workspaceId: WorkspaceId, name: string): Promise<void> {
  await db.sql.begin(async (tx) => {
    const rows = await tx<{ name: string }>`
      select name from specialist
      where workspace_id = ${workspaceId} and name <> ${GENERALIST}
      order by name for update`;
    if (!rows.some((row) => row.name === name)) {
      throw new AppError("specialist.not_found", { message: `There is no specialist "${name}".` });
    }
    if (rows.length === 1) {
      throw new AppError("specialist.last", {
        message: `"${name}" is the last specialist; a mixture keeps at least one.`,
      });
    }
    await tx`delete from specialist where workspace_id = ${workspaceId} and name = ${name}`;
    await Artifact.dropUses(tx, user(workspaceId, name));
  });
}

export function view(part: Specialist): SpecialistView {
  return {
    name: part.name,
    state: "ready",
    artifact: { sha256: part.artifactSha256 },
    report: part.report,
    jobId: part.jobId,
    createdAt: part.createdAt.toISOString(),
  };
}
