/**
 * The page's session in its cookie. The cookie is http-only, so no script reads it; SameSite=Lax, so that a link to the page
 * finds its reader signed in while other sites' forms and scripts send none. A request that changes something must carry
 * the session's token besides, which only the page knows.
 */
import { AppError, CSRF_HEADER, SESSION_COOKIE } from "@weightsmith/contract";
import { Session } from "@weightsmith/core";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppContext } from "./environment.ts";

export const isSecure = (c: AppContext): boolean =>
  new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";

export function writeSessionCookie(c: AppContext, token: string): void {
  setCookie(c, SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: "Lax",
    path: "/",
    secure: isSecure(c),
    maxAge: Session.SESSION_SECONDS,
  });
}

export const clearSessionCookie = (c: AppContext): void => {
  deleteCookie(c, SESSION_COOKIE, { path: "/", secure: isSecure(c) });
};

export const sessionTokenOf = (c: AppContext): string | undefined => getCookie(c, SESSION_COOKIE);

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** @throws AppError session.invalid_token */
export function requireOwnRequest(c: AppContext, session: { readonly csrfToken: string }): void {
  if (SAFE.has(c.req.method) || Session.isOwnToken(session, c.req.header(CSRF_HEADER))) return;
  throw new AppError("session.invalid_token");
}
