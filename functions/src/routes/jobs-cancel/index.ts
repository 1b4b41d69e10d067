/** DELETE /v1/jobs/{id}: a queued job is canceled now, a running one within seconds. Repeating it changes nothing. */
import { createRoute } from "@hono/zod-openapi";
import { isFinalState, jobSchema } from "@weightsmith/contract";
import { Job } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { jobIdOf, jobPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/jobs/{id}",
  operationId: "cancelJob",
  tags: ["Jobs"],
  summary: "Cancel a job",
  description: "A queued job is canceled at once; a running one is asked to stop and does so within seconds.",
  request: { params: jobPath },
  responses: {
    200: jsonAnswer(jobSchema, "The job is canceled."),
    202: jsonAnswer(jobSchema, "The job is running and has been asked to stop."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "job.not_found", "job.already_finished"),
  },
});

export function cancelJob(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const job = await Job.cancel(services.db, { workspaceId, jobId: jobIdOf(c) });
    return c.json(Job.view(job), isFinalState(job.state) ? 200 : 202);
  });
}
