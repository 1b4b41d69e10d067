/** GET /v1/hub */
import { createRoute } from "@hono/zod-openapi";
import { hubPageSchema, hubQuerySchema } from "@weightsmith/contract";
import { Hub } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/hub",
  operationId: "searchHub",
  tags: ["Hub"],
  summary: "Search published programs",
  description: "By words, kind, tag and score. Needs no key.",
  request: { query: hubQuerySchema },
  responses: {
    200: jsonAnswer(hubPageSchema, "One page of programs."),
    ...errorAnswers("auth.invalid_key", "request.invalid_parameter"),
  },
});

export function searchHub(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { q, ...rest } = c.req.valid("query");
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const page = await Hub.search(services.db, { ...given, ...(q === undefined ? {} : { words: q }) });
    const viewer = c.get("caller")?.workspaceId;
    return c.json(
      { items: page.items.map((found) => Hub.view(found, viewer)), nextCursor: page.nextCursor },
      200,
    );
  });
}
