/** POST /v1/generate: a description, examples or terms become source code, LODA assembly or text. */
import { createRoute } from "@hono/zod-openapi";
import { parseGenerateRequest } from "@weightsmith/contract";
import { readJson } from "../../http/body.ts";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { jsonBody } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";
import { acceptanceAnswers, acceptanceErrors, acceptanceHeaders, acceptJob } from "../accept-job.ts";
import { requireServed } from "../served-kinds.ts";

const route = createRoute({
  method: "post",
  path: "/v1/generate",
  operationId: "generate",
  tags: ["Jobs"],
  summary: "Generate code, LODA or text",
  description: "Queues a search. GET /health lists the kinds that this server makes.",
  request: { headers: acceptanceHeaders, body: jsonBody("GenerateRequest") },
  responses: { ...acceptanceAnswers, ...acceptanceErrors("kind.unavailable", "spec.empty") },
});

export function generate(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "create" }) }, async (c) => {
    const request = parseGenerateRequest(await readJson(c));
    requireServed(request.kind, services.kinds.generate);
    return acceptJob(c, services, { type: "generate", request });
  });
}
