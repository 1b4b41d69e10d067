/** DELETE /v1/keys/{id}: refused from the next request on. Repeating it changes nothing. */
import { createRoute } from "@hono/zod-openapi";
import { keySchema } from "@weightsmith/contract";
import { Account } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import { keyIdOf, keyPath } from "../../http/parameters.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/keys/{id}",
  operationId: "revokeKey",
  tags: ["Keys"],
  summary: "Revoke an API key",
  description: "The key is refused from the next request on. A key may revoke itself.",
  request: { params: keyPath },
  responses: {
    200: jsonAnswer(keySchema, "The key, revoked."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", "key.not_found"),
  },
});

export function revokeKey(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const key = await Account.revokeKey(services.db, { workspaceId, keyId: keyIdOf(c) });
    return c.json(Account.keyView(key), 200);
  });
}
