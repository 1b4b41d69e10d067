/**
 * Idempotency-Key: a caller who did not get the answer sends the request again with the same key, and gets the job of the
 * first time. The row is written with the job, in the same statement (job/create.ts).
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";

/** For how long a key is remembered. */
export const KEEP_SECONDS = 24 * 3600;

/** Equal requests have equal hashes, whatever the order of their members. `route` keeps endpoints apart. */
export const hashRequest = (route: string, body: unknown): string =>
  createHash("sha256")
    .update(`${route}\n${canonicalJson(body ?? null)}`)
    .digest("hex");

export async function sweep(db: Database): Promise<number> {
  const gone = await db.sql`delete from idempotency_key where expires_at < now()`;
  return gone.count;
}
