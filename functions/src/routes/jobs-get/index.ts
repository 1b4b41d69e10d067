/** GET /v1/jobs/{id} */
import { createRoute } from "@hono/zod-openapi";
import { jobSchema } from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { jobIdOf, jobPath, waitSecondsOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  operationId: "getJob",
  tags: ["Jobs"],
  summary: "Look at a job",
  description: "The job as it is now, or, with `Prefer: wait=N`, as soon as it has finished.",
  request: { params: jobPath },
  responses: {
    200: jsonAnswer(jobSchema, "The job."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "job.not_found"),
  },
});

export function getJob(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const jobId = jobIdOf(c);
    const timeoutSeconds = waitSecondsOf(c);
    if (timeoutSeconds > 0) c.header("preference-applied", `wait=${timeoutSeconds}`);
    const { signal } = c.req.raw;
    const job = await services.feed.settled({ workspaceId, jobId, timeoutSeconds, signal });
    return c.json(Job.view(job), 200);
  });
}
