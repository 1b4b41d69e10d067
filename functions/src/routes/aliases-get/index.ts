/** GET /v1/aliases/{user}/{name}: the alias, its versions, and with `@vN` in the name the program of that version. */
import { createRoute, z } from "@hono/zod-openapi";
import { aliasSchema, parseAliasReference } from "@weightsmith/contract";
import { Alias } from "@weightsmith/core";
import type { App } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/aliases/{user}/{name}",
  operationId: "getAlias",
  tags: ["Aliases"],
  summary: "Look at an alias",
  description:
    "The alias with all its versions. With `name@v3` the fields `version` and `programId` are those of version 3. Aliases whose program is public need no key.",
  request: {
    params: z.object({
      user: z.string().meta({ description: "The name of the workspace that owns it." }),
      name: z.string().meta({ description: "`name` or `name@v3`." }),
    }),
  },
  responses: {
    200: jsonAnswer(aliasSchema, "The alias."),
    ...errorAnswers("auth.invalid_key", "alias.not_found", "alias.invalid_name"),
  },
});

export function getAlias(app: App, services: Services): void {
  const { db } = services;
  app.openapi({ ...route, middleware: guard(services, { access: "anyone", bucket: "read" }) }, async (c) => {
    const viewer = c.get("caller")?.workspaceId;
    const { user, name } = c.req.valid("param");
    const found = await Alias.resolve(db, parseAliasReference(`${user}/${name}`), viewer);
    const view = await Alias.view(db, found.alias, viewer);
    return c.json({ ...view, version: found.version, programId: found.programId }, 200);
  });
}
