/** GET /v1/leaderboard/tasks/{id}/entries */
import { createRoute } from "@hono/zod-openapi";
import { entryListQuerySchema, leaderboardEntryPageSchema } from "@weightsmith/contract";
import { Leaderboard } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { taskIdOf, taskPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/leaderboard/tasks/{id}/entries",
  operationId: "listLeaderboardEntries",
  tags: ["Leaderboard"],
  summary: "List a task's entries",
  description: "Best first: by score, ties by size, then by latency. Needs no key.",
  request: { params: taskPath, query: entryListQuerySchema },
  responses: {
    200: jsonAnswer(leaderboardEntryPageSchema, "One page of entries."),
    ...errorAnswers("auth.invalid_key", "task.not_found", "request.invalid_parameter"),
  },
});

export function listLeaderboardEntries(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const { id: taskId, version } = await Leaderboard.currentVersion(services.db, taskIdOf(c));
    const page = await Leaderboard.entries(services.db, {
      taskId,
      version,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const viewer = c.get("caller")?.workspaceId;
    const items = page.items.map((ranked) => Leaderboard.entryView(ranked, viewer));
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });
}
