/**
 * Aliases: names that point to programs and move. The owner publishes a program under a name, which makes a version and
 * moves the alias if its gate lets it; a rollback makes an older version current again and deletes nothing. Anyone may
 * read an alias whose current program is public.
 */
import {
  type AliasAction,
  type AliasReference,
  type AliasSummary,
  type AliasVersion,
  type Alias as AliasView,
  AppError,
  DEFAULT_GATE,
  type Gate,
  type ProgramId,
  type Report,
  type WorkspaceId,
} from "@weightsmith/contract";
import { and, desc, eq, type InferSelectModel } from "drizzle-orm";
import { workspaceTable } from "../account/account.sql.ts";
import { after, pageOf } from "../database/cursor.ts";
import { type Database, decode, type Queryable } from "../database/index.ts";
import { aliasTable, aliasVersionTable } from "./alias.sql.ts";
import { refusal } from "./gate.ts";

/** With the name of its workspace and the program of its current version. */
export type Alias = InferSelectModel<typeof aliasTable> & {
  readonly user: string;
  readonly programId: ProgramId;
};

export interface Named {
  readonly workspaceId: WorkspaceId;
  readonly name: string;
}

/** By what name others write a workspace: its slug, or its id without the prefix. */
export const userOf = (workspaceId: WorkspaceId, slug: string | null): string => slug ?? workspaceId.slice(3);

export interface Publication extends Named {
  readonly programId: ProgramId;
  readonly gate?: Gate;
  /** Move although the gate refuses. */
  readonly force?: boolean;
  readonly note?: string;
}

export interface Published {
  readonly action: AliasAction;
  readonly version: number;
}

/**
 * Makes the workspace's program the current version of the alias, which is created if need be. The program that is
 * current already makes no new version; only its gate may change.
 * @throws AppError program.not_found, alias.gate_refused
 */
export function publish(db: Database, publication: Publication): Promise<Published> {
  return db.sql.begin((tx) => publishWithin(tx, publication));
}

/** `publish` as part of the transaction that writes the program. */
export async function publishWithin(tx: Queryable, publication: Publication): Promise<Published> {
  const { workspaceId, name, programId, force = false, note } = publication;
  // The first to create it wins; the lock lets the others see what it wrote.
  await tx`
    insert into alias (workspace_id, name, version, last_version, gate)
    values (${workspaceId}, ${name}, 0, 0, ${JSON.stringify(publication.gate ?? DEFAULT_GATE)}::text::json)
    on conflict do nothing`;
  const [alias] = await tx<{ version: number; last_version: number; gate: Gate }>`
    select version, last_version, gate from alias where workspace_id = ${workspaceId} and name = ${name} for update`;
  const gate = publication.gate ?? alias!.gate;
  const [next] = await tx<{ report: Report | null }>`
    select report from program where workspace_id = ${workspaceId} and id = ${programId} and removed_at is null`;
  if (!next) throw new AppError("program.not_found");
  const [current] = await tx<{ program_id: string; report: Report | null }>`
    select v.program_id, p.report from alias_version v
    left join program p on p.workspace_id = v.workspace_id and p.id = v.program_id
    where v.workspace_id = ${workspaceId} and v.name = ${name} and v.version = ${alias!.version}`;
  if (current?.program_id === programId) {
    await tx`
      update alias set gate = ${JSON.stringify(gate)}::text::json where workspace_id = ${workspaceId} and name = ${name}`;
    return { action: "unchanged", version: alias!.version };
  }
  const reason = refusal(gate, next.report, current?.report);
  if (reason !== undefined && !force) {
    throw new AppError("alias.gate_refused", {
      message: `The alias ${name} stays where it is: ${reason}.`,
      context: { alias: name, programId, currentVersion: alias!.version === 0 ? null : alias!.version },
    });
  }
  const version = alias!.last_version + 1;
  await tx`
    insert into alias_version (workspace_id, name, version, program_id, forced, note)
    values (${workspaceId}, ${name}, ${version}, ${programId}, ${reason !== undefined}, ${note ?? null}::text)`;
  await tx`
    update alias set version = ${version}, last_version = ${version}, gate = ${JSON.stringify(gate)}::text::json,
      updated_at = now()
    where workspace_id = ${workspaceId} and name = ${name}`;
  return { action: version === 1 ? "created" : "moved", version };
}

/**
 * Makes an older version current again; without a number, the one before. The gate is not asked.
 * @throws AppError alias.not_found, also if that version's program was deleted
 */
