/** GET /v1/jobs */
import { createRoute } from "@hono/zod-openapi";
import { jobListQuerySchema, jobPageSchema } from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  tags: ["Jobs"],
  summary: "List jobs",
  description: "The workspace's jobs, newest first.",
  request: { query: jobListQuerySchema },
  responses: {
    200: jsonAnswer(jobPageSchema, "One page of jobs."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "request.invalid_parameter"),
  },
});

export function listJobs(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const { limit, cursor, state, type } = c.req.valid("query");
    const page = await Job.list(services.db, {
      workspaceId,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
      ...(state === undefined ? {} : { state }),
      ...(type === undefined ? {} : { type }),
    });
    return c.json({ items: page.items.map(Job.summary), nextCursor: page.nextCursor }, 200);
  });
}
