/** PATCH /v1/programs/{id}: name, tags and visibility, which don't determine the program. */
import { createRoute } from "@hono/zod-openapi";
import { parseProgramChange, programSchema } from "@weightsmith/contract";
import { Program } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/programs/{id}",
  operationId: "updateProgram",
  tags: ["Programs"],
  summary: "Rename, tag or publish a program",
  request: { params: programPath, body: jsonBody("ProgramChange") },
  responses: {
    200: jsonAnswer(programSchema, "The program as it is now."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "program.not_found", ...BODY_ERRORS),
  },
});

export function updateProgram(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const programId = programIdOf(c);
    const change = parseProgramChange(await readJson(c));
    const program = await Program.patch(services.db, { workspaceId, programId, ...change });
    return c.json(Program.view(program, workspaceId), 200);
  });
}
