/** Who is asking, and may they ask so often? One round trip to the database for each question. */
import { AppError } from "@weightsmith/contract";
import { Account, Limit } from "@weightsmith/core";
import type { MiddlewareHandler } from "hono";
import type { Bucket, Services } from "../services.ts";
import type { AppContext, AppEnv } from "./environment.ts";

export interface Guard {
  /** `key`: only with an API key. `anyone`: a key makes a difference, none is fine; a wrong one is still refused. */
  readonly access: "key" | "anyone";
  readonly bucket: Bucket;
}

export function guard(services: Services, { access, bucket }: Guard): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const secret = secretOf(c);
    const caller = secret === undefined ? undefined : await Account.authenticate(services.db, secret);
    c.set("caller", caller);
    // Refused requests count against their address, so that keys cannot be guessed at leisure.
    if (caller === undefined) await take(c, services, Limit.addressSubject(addressOf(c)), "address", bucket);
    else await take(c, services, `key:${caller.keyId}`, "key", bucket);
    if (caller === undefined && secret !== undefined) throw new AppError("auth.invalid_key");
    if (caller === undefined && access === "key") throw new AppError("auth.missing_key");
    return next();
  };
}

/** @throws AppError auth.invalid_key for an Authorization header of another scheme */
function secretOf(c: AppContext): string | undefined {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
  }
  return c.req.header("x-api-key");
}

const addressOf = (c: AppContext): string => c.env?.address ?? "unknown";

async function take(
  c: AppContext,
  { db, limits }: Services,
  subject: string,
  who: "key" | "address",
  bucket: Bucket,
): Promise<void> {
  const verdict = await Limit.take(db, { subject, bucket, ...limits[who][bucket] });
  c.header("x-ratelimit-limit", String(verdict.limit));
  c.header("x-ratelimit-remaining", String(verdict.remaining));
  c.header("x-ratelimit-reset", String(Math.ceil(verdict.resetSeconds)));
  if (verdict.allowed) return;
  const seconds = Math.max(1, Math.ceil(verdict.retryAfterSeconds));
  const { limit, periodSeconds } = limits[who][bucket];
  throw new AppError("rate_limit.exceeded", {
    message: `This ${who === "key" ? "API key" : "address"} may send ${limit} such requests in ${periodSeconds} seconds; try again in ${seconds}.`,
    retryAfterSeconds: seconds,
  });
}
