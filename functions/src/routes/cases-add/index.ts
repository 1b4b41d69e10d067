/** POST /v1/programs/{id}/cases: an input with the answer that the caller expects. */
import { createRoute } from "@hono/zod-openapi";
import { caseSchema, parseCaseRequest } from "@weightsmith/contract";
import { Feedback, Program } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "post",
  path: "/v1/programs/{id}/cases",
  operationId: "addCase",
  tags: ["Programs"],
  summary: "Add a case",
  description: "Shown to everyone who may see the program.",
  request: { params: programPath, body: jsonBody("CaseRequest") },
  responses: {
    201: jsonAnswer(caseSchema, "The case."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "program.not_found", ...BODY_ERRORS),
  },
});

export function addCase(app: App, services: Services): void {
  const { db } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const { id: programId } = await Program.get(db, visibleTo(c, programIdOf(c)));
    const added = await Feedback.addCase(db, { programId, workspaceId }, parseCaseRequest(await readJson(c)));
    return c.json(Feedback.caseView(added, workspaceId), 201);
  });
}