export async function rollBack(
  db: Database,
  { workspaceId, name, version }: Named & { readonly version?: number | undefined },
): Promise<number> {
  return db.sql.begin(async (tx) => {
    const [alias] = await tx<{ version: number }>`
      select version from alias where workspace_id = ${workspaceId} and name = ${name} for update`;
    if (!alias) throw notFound(name);
    const wanted = version ?? alias.version - 1;
    const [target] = await tx`
      select from alias_version v
      join program p on p.workspace_id = v.workspace_id and p.id = v.program_id and p.removed_at is null
      where v.workspace_id = ${workspaceId} and v.name = ${name} and v.version = ${wanted}`;
    if (!target) {
      throw new AppError("alias.not_found", {
        message:
          wanted < 1
            ? `The alias ${name} is at its first version; there is none before it.`
            : `The alias ${name} has no version ${wanted} whose program still exists.`,
      });
    }
    await tx`
      update alias set version = ${wanted}, updated_at = now() where workspace_id = ${workspaceId} and name = ${name}`;
    return wanted;
  });
}

/** The alias and its versions; their programs stay. @throws AppError alias.not_found */
export async function remove(db: Database, { workspaceId, name }: Named): Promise<void> {
  const gone = await db.sql`delete from alias where workspace_id = ${workspaceId} and name = ${name}`;
  if (gone.count === 0) throw notFound(name);
}

/**
 * The alias that a reference names, if the viewer may see its current program: a bare name is the viewer's own.
 * @throws AppError alias.not_found
 */
export async function find(
  db: Database,
  reference: Pick<AliasReference, "user" | "name">,
  viewer: WorkspaceId | undefined,
): Promise<Alias> {
  const { user, name } = reference;
  const [row] = await db.sql`
    select a.*, w.slug, v.program_id
    from alias a
    join workspace w on w.id = a.workspace_id
    join alias_version v on v.workspace_id = a.workspace_id and v.name = a.name and v.version = a.version
    left join program p on p.workspace_id = a.workspace_id and p.id = v.program_id and p.removed_at is null
    where a.name = ${name}
      and case when ${user ?? null}::text is null then a.workspace_id = ${viewer ?? null}::text
        else w.slug = ${user ?? null}::text or a.workspace_id = 'ws_' || ${user ?? null}::text end
      and (a.workspace_id = ${viewer ?? null}::text or p.public)
    order by w.slug = ${user ?? null}::text desc nulls last
    limit 1`;
  if (!row) throw notFound(user === undefined ? name : `${user}/${name}`);
  return withUser(decode(aliasTable, row), row.slug, row.program_id);
}

/**
 * The program that a reference stands for, and which version that is.
 * @throws AppError alias.not_found for an unknown alias or version, or one that the viewer may not see
 */
export async function resolve(
  db: Database,
  reference: AliasReference,
  viewer: WorkspaceId | undefined,
): Promise<{ alias: Alias; programId: ProgramId; version: number }> {
  const alias = await find(db, reference, viewer);
  const version = reference.version ?? alias.version;
  const [row] = await db.sql<{ program_id: ProgramId }>`
    select v.program_id from alias_version v
    join program p on p.workspace_id = v.workspace_id and p.id = v.program_id and p.removed_at is null
    where v.workspace_id = ${alias.workspaceId} and v.name = ${alias.name} and v.version = ${version}
      and (v.workspace_id = ${viewer ?? null}::text or p.public)`;
  if (!row) throw notFound(`${alias.user}/${alias.name}@v${version}`);
  return { alias, programId: row.program_id, version };
}

/** A workspace's own aliases, the newest first. */
export async function list(
  db: Database,
  { workspaceId, limit = 20, cursor }: { workspaceId: WorkspaceId; limit?: number; cursor?: string },
): Promise<{ items: Alias[]; nextCursor: string | null }> {
  const rows = await db.orm
    .select({ alias: aliasTable, slug: workspaceTable.slug, programId: aliasVersionTable.programId })
    .from(aliasTable)
    .innerJoin(workspaceTable, eq(workspaceTable.id, aliasTable.workspaceId))
    .innerJoin(
      aliasVersionTable,
      and(
        eq(aliasVersionTable.workspaceId, aliasTable.workspaceId),
        eq(aliasVersionTable.name, aliasTable.name),
        eq(aliasVersionTable.version, aliasTable.version),
      ),
    )
    .where(
      and(
        eq(aliasTable.workspaceId, workspaceId),
        cursor === undefined ? undefined : after(aliasTable.createdAt, aliasTable.name, cursor),
      ),
    )
    .orderBy(desc(aliasTable.createdAt), desc(aliasTable.name))
    .limit(limit + 1);
  const aliases = rows.map(({ alias, slug, programId }) => ({
    ...withUser(alias, slug, programId),
    id: alias.name,
  }));
  return pageOf(aliases, limit);
}

