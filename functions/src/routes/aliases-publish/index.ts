/** PUT /v1/aliases/{name}: makes a program the current version of an alias. Repeating it changes nothing. */
import { createRoute } from "@hono/zod-openapi";
import { aliasPublishedSchema, parseAliasName, parseAliasPublish } from "@weightsmith/contract";
import { Alias } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { aliasPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "put",
  path: "/v1/aliases/{name}",
  operationId: "publishAlias",
  tags: ["Aliases"],
  summary: "Publish a program under a name",
  description:
    "Makes a new version, and the alias moves to it, if its gate lets it: by default a program must score at least what the current one scores, and what its own prompted baseline scores.",
  request: { params: aliasPath, body: jsonBody("AliasPublish") },
  responses: {
    200: jsonAnswer(aliasPublishedSchema, "The alias as it is now, and whether it moved."),
    ...errorAnswers(
      "auth.missing_key",
      "auth.invalid_key",
      "program.not_found",
      "alias.invalid_name",
      "alias.gate_refused",
      ...BODY_ERRORS,
    ),
  },
});

export function publishAlias(app: App, services: Services): void {
  const { db } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const name = parseAliasName(c.req.valid("param").name);
    const { programId, gate, force, note } = parseAliasPublish(await readJson(c));
    const { action } = await Alias.publish(db, {
      workspaceId,
      name,
      programId,
      force,
      ...(gate === undefined ? {} : { gate }),
      ...(note === undefined ? {} : { note }),
    });
    const alias = await Alias.find(db, { user: undefined, name }, workspaceId);
    return c.json({ ...(await Alias.view(db, alias, workspaceId)), action }, 200);
  });
}
