/** GET /v1/usage: what the workspace uses of what it may. */
import { createRoute } from "@hono/zod-openapi";
import { usageSchema } from "@weightsmith/contract";
import { Job, Program } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/usage",
  operationId: "getUsage",
  tags: ["Keys"],
  summary: "What the workspace uses",
  responses: {
    200: jsonAnswer(usageSchema, "Unfinished jobs with their limit, and programs."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key"),
  },
});

export function getUsage(app: App, services: Services): void {
  const { db, limits } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const [unfinished, programs] = await Promise.all([
      Job.countUnfinished(db, workspaceId),
      Program.count(db, workspaceId),
    ]);
    const unfinishedJobs = { used: unfinished, limit: limits.unfinishedJobs };
    return c.json({ workspaceId, unfinishedJobs, programs }, 200);
  });
}
