/** Times every request by the route that answered it: by its pattern, never by the path, which holds ids. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../http/environment.ts";
import { type Histogram, histogram } from "./registry.ts";

export interface RequestMetrics {
  readonly middleware: MiddlewareHandler<AppEnv>;
  readonly durations: Histogram;
}

export function requestMetrics(): RequestMetrics {
  const durations = histogram("weightsmith_request_seconds", "Time to answer, by route and status.");
  return {
    durations,
    middleware: async (c, next) => {
      const began = performance.now();
      await next();
      const matched = routePath(c, -1);
      const route = matched === "*" || matched === "/*" ? "none" : matched;
      durations.observe(
        { method: c.req.method, route, status: String(c.res.status) },
        (performance.now() - began) / 1000,
      );
    },
  };
}
