/** The outermost layer of every request: its id, its line in the log, and the headers that every answer carries. */
import { newId } from "@weightsmith/contract";
import type { MiddlewareHandler } from "hono";
import type { Log } from "../services.ts";
import type { AppEnv } from "./environment.ts";

const REQUEST_ID = /^[\w.:-]{1,100}$/;

const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const ALLOWED_HEADERS =
  "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, Traceparent, X-API-Key, X-Request-Id";
const EXPOSED_HEADERS =
  "Location, Retry-After, Idempotent-Replayed, Preference-Applied, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id";

/** Answers are JSON or streams, never pages: nothing in them may be executed, framed or sniffed. */
const API_HEADERS: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["referrer-policy", "no-referrer"],
  ["strict-transport-security", "max-age=63072000; includeSubDomains"],
  ["cross-origin-resource-policy", "cross-origin"],
  // Keys travel in a header and never in a cookie, so any page may call with a key that it was given.
  ["access-control-allow-origin", "*"],
  ["access-control-expose-headers", EXPOSED_HEADERS],
  ["cache-control", "no-store"],
];

export function edge(log: Log): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const began = performance.now();
    const given = c.req.header("x-request-id");
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : newId("request");
    c.set("requestId", requestId);
    if (c.req.method === "OPTIONS") {
      c.res = new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": ALLOWED_METHODS,
          "access-control-allow-headers": ALLOWED_HEADERS,
          "access-control-max-age": "86400",
        },
      });
    } else {
      await next();
    }
    const { headers } = c.res;
    headers.set("x-request-id", requestId);
    for (const [name, value] of API_HEADERS) if (!headers.has(name)) headers.set(name, value);
    log("info", "request", {
      requestId,
      traceId: c.get("traceparent")?.slice(3, 35),
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      milliseconds: Math.round((performance.now() - began) * 10) / 10,
      workspaceId: c.get("caller")?.workspaceId,
      keyId: c.get("caller")?.keyId,
    });
  };
}
