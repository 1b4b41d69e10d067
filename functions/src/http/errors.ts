/** One place where errors become answers: the known as they are, the unknown as an opaque 500 whose cause is logged. */
import { AppError, type ErrorBody, toAppError } from "@weightsmith/contract";
import { Database } from "@weightsmith/core";
import { HTTPException } from "hono/http-exception";
import { PAW_PREFIX, pawErrorBody } from "../routes/paw/errors.ts";
import type { Log } from "../services.ts";
import type { App, AppContext } from "./environment.ts";

export function errorResponse(c: AppContext, error: AppError): Response {
  const requestId = c.get("requestId");
  const body: ErrorBody = {
    error: {
      ...error.toProblem(),
      status: error.status,
      requestId,
      documentation: `/docs/errors/${error.code}`,
    },
  };
  if (error.retryAfterSeconds !== undefined) {
    c.header("retry-after", String(Math.max(1, Math.ceil(error.retryAfterSeconds))));
  } else if (error.status === 503) {
    c.header("retry-after", "2");
  }
  if (error.status === 401) c.header("www-authenticate", 'Bearer realm="weightsmith"');
  if (c.req.path.startsWith(PAW_PREFIX)) return c.json(pawErrorBody(error, requestId), error.status);
  return c.json(body, error.status);
}

export const onError =
  (log: Log) =>
  (thrown: Error, c: AppContext): Response => {
    const error = classify(thrown);
    if (error.status >= 500) {
      log("error", "request failed", {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        code: error.code,
        error: thrown,
      });
    }
    return errorResponse(c, error);
  };

function classify(thrown: Error): AppError {
  if (thrown instanceof AppError) return thrown;
  if (Database.isUnavailable(thrown)) return new AppError("service.unavailable", { cause: thrown });
  // Hono's own: a path that is not valid percent-encoding, for one.
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return new AppError("request.invalid_parameter", { cause: thrown });
  }
  return toAppError(thrown);
}

/** 404, or 405 with the methods that the path does answer to. */
export function notFound(app: App) {
  let known: { method: string; matches: (path: string) => boolean }[] | undefined;
  return (c: AppContext): Response => {
    known ??= app.routes
      .filter(({ method, path }) => method !== "ALL" && !path.endsWith("*"))
      .map(({ method, path }) => ({ method, matches: pathMatcher(path) }));
    const methods = new Set(known.filter(({ matches }) => matches(c.req.path)).map(({ method }) => method));
    if (methods.size === 0) {
      return errorResponse(c, new AppError("route.not_found", { message: `Nothing is at ${c.req.path}.` }));
    }
    if (methods.has("GET")) methods.add("HEAD");
    const allow = [...methods, "OPTIONS"].sort().join(", ");
    c.header("allow", allow);
    const message = `${c.req.path} does not answer to ${c.req.method}; it answers to ${allow}.`;
    return errorResponse(c, new AppError("route.method_not_allowed", { message }));
  };
}

function pathMatcher(path: string): (candidate: string) => boolean {
  const pattern = path
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/");
  const expression = new RegExp(`^${pattern}$`);
  return (candidate) => expression.test(candidate);
}
