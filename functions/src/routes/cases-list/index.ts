/** GET /v1/programs/{id}/cases */
import { createRoute } from "@hono/zod-openapi";
import { caseListQuerySchema, casePageSchema } from "@weightsmith/contract";
import { Feedback, Program } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}/cases",
  operationId: "listCases",
  tags: ["Programs"],
  summary: "List a program's cases",
  request: { params: programPath, query: caseListQuerySchema },
  responses: {
    200: jsonAnswer(casePageSchema, "One page of cases, the newest first."),
    ...errorAnswers("auth.invalid_key", "program.not_found", "request.invalid_parameter"),
  },
});

export function listCases(app: App, services: Services): void {
  const { db } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const { id: programId } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const page = await Feedback.cases(db, { programId, ...c.req.valid("query") });
    const viewer = c.get("caller")?.workspaceId;
    const items = page.items.map((each) => Feedback.caseView(each, viewer));
    return c.json({ items, nextCursor: page.nextCursor }, 200);
  });
}
