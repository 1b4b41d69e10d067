/**
 * Rate limits and quotas by GCRA, the generic cell rate algorithm: a subject may use `limit` at once, and gets its
 * allowance back evenly over `periodSeconds`. All it needs is one time a subject, kept in Postgres, so that every API
 * process enforces the same limit.
 *
 * With T = periodSeconds / limit, `full_at` is when the whole allowance is back; a use of cost c is allowed while
 * max(full_at, now) + c·T ≤ now + periodSeconds, and then moves full_at to that left side.
 */
import type { Database } from "../database/index.ts";

export { addressSubject } from "./address.ts";

export interface Rule {
  /** Who is limited, such as `key:key_…` or what `addressSubject` gives. */
  readonly subject: string;
  /** What is limited, such as `compile`. */
  readonly bucket: string;
  readonly limit: number;
  readonly periodSeconds: number;
  /** Default 1. */
  readonly cost?: number;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly limit: number;
  /** Uses of cost 1 that are left now. */
  readonly remaining: number;
  /** Until the whole allowance is back. */
  readonly resetSeconds: number;
  /** Until this use would be allowed; 0 if it was, Infinity if it costs more than the limit. */
  readonly retryAfterSeconds: number;
}

/** Uses up allowance, or says when to come back and uses up nothing. One atomic statement. */
export async function take(db: Database, rule: Rule): Promise<Verdict> {
  const { subject, bucket, limit, periodSeconds } = rule;
  const cost = rule.cost ?? 1;
  if (cost > limit) return { ...(await peek(db, rule)), allowed: false, retryAfterSeconds: Infinity };
  const spacingSeconds = periodSeconds / limit;
  const costSeconds = cost * spacingSeconds;
  const [taken] = await db.sql`
    insert into rate_window as w (subject, bucket, full_at)
    values (${subject}, ${bucket}, clock_timestamp() + make_interval(secs => ${costSeconds}::float8))
    on conflict (subject, bucket) do update
      set full_at = greatest(w.full_at, clock_timestamp()) + make_interval(secs => ${costSeconds}::float8)
      where greatest(w.full_at, clock_timestamp()) + make_interval(secs => ${costSeconds}::float8)
        <= clock_timestamp() + make_interval(secs => ${periodSeconds}::float8)
    returning extract(epoch from full_at - clock_timestamp())::float8 as full_in`;
  if (taken) return verdict(rule, true, taken.full_in);
  return peek(db, rule);
}

/** What `take` would say, without taking. */
export async function peek(db: Database, rule: Rule): Promise<Verdict> {
  const [row] = await db.sql`
    select extract(epoch from full_at - clock_timestamp())::float8 as full_in
    from rate_window where subject = ${rule.subject} and bucket = ${rule.bucket}`;
  const fullIn = Math.max(row?.full_in ?? 0, 0);
  const allowed = fullIn + ((rule.cost ?? 1) * rule.periodSeconds) / rule.limit <= rule.periodSeconds;
  return verdict(rule, allowed, fullIn);
}

/** @param fullInSeconds until the whole allowance is back */
export function verdict(rule: Rule, allowed: boolean, fullInSeconds: number): Verdict {
  const { limit, periodSeconds, cost = 1 } = rule;
  const spacingSeconds = periodSeconds / limit;
  // A hair more than nothing: dividing two times must not turn a whole use into 0.999… of one.
  const remaining = Math.floor((periodSeconds - fullInSeconds) / spacingSeconds + 1e-6);
  return {
    allowed,
    limit,
    remaining: Math.min(Math.max(remaining, 0), limit),
    resetSeconds: fullInSeconds,
    retryAfterSeconds: allowed ? 0 : Math.max(fullInSeconds + cost * spacingSeconds - periodSeconds, 0),
  };
}

/** Removes rows that no longer limit anybody. */
export async function sweep(db: Database): Promise<number> {
  const gone = await db.sql`delete from rate_window where full_at < now()`;
  return gone.count;
}
