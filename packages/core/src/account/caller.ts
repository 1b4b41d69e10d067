import type { KeyId, WorkspaceId } from "@weightsmith/contract";

/** Who a request acts for. */
export interface Caller {
  readonly workspaceId: WorkspaceId;
  readonly keyId: KeyId;
  readonly keyName: string;
}
