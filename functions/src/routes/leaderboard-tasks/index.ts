/** GET /v1/leaderboard/tasks */
import { createRoute } from "@hono/zod-openapi";
import { leaderboardTaskListSchema } from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/leaderboard/tasks",
  operationId: "listLeaderboardTasks",
  tags: ["Leaderboard"],
  summary: "List tasks",
  description: "Every task with who leads. Needs no key.",
  responses: {
    200: jsonAnswer(leaderboardTaskListSchema, "The tasks."),
    ...errorAnswers("auth.invalid_key"),
  },
});

export function listLeaderboardTasks(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const tasks = await Leaderboard.tasks(services.db);
    return c.json({ items: tasks.map(Leaderboard.taskSummaryView) }, 200);
  });
}
