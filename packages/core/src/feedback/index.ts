/** Votes and cases on programs. Whether the program may be seen at all is the caller's question to `Program.get`. */
import {
  AppError,
  type CaseId,
  type CaseRequest,
  type Case as CaseView,
  newId,
  type ProgramId,
  type Votes,
  type WorkspaceId,
} from "@weightsmith/contract";
import { and, desc, eq, type InferSelectModel } from "drizzle-orm";
import { after, pageOf } from "../database/cursor.ts";
import type { Database } from "../database/index.ts";
import { caseTable } from "./feedback.sql.ts";

export type Case = InferSelectModel<typeof caseTable>;

export interface Ballot {
  readonly programId: ProgramId;
  readonly workspaceId: WorkspaceId;
}

/** One vote a workspace; 0 takes it back. Repeating it changes nothing. */
export async function vote(
  db: Database,
  { programId, workspaceId }: Ballot,
  value: 1 | -1 | 0,
): Promise<void> {
  if (value === 0) {
    await db.sql`delete from program_vote where program_id = ${programId} and workspace_id = ${workspaceId}`;
    return;
  }
  await db.sql`
    insert into program_vote (program_id, workspace_id, value) values (${programId}, ${workspaceId}, ${value})
    on conflict (program_id, workspace_id) do update set value = excluded.value, created_at = now()`;
}

export async function votes(
  db: Database,
  programId: ProgramId,
  viewer: WorkspaceId | undefined,
): Promise<Votes> {
  const [row] = await db.sql<{ up: number; down: number; own: 1 | -1 | 0 }>`
    select count(*) filter (where value = 1)::int as up, count(*) filter (where value = -1)::int as down,
      coalesce(max(value) filter (where workspace_id = ${viewer ?? null}::text), 0)::int as own
    from program_vote where program_id = ${programId}`;
  return { up: row!.up, down: row!.down, own: row!.own };
}

export async function addCase(db: Database, ballot: Ballot, request: CaseRequest): Promise<Case> {
  const { kind, input, output, note } = request;
  const row = { id: newId("case"), ...ballot, kind, input, output, note: note ?? null };
  const [added] = await db.orm.insert(caseTable).values(row).returning();
  return added!;
}

/** Newest first. */
export async function cases(
  db: Database,
  { programId, limit = 20, cursor }: { programId: ProgramId; limit?: number; cursor?: string | undefined },
): Promise<{ items: Case[]; nextCursor: string | null }> {
  const rows = await db.orm
    .select()
    .from(caseTable)
    .where(
      and(
        eq(caseTable.programId, programId),
        cursor === undefined ? undefined : after(caseTable.createdAt, caseTable.id, cursor),
      ),
    )
    .orderBy(desc(caseTable.createdAt), desc(caseTable.id))
    .limit(limit + 1);
  return pageOf(rows, limit);
}

/** One's own only. @throws AppError case.not_found */
export async function removeCase(
  db: Database,
  { workspaceId, caseId }: { readonly workspaceId: WorkspaceId; readonly caseId: CaseId },
): Promise<void> {
  const gone = await db.sql`delete from program_case where id = ${caseId} and workspace_id = ${workspaceId}`;
  if (gone.count === 0) throw new AppError("case.not_found");
}

export const caseView = (row: Case, viewer: WorkspaceId | undefined): CaseView => ({
  id: row.id,
  programId: row.programId,
  kind: row.kind,
  input: row.input,
  output: row.output,
  note: row.note,
  own: row.workspaceId === viewer,
  createdAt: row.createdAt.toISOString(),
});
