/**
 * POST /v1/leaderboard/tasks/{id}/submissions: a job in which a worker runs the program on the task's hidden examples. The
 * body names a program and nothing else: no caller can say what it scores.
 */
import { createRoute } from "@hono/zod-openapi";
import { jobSchema, parseSubmissionRequest } from "@weightsmith/contract";
import { Job, Leaderboard } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { taskIdOf, taskPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "post",
  path: "/v1/leaderboard/tasks/{id}/submissions",
  operationId: "submitToLeaderboard",
  tags: ["Leaderboard"],
  summary: "Submit a program",
  description:
    "Queues the measurement of one of your programs. Its entry appears when the job has succeeded; the same program again replaces its entry.",
  request: { params: taskPath, body: jsonBody("SubmissionRequest") },
  responses: {
    202: jsonAnswer(jobSchema, "The job that measures it."),
    ...errorAnswers(
      "auth.missing_key",
      "auth.invalid_key",
      "task.not_found",
      "program.not_found",
      "submission.wrong_kind",
      "submission.too_many",
      "quota.exceeded",
      ...BODY_ERRORS,
    ),
  },
});

export function submitToLeaderboard(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "create" }) }, async (c) => {
    const { db, dispatcher, freezes, limits } = services;
    const { workspaceId } = callerOf(c);
    const { programId } = parseSubmissionRequest(await readJson(c));
    const job = await Leaderboard.submit(
      db,
      { workspaceId, taskId: taskIdOf(c), programId },
      { requestId: c.get("requestId"), maxUnfinished: limits.unfinishedJobs },
    );
    const sent = dispatcher.send(job);
    if (freezes) await sent;
    c.header("location", `/v1/jobs/${job.id}`);
    return c.json(Job.view(job), 202);
  });
}
