/** GET /v1/programs */
import { createRoute } from "@hono/zod-openapi";
import { programListQuerySchema, programPageSchema } from "@weightsmith/contract";
import { Program } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs",
  operationId: "listPrograms",
  tags: ["Programs"],
  summary: "List programs",
  description: "The workspace's programs, or with `public=true` everybody's public ones, newest first.",
  request: { query: programListQuerySchema },
  responses: {
    200: jsonAnswer(programPageSchema, "One page of programs."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "request.invalid_parameter"),
  },
});

export function listPrograms(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const { limit, cursor, q, kind, tag, public: everybody } = c.req.valid("query");
    const page = await Program.list(services.db, {
      workspaceId,
      limit,
      public: everybody === "true",
      ...(cursor === undefined ? {} : { cursor }),
      ...(q === undefined ? {} : { query: q }),
      ...(kind === undefined ? {} : { kind }),
      ...(tag === undefined ? {} : { tag }),
    });
    const items = page.items.map((program) => Program.summary(program, workspaceId));
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });
}