/** The aliases whose current version is this program, among those the viewer may see. */
export async function of(
  db: Database,
  programId: ProgramId,
  viewer: WorkspaceId | undefined,
): Promise<Alias[]> {
  const rows = await db.sql`
    select a.*, w.slug, v.program_id
    from alias_version v
    join alias a on a.workspace_id = v.workspace_id and a.name = v.name and a.version = v.version
    join workspace w on w.id = a.workspace_id
    join program p on p.workspace_id = a.workspace_id and p.id = v.program_id and p.removed_at is null
    where v.program_id = ${programId} and (a.workspace_id = ${viewer ?? null}::text or p.public)
    order by (a.workspace_id = ${viewer ?? null}::text) desc, a.created_at`;
  return rows.map((row) => withUser(decode(aliasTable, row), row.slug, row.program_id));
}

/**
 * The aliases among whose versions this program is, those first that stand at it: a viewer sees their own, and others'
 * whose current program is public.
 */
export async function containing(
  db: Database,
  programId: ProgramId,
  viewer: WorkspaceId | undefined,
): Promise<Alias[]> {
  const rows = await db.sql`
    select a.*, w.slug, v.program_id
    from alias a
    join workspace w on w.id = a.workspace_id
    join alias_version v on v.workspace_id = a.workspace_id and v.name = a.name and v.version = a.version
    left join program p on p.workspace_id = a.workspace_id and p.id = v.program_id and p.removed_at is null
    where exists (
        select from alias_version own
        where own.workspace_id = a.workspace_id and own.name = a.name and own.program_id = ${programId}
      )
      and (a.workspace_id = ${viewer ?? null}::text or p.public)
    order by v.program_id = ${programId} desc, a.workspace_id = ${viewer ?? null}::text desc nulls last, a.created_at
    limit 20`;
  return rows.map((row) => withUser(decode(aliasTable, row), row.slug, row.program_id));
}

/** Every version, the newest first. */
export async function versions(
  db: Database,
  alias: Alias,
  viewer: WorkspaceId | undefined,
): Promise<AliasVersion[]> {
  const rows = await db.sql`
    select v.*, p.id is not null and (p.public or v.workspace_id = ${viewer ?? null}::text) as available, p.report
    from alias_version v
    left join program p on p.workspace_id = v.workspace_id and p.id = v.program_id and p.removed_at is null
    where v.workspace_id = ${alias.workspaceId} and v.name = ${alias.name}
    order by v.version desc`;
  return rows.map((row) => {
    const { version, programId, forced, note, createdAt } = decode(aliasVersionTable, row);
    const heldOut = row.available ? (row.report as Report | null)?.heldOut : undefined;
    return {
      version,
      programId,
      current: version === alias.version,
      available: row.available as boolean,
      forced,
      note,
      heldOut: heldOut ? { exactMatch: heldOut.exactMatch, n: heldOut.n } : null,
      createdAt: createdAt.toISOString(),
    };
  });
}

export function summary(alias: Alias, viewer: WorkspaceId | undefined): AliasSummary {
  const { user, name, version, programId, gate } = alias;
  return {
    user,
    name,
    reference: `${user}/${name}`,
    own: alias.workspaceId === viewer,
    version,
    programId,
    gate,
    createdAt: alias.createdAt.toISOString(),
    updatedAt: alias.updatedAt.toISOString(),
  };
}

export async function view(db: Database, alias: Alias, viewer: WorkspaceId | undefined): Promise<AliasView> {
  return { ...summary(alias, viewer), versions: await versions(db, alias, viewer) };
}

const withUser = (
  alias: InferSelectModel<typeof aliasTable>,
  slug: string | null,
  programId: ProgramId,
): Alias => ({ ...alias, user: userOf(alias.workspaceId, slug), programId });

const notFound = (reference: string): AppError =>
  new AppError("alias.not_found", { message: `There is no alias ${reference} that you may see.` });
