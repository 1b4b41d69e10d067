/**
 * GET /v1/session/github and its callback. A cookie of ten minutes holds the state and the verifier of one attempt, so that
 * nobody can finish an attempt that another browser began.
 */
import { randomBytes } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import { AppError } from "@weightsmith/contract";
import { Session } from "@weightsmith/core";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { App, AppContext } from "../../http/environment.ts";
import { guard } from "../../http/guard.ts";
import { errorAnswers } from "../../http/openapi.ts";
import { isSecure, writeSessionCookie } from "../../http/session-cookie.ts";
import type { Services } from "../../services.ts";
import { authorizeUrl, userOf } from "./github.ts";

const COOKIE = "weightsmith_sign_in";
const PATH = "/v1/session/github";
const ATTEMPT_SECONDS = 600;
const ATTEMPT = /^([\w-]{43})\.([\w-]{43})$/;

const startRoute = createRoute({
  method: "get",
  path: PATH,
  operationId: "startGithubSignIn",
  tags: ["Session"],
  summary: "Sign in with GitHub",
  description: "Sends the browser to GitHub, where this server is set up for that.",
  responses: {
    302: { description: "To GitHub." },
    ...errorAnswers("sign_in.unavailable"),
  },
});
const endRoute = createRoute({
  method: "get",
  path: `${PATH}/callback`,
  operationId: "endGithubSignIn",
  tags: ["Session"],
  summary: "Come back from GitHub",
  description: "Opens a session for the account that GitHub confirms and goes to the page.",
  responses: {
    302: { description: "To the page, signed in." },
    ...errorAnswers("sign_in.unavailable", "sign_in.refused"),
  },
});

export function signInWithGithub(app: App, services: Services): void {
  const limits = guard(services, { access: "nobody", bucket: "write" });
  const settingsOf = () => {
    if (services.github) return services.github;
    throw new AppError("sign_in.unavailable");
  };

  app.openapi({ ...startRoute, middleware: limits }, (c) => {
    const settings = settingsOf();
    const [state, verifier] = [secret(), secret()];
    setCookie(c, COOKIE, `${state}.${verifier}`, {
      httpOnly: true,
      sameSite: "Lax",
      path: PATH,
      secure: isSecure(c),
      maxAge: ATTEMPT_SECONDS,
    });
    return c.redirect(authorizeUrl(settings, { state, verifier, redirectUri: callbackOf(c, services) }), 302);
  });

  app.openapi({ ...endRoute, middleware: limits }, async (c) => {
    const settings = settingsOf();
    const attempt = ATTEMPT.exec(getCookie(c, COOKIE) ?? "");
    deleteCookie(c, COOKIE, { path: PATH, secure: isSecure(c) });
    const { code, state } = c.req.query();
    if (!attempt || code === undefined || state !== attempt[1]) throw new AppError("sign_in.refused");
    const user = await userOf(settings, {
      code,
      verifier: attempt[2]!,
      redirectUri: callbackOf(c, services),
    });
    const workspaceId = await Session.workspaceOf(services.db, {
      provider: "github",
      subject: String(user.id),
      name: user.login,
    });
    const { token } = await Session.open(services.db, { workspaceId, name: user.login });
    writeSessionCookie(c, token);
    return c.redirect("/", 302);
  });
}

const secret = (): string => randomBytes(32).toString("base64url");

/** Where GitHub sends people back to: the address by which they came, or the one that is set. */
const callbackOf = (c: AppContext, { publicUrl }: Services): string =>
  new URL(`${PATH}/callback`, publicUrl ?? new URL(c.req.url).origin).href;
