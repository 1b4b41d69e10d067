import type { KeyId, WorkspaceId } from "@weightsmith/contract";

/** Who a request acts for. */
export interface Caller {
  readonly workspaceId: WorkspaceId;
  /** null: a session that no key opened. */
  readonly keyId: KeyId | null;
  readonly keyName: string;
}
