/**
 * Whom a request acts for. PAW's clients may come without a key: they share one workspace, in which everything that is
 * made is public.
 */
import { AppError, type WorkspaceId } from "@weightsmith/contract";
import { Account } from "@weightsmith/core";
import type { AppContext } from "../../http/environment.ts";
import type { Services } from "../../services.ts";

const ANONYMOUS = "anonymous";
const known = new WeakMap<Services["db"], Promise<WorkspaceId>>();

export interface PawCaller {
  readonly workspaceId: WorkspaceId;
  readonly anonymous: boolean;
}

export async function pawCaller(c: AppContext, { db }: Services): Promise<PawCaller> {
  const caller = c.get("caller");
  if (caller !== undefined) return { workspaceId: caller.workspaceId, anonymous: false };
  let workspace = known.get(db);
  if (workspace === undefined) {
    workspace = Account.ensureWorkspace(db, { slug: ANONYMOUS, name: "Anonymous" }).then(({ id }) => id);
    known.set(db, workspace);
    workspace.catch(() => known.delete(db));
  }
  return { workspaceId: await workspace, anonymous: true };
}

/** @throws AppError auth.missing_key for a caller without a key */
export function requireKey({ anonymous }: PawCaller, what: string): void {
  if (anonymous) throw new AppError("auth.missing_key", { message: `${what} needs an API key.` });
}
