/** GET /v1/programs/{id}: one's own program, or a public one. */
import { createRoute } from "@hono/zod-openapi";
import { programSchema } from "@weightsmith/contract";
import { Program } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}",
  operationId: "getProgram",
  tags: ["Programs"],
  summary: "Look at a program",
  description:
    "With its report: scores, what training cost, and the answers to the held-out examples. Public programs need no key.",
  request: { params: programPath },
  responses: {
    200: jsonAnswer(programSchema, "The program."),
    ...errorAnswers("auth.invalid_key", "program.not_found"),
  },
});

export function getProgram(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const program = await Program.get(services.db, visibleTo(c, programIdOf(c)));
    return c.json(Program.view(program, c.get("caller")?.workspaceId), 200);
  });
}
