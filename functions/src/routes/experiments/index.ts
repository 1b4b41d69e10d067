/** POST /v1/experiments: a model on a task, with or without a playbook. */
import { createRoute } from "@hono/zod-openapi";
import { parseExperimentRequest } from "@weightsmith/contract";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { jsonBody } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";
import { acceptanceAnswers, acceptanceErrors, acceptanceHeaders, acceptJob } from "../accept-job.ts";
import { requireServed } from "../served-kinds.ts";
import { experimentOutcome, experimentOutput } from "./outcome.ts";

const route = createRoute({
  method: "post",
  path: "/v1/experiments",
  operationId: "startExperiment",
  tags: ["Jobs"],
  summary: "Start an experiment",
  description: "Queues an experiment. GET /health lists the kinds that this server runs.",
  request: { headers: acceptanceHeaders, body: jsonBody("ExperimentRequest") },
  responses: { ...acceptanceAnswers, ...acceptanceErrors("kind.unavailable", "job.not_found") },
});

export function experiments(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "create" }) }, async (c) => {
    const { playbookId, ...request } = parseExperimentRequest(await readJson(c));
    requireServed(request.kind, services.kinds.experiment);
    if (playbookId === undefined) return acceptJob(c, services, { type: "experiment", request });
    // The worker gets the lessons themselves: the earlier job may be gone by the time it starts.
    const { playbook } = await experimentOutput(services, callerOf(c).workspaceId, playbookId);
    return acceptJob(c, services, { type: "experiment", request: { ...request, playbook } });
  });
  experimentOutcome(app, services);
}
