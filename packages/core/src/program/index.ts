/**
 * Programs: what jobs make and callers run. Private unless said otherwise. A workspace sees its own and everybody's
 * public ones; it changes only its own.
 */
import {
  AppError,
  type JobId,
  type Method,
  type ProgramChange,
  type ProgramId,
  type ProgramKind,
  type ProgramSummary,
  type Program as ProgramView,
  type Report,
  type Score,
  type WorkspaceId,
} from "@weightsmith/contract";
import {
  and,
  arrayContains,
  desc,
  eq,
  type InferSelectModel,
  ilike,
  isNull,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { artifactTable } from "../artifact/artifact.sql.ts";
import * as Artifact from "../artifact/index.ts";
import { after, pageOf } from "../database/cursor.ts";
import type { Database, Queryable } from "../database/index.ts";
import * as Lineage from "../lineage/index.ts";
import { programTable } from "./program.sql.ts";

export type Program = InferSelectModel<typeof programTable> & { readonly artifactBytes: number };

/** What a job that made a program says about it; `Job.succeed` writes the row. */
export interface Draft {
  readonly id: ProgramId;
  readonly kind: ProgramKind;
  readonly spec: string;
  readonly seed: number;
  /** An artifact that was put before. */
  readonly artifactSha256: string;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly public?: boolean;
  /** The method that made it; not `auto`. */
  readonly method?: Method;
  readonly interpreter?: { readonly id: string; readonly sha256: string };
  readonly report?: Report;
  /** The programs it was forked from. */
  readonly parents?: readonly ProgramId[];
  /** The owner's alias that should move to it. */
  readonly alias?: string;
}

/** Names a program's claim on its artifact. */
const user = (workspaceId: WorkspaceId, programId: ProgramId): string =>
  `program:${workspaceId}/${programId}`;

/**
 * Within the transaction that finishes its job. If the workspace has the program already it stays as it is, names and
 * all; a removed one comes back.
 */
export async function save(
  tx: Queryable,
  workspaceId: WorkspaceId,
  jobId: JobId | null,
  draft: Draft,
): Promise<void> {
  const { interpreter, report } = draft;
  const [saved] = await tx`
    insert into program as p (
      workspace_id, id, kind, name, tags, public, published_at, spec, method, interpreter_id, interpreter_sha256, seed,
      artifact_sha256, report, held_out_exact_match, job_id
    ) values (
      ${workspaceId}, ${draft.id}, ${draft.kind}, ${draft.name ?? null}, ${[...(draft.tags ?? [])]}::text[],
      ${draft.public ?? false}, ${draft.public ? new Date() : null}::timestamptz, ${draft.spec}, ${draft.method ?? null}, ${interpreter?.id ?? null},
      ${interpreter?.sha256 ?? null}, ${draft.seed}, ${draft.artifactSha256},
      ${report ? JSON.stringify(report) : null}::text::json, ${report?.heldOut.exactMatch ?? null}, ${jobId}
    )
    on conflict (workspace_id, id) do update
      set name = excluded.name, tags = excluded.tags, public = excluded.public,
        published_at = excluded.published_at,
        artifact_sha256 = excluded.artifact_sha256, report = excluded.report, method = excluded.method,
        held_out_exact_match = excluded.held_out_exact_match, job_id = excluded.job_id,
        created_at = now(), updated_at = now(), removed_at = null
      where p.removed_at is not null
    returning artifact_sha256`;
  if (saved) await Artifact.replaceUse(tx, user(workspaceId, draft.id), draft.artifactSha256);
  await Lineage.record(tx, { workspaceId, programId: draft.id }, draft.parents ?? []);
}

/** One's own program, or a public one. @throws AppError program.not_found */
export async function get(
  db: Database,
  { workspaceId, programId }: { readonly workspaceId?: WorkspaceId; readonly programId: ProgramId },
): Promise<Program> {
  const own = workspaceId ? eq(programTable.workspaceId, workspaceId) : undefined;
  const [row] = await db.orm
    .select({ program: programTable, artifactBytes: artifactTable.sizeBytes })
    .from(programTable)
    .innerJoin(artifactTable, eq(artifactTable.sha256, programTable.artifactSha256))
    .where(and(eq(programTable.id, programId), isNull(programTable.removedAt), or(own, programTable.public)))
    .orderBy(...(own ? [desc(own)] : []), programTable.createdAt)
    .limit(1);
  if (!row) throw new AppError("program.not_found");
  return { ...row.program, artifactBytes: row.artifactBytes };
}

export interface ListQuery {
  readonly workspaceId: WorkspaceId;
  /** Everybody's public programs; otherwise the workspace's own. */
  readonly public?: boolean;
  readonly kind?: ProgramKind;
  readonly tag?: string;
  /** Words to find in name, spec and tags, each anywhere, in any case. */
  readonly query?: string;
  /** Default 20. */
  readonly limit?: number;
  readonly cursor?: string;
}

/** Newest first. @throws AppError request.invalid_parameter for a cursor that is none */
export async function list(
  db: Database,
  query: ListQuery,
): Promise<{ items: Program[]; nextCursor: string | null }> {
  const { workspaceId, kind, tag, limit = 20, cursor } = query;
  const words = (query.query ?? "").split(/\s+/).filter(Boolean);
  const rows = await db.orm
    .select({ program: programTable, artifactBytes: artifactTable.sizeBytes })
    .from(programTable)
    .innerJoin(artifactTable, eq(artifactTable.sha256, programTable.artifactSha256))
    .where(
      and(
        isNull(programTable.removedAt),
        query.public ? programTable.public : eq(programTable.workspaceId, workspaceId),
        kind && eq(programTable.kind, kind),
        tag === undefined ? undefined : arrayContains(programTable.tags, [tag]),
        ...words.map(contains),
        cursor === undefined ? undefined : after(programTable.createdAt, programTable.id, cursor),
      ),
    )
    .orderBy(desc(programTable.createdAt), desc(programTable.id))
    .limit(limit + 1);
  const programs = rows.map(({ program, artifactBytes }) => ({ ...program, artifactBytes }));
  return pageOf(programs, limit);
}

function contains(word: string): SQL | undefined {
  const pattern = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
  return or(
    ilike(programTable.name, pattern),
    ilike(programTable.spec, pattern),
    sql`array_to_string(${programTable.tags}, ' ') ilike ${pattern}`,
  );
}

/** Changes what does not determine the program. @throws AppError program.not_found */
export async function patch(
  db: Database,
  { workspaceId, programId, ...change }: Owned & ProgramChange,
): Promise<Program> {
  const changed = await db.orm
    .update(programTable)
    .set({
      ...change,
      updatedAt: sql`now()`,
      ...(change.public === true
        ? { publishedAt: sql`coalesce(${programTable.publishedAt}, now())` }
        : change.public === false
          ? { publishedAt: null }
          : {}),
    })
    .where(owned({ workspaceId, programId }))
    .returning({ id: programTable.id });
  if (changed.length === 0) throw new AppError("program.not_found");
  return get(db, { workspaceId, programId });
}

export interface Owned {
  readonly workspaceId: WorkspaceId;
  readonly programId: ProgramId;
}

const owned = ({ workspaceId, programId }: Owned): SQL | undefined =>
  and(
    eq(programTable.workspaceId, workspaceId),
    eq(programTable.id, programId),
    isNull(programTable.removedAt),
  );

/** Hides it from everyone. `restore` brings it back until the sweeper purges it. @throws AppError program.not_found */
export async function remove(db: Database, program: Owned): Promise<void> {
  const removed = await db.orm
    .update(programTable)
    .set({ removedAt: sql`now()` })
    .where(owned(program))
    .returning({ id: programTable.id });
  if (removed.length === 0) throw new AppError("program.not_found");
}

/** @throws AppError program.not_found if it was purged, or never removed */
export async function restore(db: Database, program: Owned): Promise<Program> {
  const restored = await db.sql`
    update program set removed_at = null
    where workspace_id = ${program.workspaceId} and id = ${program.programId} and removed_at is not null`;
  if (restored.count === 0) throw new AppError("program.not_found");
  return get(db, program);
}

/**
 * Deletes the row and its claim on the artifact, whether it was removed before or not. The artifact itself goes when
 * nothing else uses it. @throws AppError program.not_found
 */
export async function purge(db: Database, { workspaceId, programId }: Owned): Promise<void> {
  await db.sql.begin(async (tx) => {
    const gone = await tx`delete from program where workspace_id = ${workspaceId} and id = ${programId}`;
    if (gone.count === 0) throw new AppError("program.not_found");
    await Artifact.dropUses(tx, user(workspaceId, programId));
  });
}

/** Purges what was removed so long ago. @returns how many */
export async function sweep(
  db: Database,
  { keepSeconds, limit = 200 }: { readonly keepSeconds: number; readonly limit?: number },
): Promise<number> {
  return db.sql.begin(async (tx) => {
    const gone = await tx`
      delete from program where (workspace_id, id) in (
        select workspace_id, id from program
        where removed_at < now() - make_interval(secs => ${keepSeconds}::float8)
        limit ${limit} for update skip locked
      )
      returning workspace_id, id`;
    for (const { workspace_id, id } of gone) await Artifact.dropUses(tx, user(workspace_id, id));
    return gone.length;
  });
}

/** Notes that somebody fetched its files. */
export async function countDownload(db: Database, { workspaceId, programId }: Owned): Promise<void> {
  await db.sql`
    update program set downloads = downloads + 1 where workspace_id = ${workspaceId} and id = ${programId}`;
}

export async function count(db: Database, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await db.sql`
    select count(*)::int as programs from program where workspace_id = ${workspaceId} and removed_at is null`;
  return row!.programs;
}

/** As the API shows it to a caller of the workspace, or to anyone. */
export function summary(program: Program, viewer: WorkspaceId | undefined): ProgramSummary {
  const own = program.workspaceId === viewer;
  const { report, interpreterId, interpreterSha256 } = program;
  return {
    id: program.id,
    kind: program.kind,
    name: program.name,
    spec: program.spec,
    tags: program.tags,
    method: program.method,
    interpreter:
      interpreterId !== null && interpreterSha256 !== null
        ? { id: interpreterId, sha256: interpreterSha256 }
        : null,
    seed: program.seed,
    public: program.public,
    publishedAt: program.publishedAt?.toISOString() ?? null,
    license: program.license,
    downloads: program.downloads,
    own,
    scores: report && { heldOut: scoreOf(report.heldOut), training: scoreOf(report.training) },
    artifact: { sha256: program.artifactSha256, bytes: program.artifactBytes },
    jobId: own ? program.jobId : null,
    createdAt: program.createdAt.toISOString(),
  };
}

export const view = (program: Program, viewer: WorkspaceId | undefined): ProgramView => ({
  ...summary(program, viewer),
  report: program.report,
});

const scoreOf = ({ exactMatch, n }: Score): Score => ({ exactMatch, n });
