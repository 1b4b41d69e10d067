/** The app as Hono's Lambda adapter wants it. The gateway knows the caller's address; X-Forwarded-For is not believed. */
import type { Hono } from "hono";
import type { App } from "./http/environment.ts";

/** The part of Hono's Lambda bindings that is used. */
interface LambdaEnv {
  readonly requestContext?: { readonly http?: { readonly sourceIp?: string } };
}

/** @param app gives the app, made on the first request */
export function forLambda(app: () => App): Hono {
  const fetch = (request: Request, env: LambdaEnv) =>
    app().fetch(request, { address: env.requestContext?.http?.sourceIp ?? "unknown" });
  return { fetch } as unknown as Hono;
}
