/** GET /v1/webhook-secret: the key by which a receiver verifies that a webhook comes from here. */
import { createRoute } from "@hono/zod-openapi";
import { webhookSecretSchema } from "@weightsmith/contract";
import { Account } from "@weightsmith/core";
import { type App, callerOf } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers, jsonAnswer } from "../../http/openapi.ts";
import type { Services } from "../../services.ts";

const route = createRoute({
  method: "get",
  path: "/v1/webhook-secret",
  operationId: "getWebhookSecret",
  tags: ["Keys"],
  summary: "The secret that signs webhooks",
  description: "One for the workspace, in the form that libraries for Standard Webhooks take.",
  responses: {
    200: jsonAnswer(webhookSecretSchema, "The secret."),
    ...errorAnswers("auth.missing_key", "auth.invalid_key"),
  },
});

export function getWebhookSecret(app: App, services: Services): void {
  app.openapi({ ...route, middleware: guard(services, { access: "key", bucket: "read" }) }, async (c) => {
    return c.json({ secret: await Account.webhookSecret(services.db, callerOf(c).workspaceId) }, 200);
  });
}
