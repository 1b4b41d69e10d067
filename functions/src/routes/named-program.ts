/** A program as callers name it: by its id, or by an alias with or without a version. */
import { AppError, isProgramId, readAliasReference } from "@weightsmith/contract";
import { Alias, Program } from "@weightsmith/core";
import type { AppContext } from "../http/environment.ts";
import type { Services } from "../services.ts";
import { visibleTo } from "./visible-program.ts";

/** @throws AppError program.not_found, alias.not_found */
export async function namedProgram(c: AppContext, { db }: Services, name: string): Promise<Program.Program> {
  if (isProgramId(name)) return Program.get(db, visibleTo(c, name));
  const reference = readAliasReference(name);
  if (reference === undefined) {
    throw new AppError("program.not_found", {
      message: `There is no program ${JSON.stringify(name.slice(0, 120))}: it is neither an id nor an alias.`,
    });
  }
  const { programId, alias } = await Alias.resolve(db, reference, c.get("caller")?.workspaceId);
  // The alias's owner may have a public program that others have as a private one of their own.
  return Program.get(db, { programId, workspaceId: alias.workspaceId });
}
