/** POST /v1/keys: another key for the caller's workspace. Not idempotent: the secret is shown this once. */
import { createRoute } from "@hono/zod-openapi";
import { newKeySchema, parseKeyRequest } from "@weightsmith/contract";
import { Account } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "post",
  path: "/v1/keys",
  operationId: "createKey",
  tags: ["Keys"],
  summary: "Make an API key",
  description: "The secret is in the answer and cannot be read again; only its hash is stored.",
  request: { body: jsonBody("KeyRequest", false) },
  responses: {
    201: jsonAnswer(newKeySchema, "The key and its secret."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key", ...BODY_ERRORS),
  },
});

export function createKey(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "write" }) }, async (c) => {
    const { workspaceId } = callerOf(c);
    const { name } = parseKeyRequest(await readJson(c, { optional: true }));
    const { key, secret } = await Account.issueKey(services.db, { workspaceId, name });
    return c.json({ ...Account.keyView(key), secret }, 201);
  });
}
