/**
 * GitHub's side of signing in: OAuth 2.0 authorization code (RFC 6749 §4.1) with PKCE (RFC 7636). Only who somebody is gets
 * read, and the access token is forgotten at once.
 */
import { createHash } from "node:crypto";
import { AppError } from "@weightsmith/contract";
import { z } from "zod";

export interface GithubSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default https://github.com; tests name their own. */
  readonly siteUrl?: string;
  /** Default https://api.github.com. */
  readonly apiUrl?: string;
}

export interface GithubUser {
  /** Stays when the name changes. */
  readonly id: number;
  readonly login: string;
}

const tokenSchema = z.object({ access_token: z.string().min(1) });
const userSchema = z.object({ id: z.int(), login: z.string().min(1).max(100) });
const SECONDS = 10;

const site = ({ siteUrl = "https://github.com" }: GithubSettings): string => siteUrl;

export function authorizeUrl(
  settings: GithubSettings,
  {
    state,
    verifier,
    redirectUri,
  }: { readonly state: string; readonly verifier: string; readonly redirectUri: string },
): string {
  const url = new URL("/login/oauth/authorize", site(settings));
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  for (const [name, value] of Object.entries({
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
    allow_signup: "true",
  })) {
    url.searchParams.set(name, value);
  }
  return url.href;
}

/** @throws AppError sign_in.refused if GitHub does not confirm the code, service.unavailable if it cannot be reached */
export async function userOf(
  settings: GithubSettings,
  {
    code,
    verifier,
    redirectUri,
  }: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<GithubUser> {
  const body = new URLSearchParams({
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  const token = await ask(tokenSchema, new URL("/login/oauth/access_token", site(settings)), {
    method: "POST",
    body,
    headers: { accept: "application/json" },
  });
  return ask(userSchema, new URL("/user", settings.apiUrl ?? "https://api.github.com"), {
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token.access_token}`,
      "user-agent": "weightsmith",
    },
  });
}

/** GitHub answers a refused code with 200 and an `error`; either way the schema does not fit. */
async function ask<S extends z.ZodType>(schema: S, url: URL, init: RequestInit): Promise<z.output<S>> {
  let answer: unknown;
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(SECONDS * 1000) });
    if (response.status >= 500) throw new Error(`${url.host} answered ${response.status}`);
    answer = await response.json().catch(() => undefined);
  } catch (cause) {
    throw new AppError("service.unavailable", { message: "The sign-in service cannot be reached.", cause });
  }
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new AppError("sign_in.refused", { cause: parsed.error });
  return parsed.data;
}
