/** GET /v1/hub/tags */
import { createRoute } from "@hono/zod-openapi";
import { hubTagsSchema } from "@weightsmith/contract";
import { Hub } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/hub/tags",
  operationId: "listHubTags",
  tags: ["Hub"],
  summary: "List tags",
  description: "The tags that the newest published programs use most. Needs no key.",
  responses: { 200: jsonAnswer(hubTagsSchema, "The tags."), ...errorAnswers("auth.invalid_key") },
});

export function listHubTags(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) =>
    c.json({ items: await Hub.tags(services.db) }, 200),
  );
}
