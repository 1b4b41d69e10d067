import { timingSafeEqual } from "node:crypto";
import type { Database } from "../database/index.ts";
import * as Limit from "../limit/index.ts";
import type { Caller } from "./caller.ts";
import { hashSecret } from "./secret.ts";

/** The part of a rule that does not depend on who asks. */
export type Allowance = Pick<Limit.Rule, "bucket" | "limit" | "periodSeconds">;

/**
 * `authenticate` and `Limit.take` for `key:<id>` in one round trip: what every request with a key begins with.
 * @returns undefined if the secret is unknown or revoked; nothing is used up then
 */
export async function admit(
  db: Database,
  secret: string,
  allowance: Allowance,
): Promise<{ caller: Caller; verdict: Limit.Verdict } | undefined> {
  const hash = hashSecret(secret);
  const { bucket, limit, periodSeconds } = allowance;
  const [row] = await db.sql`
    with used as (
      update api_key set last_used_at = now()
      where id = (
        select id from api_key
        where secret_hash = ${hash} and revoked_at is null
          and (last_used_at is null or last_used_at <= now() - interval '1 minute')
        for update skip locked
      )
    ), caller as (
      select id, workspace_id, name, secret_hash from api_key where secret_hash = ${hash} and revoked_at is null
    ), taken as (
      insert into rate_window as w (subject, bucket, full_at)
      select 'key:' || id, ${bucket}, clock_timestamp() + make_interval(secs => ${periodSeconds / limit}::float8)
      from caller
      on conflict (subject, bucket) do update
        set full_at = greatest(w.full_at, clock_timestamp()) + make_interval(secs => ${periodSeconds / limit}::float8)
        where greatest(w.full_at, clock_timestamp()) + make_interval(secs => ${periodSeconds / limit}::float8)
          <= clock_timestamp() + make_interval(secs => ${periodSeconds}::float8)
      returning extract(epoch from full_at - clock_timestamp())::float8 as full_in
    )
    select id, workspace_id, name, secret_hash, full_in from caller left join taken on true`;
  if (!row || !timingSafeEqual(row.secret_hash as Uint8Array, hash)) return undefined;
  const caller: Caller = { workspaceId: row.workspace_id, keyId: row.id, keyName: row.name };
  const rule = { ...allowance, subject: `key:${caller.keyId}` };
  // Nothing was taken: the allowance is used up.
  const verdict = row.full_in === null ? await Limit.peek(db, rule) : Limit.verdict(rule, true, row.full_in);
  return { caller, verdict };
}
