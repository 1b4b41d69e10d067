/**
 * Adapters made elsewhere on their way to becoming programs:
 *
 *   created → uploaded → validated → registered
 *                     ↘ rejected → (uploaded again)
 *
 * Core keeps the state and the files; whether an adapter fits its interpreter is for whoever knows interpreters to say.
 */
import { AppError, type ImportId, newId, type WorkspaceId } from "@weightsmith/contract";
import type { InferSelectModel } from "drizzle-orm";
import * as Artifact from "../artifact/index.ts";
import type { JsonObject } from "../database/columns.ts";
import { type Database, decode, type Queryable } from "../database/index.ts";
import * as Program from "../program/index.ts";
import { programImportTable } from "./program-import.sql.ts";

export type ProgramImport = InferSelectModel<typeof programImportTable>;

export interface OwnImport {
  readonly workspaceId: WorkspaceId;
  readonly importId: ImportId;
}

export async function create(
  db: Database,
  { workspaceId, request }: { readonly workspaceId: WorkspaceId; readonly request: JsonObject },
): Promise<ProgramImport> {
  const row = { id: newId("import"), workspaceId, state: "created" as const, request };
  const [created] = await db.orm.insert(programImportTable).values(row).returning();
  return created!;
}

/** @throws AppError import.not_found */
export const get = (db: Database, own: OwnImport): Promise<ProgramImport> => read(db.sql, own, false);

/** Keeps the adapter; an earlier one is forgotten. @throws AppError import.not_found, import.wrong_state once registered */
export async function upload(
  db: Database,
  storage: Artifact.Storage,
  own: OwnImport,
  bytes: Uint8Array,
): Promise<ProgramImport> {
  requireState(await get(db, own), ["created", "uploaded", "validated", "rejected"]);
  const { sha256 } = await Artifact.put(db, storage, bytes, { mediaType: "application/octet-stream" });
  return change(db, own, ["created", "uploaded", "validated", "rejected"], async (tx) => {
    await Artifact.replaceUse(tx, user(own), sha256);
    return { state: "uploaded", weightsSha256: sha256, artifactSha256: null, draft: null, problem: null };
  });
}

/** What validation found: a program, whose archive was put before, or why there is none. */
export function settle(
  db: Database,
  own: OwnImport,
  found: { readonly artifactSha256: string; readonly draft: JsonObject } | { readonly problem: string },
): Promise<ProgramImport> {
  return change(db, own, ["created", "uploaded", "validated", "rejected"], async (tx, { weightsSha256 }) => {
    if ("problem" in found) {
      return { state: "rejected", artifactSha256: null, draft: null, problem: found.problem };
    }
    await Artifact.dropUses(tx, user(own));
    if (weightsSha256 !== null) await Artifact.addUse(tx, user(own), weightsSha256);
    await Artifact.addUse(tx, user(own), found.artifactSha256);
    return { state: "validated", artifactSha256: found.artifactSha256, draft: found.draft, problem: null };
  });
}

/**
 * Writes the program. Repeating it changes nothing.
 * @param draftOf the program's row, from what validation found
 * @throws AppError import.not_found, import.wrong_state unless it was validated
 */
export async function register(
  db: Database,
  own: OwnImport,
  draftOf: (row: ProgramImport) => Program.Draft,
): Promise<ProgramImport> {
  return change(db, own, ["validated", "registered"], async (tx, row) => {
    if (row.state === "registered") return {};
    const draft = draftOf(row);
    await Program.save(tx, own.workspaceId, null, draft);
    await Artifact.dropUses(tx, user(own));
    return { state: "registered", programId: draft.id, weightsSha256: null, artifactSha256: null };
  });
}

async function change(
  db: Database,
  own: OwnImport,
  from: readonly ProgramImport["state"][],
  work: (tx: Queryable, row: ProgramImport) => Promise<Partial<ProgramImport>>,
): Promise<ProgramImport> {
  return db.sql.begin(async (tx) => {
    const row = await read(tx, own, true);
    requireState(row, from);
    const next = { ...row, ...(await work(tx, row)) };
    const [changed] = await tx`
      update program_import set state = ${next.state}, weights_sha256 = ${next.weightsSha256},
        artifact_sha256 = ${next.artifactSha256},
        draft = ${next.draft === null ? null : JSON.stringify(next.draft)}::text::json,
        problem = ${next.problem}, program_id = ${next.programId}, updated_at = now()
      where id = ${own.importId} returning *`;
    return decode(programImportTable, changed!);
  });
}

async function read(
  tx: Queryable,
  { workspaceId, importId }: OwnImport,
  lock: boolean,
): Promise<ProgramImport> {
  const rows = lock
    ? await tx`select * from program_import where id = ${importId} and workspace_id = ${workspaceId} for update`
    : await tx`select * from program_import where id = ${importId} and workspace_id = ${workspaceId}`;
  if (!rows[0]) throw new AppError("import.not_found");
  return decode(programImportTable, rows[0]);
}

function requireState({ state }: ProgramImport, allowed: readonly ProgramImport["state"][]): void {
  if (allowed.includes(state)) return;
  throw new AppError("import.wrong_state", {
    message: `The import is ${state}; this needs one that is ${allowed.join(" or ")}.`,
    context: { state, allowed },
  });
}

const user = ({ importId }: OwnImport): string => `import:${importId}`;
