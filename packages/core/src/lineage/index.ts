/** Which programs were made from which. Written with the program; read in both directions. */
import type { ProgramId, WorkspaceId } from "@weightsmith/contract";
import type { Database, Queryable } from "../database/index.ts";

export async function record(
  tx: Queryable,
  program: { readonly workspaceId: WorkspaceId; readonly programId: ProgramId },
  parents: readonly ProgramId[],
): Promise<void> {
  // A program made again from itself is no fork.
  const others = parents.filter((parent) => parent !== program.programId);
  if (others.length === 0) return;
  await tx`
    insert into program_parent (workspace_id, program_id, parent_id)
    select ${program.workspaceId}, ${program.programId}, parent from unnest(${others}::text[]) as parent
    on conflict do nothing`;
}

export interface Lineage {
  readonly parents: ProgramId[];
  readonly children: ProgramId[];
}

/** Only programs that the viewer may see, each once. */
export async function of(
  db: Database,
  programId: ProgramId,
  viewer: WorkspaceId | undefined,
): Promise<Lineage> {
  const rows = await db.sql<{ id: ProgramId; up: boolean }>`
    select distinct p.id, l.up from (
      select parent_id as id, true as up from program_parent where program_id = ${programId}
      union select program_id, false from program_parent where parent_id = ${programId}
    ) l
    join program p on p.id = l.id and p.removed_at is null
      and (p.public or p.workspace_id = ${viewer ?? null}::text)
    order by p.id limit 200`;
  const of = (up: boolean) => rows.filter((row) => row.up === up).map(({ id }) => id);
  return { parents: of(true), children: of(false) };
}
