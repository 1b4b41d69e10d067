/** GET, POST and DELETE /v1/session: who is signed in on the page, signing in with an API key, signing out. */
import { createRoute } from "@hono/zod-openapi";
import { AppError, parseSessionRequest, sessionStateSchema } from "@weightsmith/contract";
import { Account, Session } from "@weightsmith/core";
import { readJson } from "../../http/body.ts";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { BODY_ERRORS, errorAnswers, jsonAnswer, jsonBody } from "../../http/openapi.ts";
import {
  clearSessionCookie,
  requireOwnRequest,
  sessionTokenOf,
  writeSessionCookie,
} from "../../http/session-cookie.ts";
import type { Services } from "../../services.ts";

const description = "For the page; programs use API keys.";
const common = { path: "/v1/session", tags: ["Session"], description };

const readRoute = createRoute({
  ...common,
  method: "get",
  operationId: "getSession",
  summary: "Who is signed in",
  responses: { 200: jsonAnswer(sessionStateSchema, "The session, if there is one."), ...errorAnswers() },
});
const openRoute = createRoute({
  ...common,
  method: "post",
  operationId: "signIn",
  summary: "Sign in with an API key",
  request: { body: jsonBody("SessionRequest") },
  responses: {
    200: jsonAnswer(sessionStateSchema, "The session; its cookie is set."),
    ...errorAnswers("auth.invalid_key", ...BODY_ERRORS),
  },
});
const closeRoute = createRoute({
  ...common,
  method: "delete",
  operationId: "signOut",
  summary: "Sign out",
  responses: { 204: { description: "Nobody is signed in." }, ...errorAnswers("session.invalid_token") },
});

export function session(app: App, services: Services): void {
  const { db } = services;
  const github = services.github !== undefined;
  // These decide themselves who asks: a cookie that is over must not keep anyone from signing in again.
  const limits = guard(services, { access: "nobody", bucket: "read" });

  app.openapi({ ...readRoute, middleware: limits }, async (c) => {
    const found = await find(c);
    c.header("cache-control", "no-store");
    return c.json({ session: found ? shown(found) : null, github }, 200);
  });

  app.openapi(
    { ...openRoute, middleware: guard(services, { access: "nobody", bucket: "write" }) },
    async (c) => {
      const { apiKey } = parseSessionRequest(await readJson(c));
      const caller = await Account.authenticate(db, apiKey);
      if (!caller) throw new AppError("auth.invalid_key");
      const { workspaceId, keyId, keyName } = caller;
      const opened = await Session.open(db, { workspaceId, keyId, name: keyName });
      writeSessionCookie(c, opened.token);
      c.header("cache-control", "no-store");
      return c.json({ session: shown(opened.session), github }, 200);
    },
  );

  app.openapi({ ...closeRoute, middleware: limits }, async (c) => {
    const found = await find(c);
    if (found) requireOwnRequest(c, found);
    const token = sessionTokenOf(c);
    if (token !== undefined) await Session.close(db, token);
    clearSessionCookie(c);
    return c.body(null, 204);
  });

  async function find(c: AppContext) {
    const token = sessionTokenOf(c);
    return token === undefined ? undefined : Session.find(db, token);
  }
}

const shown = ({ workspaceId, name, csrfToken, expiresAt }: Session.Session) => ({
  workspaceId,
  name,
  csrfToken,
  expiresAt: expiresAt.toISOString(),
});
