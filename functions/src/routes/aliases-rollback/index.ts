/** POST /v1/aliases/{name}/rollback: makes an older version current again. No version is lost. */
import { createRoute } from "@hono/zod-openapi";
import { aliasSchema, parseAliasName, parseAliasRollback } from "@weightsmith/contract";
import { Alias } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import { aliasPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "post",
  path: "/v1/aliases/{name}/rollback",
  operationId: "rollBackAlias",
  tags: ["Aliases"],
  summary: "Go back to an older version",
  description: "The gate is not asked: going back is how a mistake is undone.",
  request: { params: aliasPath, body: jsonBody("AliasRollback", false) },
  responses: {
    200: jsonAnswer(aliasSchema, "The alias as it is now."),
    ...errorAnswers(
      "auth.missing_key",
      "auth.invalid_key",
      "alias.not_found",
      "alias.invalid_name",
      ...BODY_ERRORS,
    ),
  },
});

export function rollBackAlias(app: App, services: Services): void {
  const { db } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const name = parseAliasName(c.req.valid("param").name);
    const { version } = parseAliasRollback(await readJson(c, { optional: true }));
    await Alias.rollBack(db, { workspaceId, name, version });
    const alias = await Alias.find(db, { user: undefined, name }, workspaceId);
    return c.json(await Alias.view(db, alias, workspaceId), 200);
  });
}
