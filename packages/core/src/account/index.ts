/** Workspaces (the tenants) and the API keys by which callers act for them. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { AppError, type Key, type KeyId, newId, type WorkspaceId } from "@weightsmith/contract";
import { desc, eq, type InferSelectModel } from "drizzle-orm";
import { type Database, decode } from "../database/index.ts";
import { apiKeyTable, workspaceTable } from "./account.sql.ts";
import type { Caller } from "./caller.ts";
import { hashSecret, newSecret } from "./secret.ts";

export { type Allowance, admit } from "./admit.ts";
export type { Caller } from "./caller.ts";
export type Workspace = InferSelectModel<typeof workspaceTable>;
export type ApiKey = Omit<InferSelectModel<typeof apiKeyTable>, "secretHash">;

/** A new workspace. With a slug that exists already: that workspace, unchanged. */
export async function ensureWorkspace(
  db: Database,
  workspace: { readonly name: string; readonly slug?: string },
): Promise<Workspace> {
  const row = {
    id: newId("workspace"),
    slug: workspace.slug ?? null,
    name: workspace.name,
    webhookSecret: `whsec_${randomBytes(32).toString("base64")}`,
  };
  const [created] = await db.orm.insert(workspaceTable).values(row).onConflictDoNothing().returning();
  if (created) return created;
  const [existing] = await db.orm.select().from(workspaceTable).where(eq(workspaceTable.slug, row.slug!));
  return existing!;
}

/** @throws AppError internal.error if there is no such workspace: ids come from callers that were authenticated */
export async function workspace(db: Database, workspaceId: WorkspaceId): Promise<Workspace> {
  const [row] = await db.orm.select().from(workspaceTable).where(eq(workspaceTable.id, workspaceId));
  if (!row) throw new AppError("internal.error", { message: "The workspace does not exist." });
  return row;
}

/** The secret is returned this once and cannot be read again. */
export async function issueKey(
  db: Database,
  key: { readonly workspaceId: WorkspaceId; readonly name: string },
): Promise<{ key: ApiKey; secret: string }> {
  const secret = newSecret();
  const [row] = await db.orm
    .insert(apiKeyTable)
    .values({
      id: newId("key"),
      workspaceId: key.workspaceId,
      name: key.name,
      secretHash: hashSecret(secret),
      secretEnd: secret.slice(-4),
    })
    .returning();
  const { secretHash: _, ...shown } = row!;
  return { key: shown, secret };
}

/**
 * Whom a secret stands for; undefined if it is unknown or revoked. One round trip. Notes the time of use, at most once a
 * minute and without ever waiting for another request that does.
 *
 * The database finds the row by SHA-256, so its timing says nothing about the secret; the comparison here is in
 * constant time besides.
 */
export async function authenticate(db: Database, secret: string): Promise<Caller | undefined> {
  const hash = hashSecret(secret);
  const [row] = await db.sql`
    with used as (
      update api_key set last_used_at = now()
      where id = (
        select id from api_key
        where secret_hash = ${hash} and revoked_at is null
          and (last_used_at is null or last_used_at <= now() - interval '1 minute')
        for update skip locked
      )
    )
    select id, workspace_id, name, secret_hash from api_key where secret_hash = ${hash} and revoked_at is null`;
  if (!row || !timingSafeEqual(row.secret_hash as Uint8Array, hash)) return undefined;
  return { workspaceId: row.workspace_id, keyId: row.id, keyName: row.name };
}

/** Revoked ones too, newest first. */
export async function listKeys(db: Database, workspaceId: WorkspaceId): Promise<ApiKey[]> {
  const rows = await db.orm
    .select()
    .from(apiKeyTable)
    .where(eq(apiKeyTable.workspaceId, workspaceId))
    .orderBy(desc(apiKeyTable.createdAt), desc(apiKeyTable.id));
  return rows.map(({ secretHash: _, ...key }) => key);
}

/**
 * The key is refused from the next request on. Repeating it changes nothing.
 * @throws AppError key.not_found
 */
export async function revokeKey(
  db: Database,
  { workspaceId, keyId }: { readonly workspaceId: WorkspaceId; readonly keyId: KeyId },
): Promise<ApiKey> {
  const [row] = await db.sql`
    update api_key set revoked_at = coalesce(revoked_at, now())
    where id = ${keyId} and workspace_id = ${workspaceId}
    returning *`;
  if (!row) throw new AppError("key.not_found");
  const { secretHash: _, ...key } = decode(apiKeyTable, row);
  return key;
}

/** The key by which receivers verify the workspace's webhooks. */
export async function webhookSecret(db: Database, workspaceId: WorkspaceId): Promise<string> {
  const [row] = await db.orm
    .select({ secret: workspaceTable.webhookSecret })
    .from(workspaceTable)
    .where(eq(workspaceTable.id, workspaceId));
  if (!row) throw new AppError("internal.error", { message: "The workspace does not exist." });
  return row.secret;
}

/** As the API shows it. */
export function keyView(key: ApiKey): Key {
  return {
    id: key.id,
    workspaceId: key.workspaceId,
    name: key.name,
    hint: `…${key.secretEnd}`,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
