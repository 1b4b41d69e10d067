/** GET /v1/leaderboard/entries/{id}/predictions */
import { createRoute } from "@hono/zod-openapi";
import { leaderboardPredictionsSchema } from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { entryPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/leaderboard/entries/{id}/predictions",
  operationId: "getLeaderboardPredictions",
  tags: ["Leaderboard"],
  summary: "Download an entry's answers",
  description: "What it answered to the task's public examples, as the worker recorded it. Needs no key.",
  request: { params: entryPath },
  responses: {
    200: jsonAnswer(leaderboardPredictionsSchema, "The answers."),
    ...errorAnswers("auth.invalid_key", "entry.not_found"),
  },
});

export function getLeaderboardPredictions(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) =>
    c.json(await Leaderboard.entry(services.db, c.req.param("id")), 200),
  );
}
