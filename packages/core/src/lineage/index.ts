/** Which programs were made from which. Written with the program; read in both directions. */
import type { ProgramId, Relative, WorkspaceId } from "@weightsmith/contract";
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
  const { parents, forks } = await relatives(db, programId, viewer);
  const ids = (relatives: readonly Relative[]) => relatives.map(({ id }) => id);
  return { parents: ids(parents), children: ids(forks) };
}

/** The same with what people know programs by. */
export async function relatives(
  db: Database,
  programId: ProgramId,
  viewer: WorkspaceId | undefined,
): Promise<{ readonly parents: Relative[]; readonly forks: Relative[] }> {
  const rows = await db.sql<{ id: ProgramId; title: string; exact_match: number | null; up: boolean }>`
    select distinct on (p.id, l.up) p.id, coalesce(p.name, left(p.spec, ${TITLE_CHARACTERS}::int)) as title,
      p.held_out_exact_match::float8 as exact_match, l.up
    from (
      select parent_id as id, true as up from program_parent where program_id = ${programId}
      union select program_id, false from program_parent where parent_id = ${programId}
    ) l
    join program p on p.id = l.id and p.removed_at is null
      and (p.public or p.workspace_id = ${viewer ?? null}::text)
    order by p.id, l.up, p.workspace_id = ${viewer ?? null}::text desc nulls last limit 200`;
  const of = (up: boolean) =>
    rows
      .filter((row) => row.up === up)
      .map(({ id, title, exact_match }) => ({ id, title, exactMatch: exact_match }));
  return { parents: of(true), forks: of(false) };
}

const TITLE_CHARACTERS = 80;

/** Forks of a program in other workspaces than this one, private ones too: how many there are is no secret. */
export async function forkedByOthers(
  db: Database,
  { workspaceId, programId }: { readonly workspaceId: WorkspaceId; readonly programId: ProgramId },
): Promise<number> {
  const [row] = await db.sql<{ forks: number }>`
    select count(distinct (l.workspace_id, l.program_id))::int as forks from program_parent l
    join program p on p.workspace_id = l.workspace_id and p.id = l.program_id and p.removed_at is null
    where l.parent_id = ${programId} and l.workspace_id <> ${workspaceId}`;
  return row!.forks;
}
