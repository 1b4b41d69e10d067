/** Who is asking, and may they ask so often? One round trip to the database answers both. */
import { AppError } from "@weightsmith/contract";
import { Account, Limit, Session } from "@weightsmith/core";
import type { MiddlewareHandler } from "hono";
import type { Allowance, Bucket, Services } from "../services.ts";
import type { AppContext, AppEnv } from "./environment.ts";
import { requireOwnRequest, sessionTokenOf } from "./session-cookie.ts";

export interface Guard {
  /**
   * `key`: only with an API key or a session of the page. `anyone`: they make a difference, none is fine; a wrong key is
   * still refused. `nobody`: who asks is no matter here.
   */
  readonly access: "key" | "anyone" | "nobody";
  readonly bucket: Bucket;
}

export function guard(services: Services, { access, bucket }: Guard): MiddlewareHandler<AppEnv> {
  const { db, limits } = services;
  return async (c, next) => {
    const secret = access === "nobody" ? undefined : secretOf(c);
    const admitted = secret && (await Account.admit(db, secret, { bucket, ...limits.key[bucket] }));
    if (admitted) {
      c.set("caller", admitted.caller);
      enforce(c, admitted.verdict, "API key", limits.key[bucket]);
      return next();
    }
    const session = secret === undefined && access !== "nobody" ? await sessionOf(services, c) : undefined;
    if (session) {
      requireOwnRequest(c, session);
      c.set("caller", session);
      const subject = `session:${session.keyId ?? session.workspaceId}`;
      enforce(
        c,
        await Limit.take(db, { subject, bucket, ...limits.key[bucket] }),
        "session",
        limits.key[bucket],
      );
      return next();
    }
    // Refused requests count against their address, so that keys cannot be guessed at leisure.
    const rule = { subject: Limit.addressSubject(addressOf(c)), bucket, ...limits.address[bucket] };
    enforce(c, await Limit.take(db, rule), "address", limits.address[bucket]);
    if (secret !== undefined) throw new AppError("auth.invalid_key");
    if (access === "key") throw new AppError("auth.missing_key");
    return next();
  };
}

async function sessionOf({ db }: Services, c: AppContext) {
  const token = sessionTokenOf(c);
  return token === undefined ? undefined : Session.find(db, token);
}

/** The empty string for an Authorization header of another scheme: a key that is none. */
function secretOf(c: AppContext): string | undefined {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? "";
  }
  return c.req.header("x-api-key");
}

const addressOf = (c: AppContext): string => c.env?.address ?? "unknown";

/** @throws AppError rate_limit.exceeded */
function enforce(
  c: AppContext,
  verdict: Limit.Verdict,
  who: string,
  { limit, periodSeconds }: Allowance,
): void {
  c.header("x-ratelimit-limit", String(verdict.limit));
  c.header("x-ratelimit-remaining", String(verdict.remaining));
  c.header("x-ratelimit-reset", String(Math.ceil(verdict.resetSeconds)));
  if (verdict.allowed) return;
  const seconds = Math.max(1, Math.ceil(verdict.retryAfterSeconds));
  throw new AppError("rate_limit.exceeded", {
    message: `This ${who} may send ${limit} such requests in ${periodSeconds} seconds; try again in ${seconds}.`,
    retryAfterSeconds: seconds,
  });
}
