/** Sessions, keys, and how the service is doing. */
import {
  healthSchema,
  keyListSchema,
  keySchema,
  newId,
  newKeySchema,
  SESSION_COOKIE,
  sessionStateSchema,
  usageSchema,
  webhookSecretSchema,
} from "@weightsmith/contract";
import { Account, Session } from "@weightsmith/core";
import { vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { type Bodies, type Cases, raw, tooLarge, type World } from "./world.ts";

const github = { clientId: "app", clientSecret: "shh" };
const withGithub = async ({ services }: World, path: string, headers: Record<string, string> = {}) =>
  createApp({ ...services, github, publicUrl: "http://here" }).request(path, { headers });

/** All the way, with a GitHub that agrees to everything; routes/session has one that does not. */
async function signedInByGithub(world: World): Promise<Response> {
  const start = await withGithub(world, "/v1/session/github");
  const state = new URL(start.headers.get("location")!).searchParams.get("state");
  const cookie = start.headers.get("set-cookie")!.split(";")[0]!;
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async (url) =>
      Response.json(String(url).endsWith("/user") ? { id: 1, login: "ada" } : { access_token: "t" }),
    );
  try {
    return await withGithub(world, `/v1/session/github/callback?code=1&state=${state}`, { cookie });
  } finally {
    fetched.mockRestore();
  }
}

export const cases: Cases = {
  getSession: { 200: ({ ask }) => ask("GET", "/v1/session") },
  signIn: {
    200: ({ ask, ann }) => ask("POST", "/v1/session", { apiKey: ann.secret }),
    400: raw("POST", "/v1/session", "{"),
    413: raw("POST", "/v1/session", tooLarge),
    415: raw("POST", "/v1/session", "a", "text/plain"),
    422: ({ ask }) => ask("POST", "/v1/session", { apiKey: "short" }),
  },
  signOut: {
    204: ({ ask }) => ask("DELETE", "/v1/session"),
    403: async (world) => {
      const { token } = await Session.open(world.services.db, {
        workspaceId: world.ann.workspaceId,
        name: "x",
      });
      return world.ask("DELETE", "/v1/session", undefined, { cookie: `${SESSION_COOKIE}=${token}` });
    },
  },
  startGithubSignIn: {
    302: async (world) => withGithub(world, "/v1/session/github"),
    404: ({ ask }) => ask("GET", "/v1/session/github"),
  },
  endGithubSignIn: {
    302: async (world) => signedInByGithub(world),
    403: async (world) => withGithub(world, "/v1/session/github/callback?code=1&state=2"),
    404: ({ ask }) => ask("GET", "/v1/session/github/callback"),
  },
  createKey: {
    201: ({ ask }) => ask("POST", "/v1/keys", { name: "laptop" }),
    400: raw("POST", "/v1/keys", "{{"),
    413: raw("POST", "/v1/keys", tooLarge),
    415: raw("POST", "/v1/keys", "name=x", "application/x-www-form-urlencoded"),
    422: ({ ask }) => ask("POST", "/v1/keys", { name: "" }),
  },
  listKeys: { 200: ({ ask }) => ask("GET", "/v1/keys") },
  revokeKey: {
    200: async ({ services, ann, ask }) => {
      const { key } = await Account.issueKey(services.db, { workspaceId: ann.workspaceId, name: "old" });
      return ask("DELETE", `/v1/keys/${key.id}`);
    },
    404: ({ ask }) => ask("DELETE", `/v1/keys/${newId("key")}`),
  },
  getUsage: { 200: ({ ask }) => ask("GET", "/v1/usage") },
  getWebhookSecret: { 200: ({ ask }) => ask("GET", "/v1/webhook-secret") },
  getHealth: { 200: ({ ask }) => ask("GET", "/health") },
  getLiveness: { 200: ({ ask }) => ask("GET", "/health/live") },
};

export const bodies: Bodies = {
  getSession: sessionStateSchema,
  signIn: sessionStateSchema,
  createKey: newKeySchema,
  listKeys: keyListSchema,
  revokeKey: keySchema,
  getUsage: usageSchema,
  getWebhookSecret: webhookSecretSchema,
  getHealth: healthSchema,
  getLiveness: healthSchema,
};
