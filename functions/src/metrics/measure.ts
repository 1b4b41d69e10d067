/** Times every request by the route that answered it: by its pattern, never by the path, which holds ids. */
import type { Metrics } from "@weightsmith/core";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "../http/environment.ts";
import { type Histogram, histogram } from "./registry.ts";

export interface RequestMetrics {
  readonly middleware: MiddlewareHandler<AppEnv>;
  readonly durations: Histogram;
}

/** @param meter also told of every request */
export function requestMetrics(meter?: Metrics.Meter): RequestMetrics {
  const durations = histogram("weightsmith_request_seconds", "Time to answer, by route and status.");
  return {
    durations,
    middleware: async (c, next) => {
      const began = performance.now();
      await next();
      const matched = routePath(c, -1);
      const route = matched === "*" || matched === "/*" ? "none" : matched;
      const milliseconds = performance.now() - began;
      const status = String(c.res.status);
      durations.observe({ method: c.req.method, route, status }, milliseconds / 1000);
      meter?.({
        dimensions: { route: `${c.req.method} ${route}` },
        metrics: {
          RequestMilliseconds: { value: milliseconds, unit: "Milliseconds" },
          RequestErrors: { value: c.res.status >= 500 ? 1 : 0, unit: "Count" },
        },
        properties: { requestId: c.get("requestId"), status },
      });
    },
  };
}
