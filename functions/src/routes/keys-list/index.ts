/** GET /v1/keys */
import { createRoute } from "@hono/zod-openapi";
import { keyListSchema } from "@weightsmith/contract";
import { Account } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/keys",
  operationId: "listKeys",
  tags: ["Keys"],
  summary: "List API keys",
  description: "The workspace's keys, revoked ones too, newest first; never their secrets.",
  responses: {
    200: jsonAnswer(keyListSchema, "The keys."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key"),
  },
});

export function listKeys(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    const keys = await Account.listKeys(services.db, callerOf(c).workspaceId);
    return c.json({ items: keys.map(Account.keyView) }, 200);
  });
}
