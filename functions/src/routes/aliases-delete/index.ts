/** DELETE /v1/aliases/{name}: the name and its versions; the programs stay. */
import { createRoute } from "@hono/zod-openapi";
import { parseAliasName } from "@weightsmith/contract";
import { Alias } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { aliasPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/aliases/{name}",
  operationId: "deleteAlias",
  tags: ["Aliases"],
  summary: "Delete an alias",
  request: { params: aliasPath },
  responses: {
    204: { description: "The alias is gone; its programs are not." },
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "alias.not_found", "alias.invalid_name"),
  },
});

export function deleteAlias(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    await Alias.remove(services.db, { workspaceId, name: parseAliasName(c.req.valid("param").name) });
    return c.body(null, 204);
  });
}
