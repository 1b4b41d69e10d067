/** POST /v1/programs/{id}/reports */
import { createRoute } from "@hono/zod-openapi";
import { parseHubReport } from "@weightsmith/contract";
import { Hub } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonBody } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "post",
  path: "/v1/programs/{id}/reports",
  operationId: "reportProgram",
  tags: ["Hub"],
  summary: "Report a program",
  description:
    "Tells those who run the service about a published program. A second report replaces your first.",
  request: { params: programPath, body: jsonBody("HubReport") },
  responses: {
    204: { description: "The report is noted." },
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "program.not_found", ...BODY_ERRORS),
  },
});

export function reportProgram(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const report = parseHubReport(await readJson(c));
    await Hub.report(services.db, { workspaceId, programId: programIdOf(c), ...report });
    return c.body(null, 204);
  });
}
