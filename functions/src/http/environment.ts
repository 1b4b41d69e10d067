/** What travels with a request through the app. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError } from "@weightsmith/contract";
import type { Account } from "@weightsmith/core";
import type { Context } from "hono";

export interface AppEnv {
  Bindings: {
    /** The caller's address as the entry point knows it. */
    address?: string;
  };
  Variables: {
    requestId: string;
    /** Of the request's span, or the caller's own where nothing is traced. */
    traceparent: string | undefined;
    caller: Account.Caller | undefined;
  };
}

export type App = OpenAPIHono<AppEnv>;
export type AppContext = Context<AppEnv>;

/** @throws AppError auth.missing_key for a request without a key */
export function callerOf(c: AppContext): Account.Caller {
  const caller = c.get("caller");
  if (caller === undefined) throw new AppError("auth.missing_key");
  return caller;
}
