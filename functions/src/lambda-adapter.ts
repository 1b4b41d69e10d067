/**
 * The app as Hono's Lambda adapter wants it, and whose request it is. Directly the gateway knows the caller's address.
 * Behind the CDN it knows the CDN's; then a header tells the caller's, which is believed of a request that also has the
 * secret which only the CDN adds. X-Forwarded-For is not believed.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Hono } from "hono";
import type { App } from "./http/environment.ts";

/** The part of Hono's Lambda bindings that is used. */
interface LambdaEnv {
  readonly requestContext?: { readonly http?: { readonly sourceIp?: string } };
}

export interface LambdaOptions {
  /** What the CDN puts into `x-origin-secret`. Default: there is no CDN. */
  readonly originSecret?: string | undefined;
}

/** @param app gives the app, made on the first request */
export function forLambda(app: () => App, { originSecret }: LambdaOptions = {}): Hono {
  const fetch = (request: Request, env: LambdaEnv) => {
    const direct = env.requestContext?.http?.sourceIp ?? "unknown";
    const { headers } = request;
    const viewer = headers.get("x-viewer-address");
    const address = viewer && isSecret(headers.get("x-origin-secret"), originSecret) ? viewer : direct;
    return app().fetch(request, { address });
  };
  return { fetch } as unknown as Hono;
}

/** In a time that tells nothing about the secret. */
function isSecret(given: string | null, secret: string | undefined): boolean {
  if (given === null || secret === undefined || secret === "") return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
