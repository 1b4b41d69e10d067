/** GET /v1/aliases */
import { createRoute } from "@hono/zod-openapi";
import { aliasListQuerySchema, aliasPageSchema } from "@weightsmith/contract";
import { Alias } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/aliases",
  operationId: "listAliases",
  tags: ["Aliases"],
  summary: "List aliases",
  description: "The workspace's own, the newest first.",
  request: { query: aliasListQuerySchema },
  responses: {
    200: jsonAnswer(aliasPageSchema, "One page of aliases."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "request.invalid_parameter"),
  },
});

export function listAliases(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const { limit, cursor } = c.req.valid("query");
    const page = await Alias.list(services.db, {
      workspaceId,
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const items = page.items.map((alias) => Alias.summary(alias, workspaceId));
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });
}
