/** A span for every request, a part of the caller's if it names one. */
import { Trace } from "@weightsmith/core";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Services } from "../services.ts";
import type { AppEnv } from "./environment.ts";

export function traced({ tracer = Trace.noTracer, freezes }: Services): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { method } = c.req;
    const parent = c.req.header("traceparent");
    await tracer.span(method, { kind: "server", parent }, async (span) => {
      c.set("traceparent", span.traceparent);
      await next();
      const { status } = c.res;
      span.set({
        "http.request.method": method,
        "http.route": routePath(c, -1),
        "http.response.status_code": status,
        "weightsmith.request_id": c.get("requestId"),
        "weightsmith.workspace_id": c.get("caller")?.workspaceId,
      });
      if (status >= 500) span.fail(`status ${status}`);
    });
    // The process stands still until the next request.
    if (freezes) await tracer.flush();
  };
}
