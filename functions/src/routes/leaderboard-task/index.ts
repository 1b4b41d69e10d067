/** GET /v1/leaderboard/tasks/{id} */
import { createRoute } from "@hono/zod-openapi";
import { leaderboardTaskSchema } from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { taskIdOf, taskPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/leaderboard/tasks/{id}",
  operationId: "getLeaderboardTask",
  tags: ["Leaderboard"],
  summary: "Look at a task",
  description: "With its public examples. Nothing shows the hidden ones. Needs no key.",
  request: { params: taskPath },
  responses: {
    200: jsonAnswer(leaderboardTaskSchema, "The task."),
    ...errorAnswers("auth.invalid_key", "task.not_found"),
  },
});

export function getLeaderboardTask(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { db } = services;
    const found = await Leaderboard.task(db, taskIdOf(c));
    const viewer = c.get("caller")?.workspaceId;
    const submitted = viewer === undefined ? 0 : await Leaderboard.count(db, viewer, found.task.id);
    const left = viewer === undefined ? null : Math.max(0, found.task.dailySubmissions - submitted);
    return c.json(Leaderboard.taskView(found, left), 200);
  });
}
