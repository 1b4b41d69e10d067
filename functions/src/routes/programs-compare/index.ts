/** GET /v1/programs/{id}/compare/{to}: what differs between two programs, and in what they score. */
import { createRoute, z } from "@hono/zod-openapi";
import { AppError, compareReports, comparisonSchema, isProgramId } from "@weightsmith/contract";
import { Program } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { programIdOf } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";
import { visibleTo } from "../visible-program.ts";

const id = z.string().meta({ description: "20 hex digits." });
const route = createRoute({
  method: "get",
  path: "/v1/programs/{id}/compare/{to}",
  operationId: "comparePrograms",
  tags: ["Programs"],
  summary: "Compare two programs",
  description:
    "Scores as they were measured, and the answers that differ on held-out examples that both have.",
  request: { params: z.object({ id, to: id }) },
  responses: {
    200: jsonAnswer(comparisonSchema, "What differs."),
    ...errorAnswers("auth.invalid_key", "program.not_found"),
  },
});

export function comparePrograms(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const other = c.req.valid("param").to;
    if (!isProgramId(other)) throw new AppError("program.not_found");
    const [from, to] = await Promise.all([
      Program.get(services.db, visibleTo(c, programIdOf(c))),
      Program.get(services.db, visibleTo(c, other)),
    ]);
    const facts = (program: Program.Program) => ({ ...program, interpreter: program.interpreterId });
    return c.json({ from: from.id, to: to.id, ...compareReports(facts(from), facts(to)) }, 200);
  });
}
