/**
 * Sessions of the page. A session is a random token in an http-only cookie; the database keeps its SHA-256. The token that
 * proves a request is the page's own is computed from it, so that knowing one row of the table gives neither.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyId, WorkspaceId } from "@weightsmith/contract";
import * as Account from "../account/index.ts";
import type { Database } from "../database/index.ts";

export const SESSION_SECONDS = 30 * 24 * 3600;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface Session {
  readonly workspaceId: WorkspaceId;
  readonly name: string;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();
const csrfOf = (token: string): string => createHmac("sha256", token).update("csrf").digest("base64url");

/** @returns the cookie's value, which is shown this once */
export async function open(
  db: Database,
  who: { readonly workspaceId: WorkspaceId; readonly keyId?: KeyId | null; readonly name: string },
): Promise<{ readonly token: string; readonly session: Session }> {
  const token = randomBytes(32).toString("base64url");
  const [row] = await db.sql`
    insert into web_session (token_hash, workspace_id, key_id, name, expires_at)
    values (${hashOf(token)}, ${who.workspaceId}, ${who.keyId ?? null}, ${who.name},
      now() + make_interval(secs => ${SESSION_SECONDS}::float8))
    returning expires_at`;
  const session = {
    workspaceId: who.workspaceId,
    name: who.name,
    csrfToken: csrfOf(token),
    expiresAt: row!.expires_at,
  };
  return { token, session };
}

/** undefined if it is unknown, over, or the key it was opened with is revoked. */
export async function find(
  db: Database,
  token: string,
): Promise<(Session & { readonly keyId: KeyId | null; readonly keyName: string }) | undefined> {
  if (!TOKEN.test(token)) return undefined;
  const [row] = await db.sql`
    select s.workspace_id, s.name, s.expires_at, s.key_id, k.name as key_name
    from web_session s left join api_key k on k.id = s.key_id
    where s.token_hash = ${hashOf(token)} and s.expires_at > now() and k.revoked_at is null`;
  if (!row) return undefined;
  return {
    workspaceId: row.workspace_id,
    name: row.name,
    csrfToken: csrfOf(token),
    expiresAt: row.expires_at,
    keyId: row.key_id,
    keyName: row.key_name ?? row.name,
  };
}

/** In constant time. */
export function isOwnToken(session: { readonly csrfToken: string }, given: string | undefined): boolean {
  const wanted = Buffer.from(session.csrfToken);
  const actual = Buffer.from(given ?? "");
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}

/** Signs out. Repeating it changes nothing. */
export async function close(db: Database, token: string): Promise<void> {
  await db.sql`delete from web_session where token_hash = ${hashOf(token)}`;
}

/** @returns how many were over */
export async function sweep(db: Database): Promise<number> {
  const gone = await db.sql`delete from web_session where expires_at < now()`;
  return gone.count;
}

/**
 * The workspace of an account at a sign-in service, made when it first signs in. Safe when two sign-ins come at once.
 * @param subject the account's lasting id there
 */
export async function workspaceOf(
  db: Database,
  { provider, subject, name }: { readonly provider: string; readonly subject: string; readonly name: string },
): Promise<WorkspaceId> {
  return db.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext(${`identity:${provider}:${subject}`}))`;
    const [known] = await tx`
      select workspace_id from identity where provider = ${provider} and subject = ${subject}`;
    if (known) return known.workspace_id as WorkspaceId;
    const workspace = await Account.ensureWorkspace(db, { name });
    await tx`
      insert into identity (provider, subject, workspace_id) values (${provider}, ${subject}, ${workspace.id})`;
    return workspace.id;
  });
}
