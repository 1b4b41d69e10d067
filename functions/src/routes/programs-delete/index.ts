/** DELETE /v1/programs/{id} */
import { createRoute } from "@hono/zod-openapi";
import { Program } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { programIdOf, programPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/programs/{id}",
  operationId: "deleteProgram",
  tags: ["Programs"],
  summary: "Delete a program",
  description: "It is gone for everybody at once. Compiling the same request again makes it anew.",
  request: { params: programPath },
  responses: {
    204: { description: "The program is deleted." },
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "program.not_found"),
  },
});

export function deleteProgram(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    await Program.remove(services.db, { workspaceId, programId: programIdOf(c) });
    return c.body(null, 204);
  });
}
