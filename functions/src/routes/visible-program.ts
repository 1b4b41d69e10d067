import type { ProgramId, WorkspaceId } from "@weightsmith/contract";
import type { AppContext } from "../http/environment.ts";

/** What `Program.get` needs to find the program if the caller, who may have no key, may see it. */
export function visibleTo(
  c: AppContext,
  programId: ProgramId,
): { programId: ProgramId; workspaceId?: WorkspaceId } {
  const workspaceId = c.get("caller")?.workspaceId;
  return workspaceId === undefined ? { programId } : { programId, workspaceId };
}
