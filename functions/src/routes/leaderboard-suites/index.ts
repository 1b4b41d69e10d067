/** GET /v1/leaderboard/suites */
import { createRoute } from "@hono/zod-openapi";
import { suiteListSchema } from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/leaderboard/suites",
  operationId: "listSuites",
  tags: ["Leaderboard"],
  summary: "List suites",
  description: "Several tasks as one board: the mean of a submitter's best score on each. Needs no key.",
  responses: { 200: jsonAnswer(suiteListSchema, "The suites."), ...errorAnswers("auth.invalid_key") },
});

export function listSuites(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) =>
    c.json({ items: await Leaderboard.suites(services.db) }, 200),
  );
}
