/** Signing in on the page: by key, and by GitHub against a server that speaks its protocol. */
import { createHash, randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sessionStateSchema } from "@weightsmith/contract";
import { Account, Session } from "@weightsmith/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServices, testServices } from "../../../test/api.ts";
import { type Asking, asking, problemOf } from "../../../test/asking.ts";

let world: TestServices;
let anyone: Asking;
beforeAll(async () => {
  world = await testServices();
  anyone = asking(world.services, undefined);
});

const cookieOf = (response: Response): string => response.headers.get("set-cookie")!.split(";")[0]!;
const stateOf = async (response: Response) => sessionStateSchema.parse(await response.json());

async function signIn(): Promise<{ cookie: string; token: string }> {
  const response = await anyone("POST", "/v1/session", { body: { apiKey: world.ann.secret } });
  expect(response.status).toBe(200);
  const { session } = await stateOf(response.clone());
  return { cookie: cookieOf(response), token: session!.csrfToken };
}

test("a key opens a session whose cookie no script can read and no other site can send along with a form", async () => {
  const response = await anyone("POST", "/v1/session", { body: { apiKey: world.ann.secret } });
  const set = response.headers.get("set-cookie")!;
  expect(set).toMatch(/^weightsmith_session=[\w-]{43};/);
  expect(set).toContain("HttpOnly");
  expect(set).toContain("SameSite=Lax");
  expect(set).not.toContain("Secure");
  const behindProxy = await anyone("POST", "/v1/session", {
    body: { apiKey: world.ann.secret },
    headers: { "x-forwarded-proto": "https" },
  });
  expect(behindProxy.headers.get("set-cookie")).toContain("Secure");
  const asked = await anyone("GET", "/v1/session", { headers: { cookie: cookieOf(response) } });
  expect((await stateOf(asked)).session).toMatchObject({ workspaceId: world.ann.workspaceId, name: "test" });
  expect((await stateOf(await anyone("GET", "/v1/session"))).session).toBeNull();
});

test("a cookie reads; what changes something needs the token besides, and a key needs neither", async () => {
  const { cookie, token } = await signIn();
  expect((await anyone("GET", "/v1/usage", { headers: { cookie } })).status).toBe(200);
  const bare = await anyone("POST", "/v1/keys", { body: {}, headers: { cookie } });
  expect(bare.status).toBe(403);
  expect((await problemOf(bare)).code).toBe("session.invalid_token");
  const wrong = { cookie, "x-csrf-token": "x".repeat(token.length) };
  expect((await anyone("POST", "/v1/keys", { body: {}, headers: wrong })).status).toBe(403);
  const own = { cookie, "x-csrf-token": token };
  expect((await anyone("POST", "/v1/keys", { body: { name: "made" }, headers: own })).status).toBe(201);
  const ann = asking(world.services, world.ann);
  expect((await ann("POST", "/v1/keys", { body: {}, headers: { cookie } })).status).toBe(201);
});

test("signing out ends the session, and so does revoking the key that opened it", async () => {
  const first = await signIn();
  expect((await anyone("DELETE", "/v1/session", { headers: { cookie: first.cookie } })).status).toBe(403);
  const headers = { cookie: first.cookie, "x-csrf-token": first.token };
  expect((await anyone("DELETE", "/v1/session", { headers })).status).toBe(204);
  expect((await anyone("GET", "/v1/usage", { headers: { cookie: first.cookie } })).status).toBe(401);

  const { db } = world.services;
  const { key, secret } = await Account.issueKey(db, { workspaceId: world.ann.workspaceId, name: "brief" });
  const opened = await anyone("POST", "/v1/session", { body: { apiKey: secret } });
  await Account.revokeKey(db, { workspaceId: world.ann.workspaceId, keyId: key.id });
  expect((await anyone("GET", "/v1/usage", { headers: { cookie: cookieOf(opened) } })).status).toBe(401);
});

test("a key that is none and a cookie that is over open nothing", async () => {
  const wrong = await anyone("POST", "/v1/session", { body: { apiKey: `wsk_${"x".repeat(43)}` } });
  expect((await problemOf(wrong)).code).toBe("auth.invalid_key");
  const { cookie } = await signIn();
  await world.services.db.sql`update web_session set expires_at = now() - interval '1 second'`;
  expect((await anyone("GET", "/v1/usage", { headers: { cookie } })).status).toBe(401);
  expect(await Session.sweep(world.services.db)).toBeGreaterThan(0);
});

test("without GitHub set up the answer says so", async () => {
  const response = await anyone("GET", "/v1/session/github");
  expect((await problemOf(response)).code).toBe("sign_in.unavailable");
});

/** GitHub as an OAuth client meets it: codes for one use, PKCE, form bodies, 200 with an `error` for a wrong code. */
class FakeGithub {
  readonly #codes = new Map<string, { challenge: string; redirectUri: string; login: string; id: number }>();
  readonly #tokens = new Map<string, { login: string; id: number }>();
  readonly #server: Server;
  url = "";
  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        const answer =
          request.url === "/user" ? this.#user(request.headers.authorization) : this.#exchange(form);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
  }
  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  stop = () => new Promise((done) => this.#server.close(done));

  /** What the site does when somebody presses “Authorize”. @returns where the browser is sent */
  authorize(address: string, user: { login: string; id: number }): string {
    const { searchParams: asked, pathname } = new URL(address);
    expect(pathname).toBe("/login/oauth/authorize");
    expect(asked.get("client_id")).toBe("app");
    expect(asked.get("code_challenge_method")).toBe("S256");
    const code = randomBytes(8).toString("hex");
    const redirectUri = asked.get("redirect_uri")!;
    this.#codes.set(code, { challenge: asked.get("code_challenge")!, redirectUri, ...user });
    return `${redirectUri}?code=${code}&state=${asked.get("state")}`;
  }
  #exchange(form: URLSearchParams): object {
    const found = this.#codes.get(form.get("code") ?? "");
    this.#codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const good =
      form.get("client_secret") === "shh" &&
      found?.challenge === challenge &&
      found.redirectUri === form.get("redirect_uri");
    if (!found || !good) return { error: "bad_verification_code" };
    const token = `gho_${randomBytes(8).toString("hex")}`;
    this.#tokens.set(token, { login: found.login, id: found.id });
    return { access_token: token, token_type: "bearer", scope: "" };
  }
  #user(authorization: string | undefined): object {
    return this.#tokens.get(authorization?.replace("Bearer ", "") ?? "") ?? { message: "Bad credentials" };
  }
}

const github = new FakeGithub();
afterAll(() => github.stop());

test("who signs in with GitHub gets a workspace of their own, the same one each time", async () => {
  await github.start();
  const settings = { clientId: "app", clientSecret: "shh", siteUrl: github.url, apiUrl: github.url };
  const ask = asking({ ...world.services, github: settings, publicUrl: "https://ws.example" }, undefined);
  const visit = async (user: { login: string; id: number }) => {
    const start = await ask("GET", "/v1/session/github");
    expect(start.status).toBe(302);
    const attempt = cookieOf(start);
    const back = new URL(github.authorize(start.headers.get("location")!, user));
    expect(back.origin).toBe("https://ws.example");
    const end = await ask("GET", `${back.pathname}${back.search}`, { headers: { cookie: attempt } });
    return { end, back, attempt };
  };
  const workspaceOf = async (end: Response) => {
    expect([end.status, end.headers.get("location")]).toEqual([302, "/"]);
    const cookie = end.headers.getSetCookie().find((each) => each.startsWith("weightsmith_session="))!;
    const { session } = await stateOf(
      await ask("GET", "/v1/session", { headers: { cookie: cookie.split(";")[0]! } }),
    );
    return session!;
  };
  const ada = await visit({ login: "ada", id: 7 });
  const first = await workspaceOf(ada.end);
  expect(first.name).toBe("ada");
  const again = await workspaceOf((await visit({ login: "ada-renamed", id: 7 })).end);
  expect([again.workspaceId, again.name]).toEqual([first.workspaceId, "ada-renamed"]);
  expect((await workspaceOf((await visit({ login: "ada", id: 8 })).end)).workspaceId).not.toBe(
    first.workspaceId,
  );

  // A code works once, and only in the browser that began.
  const path = `${ada.back.pathname}${ada.back.search}`;
  const replayed = await ask("GET", path, { headers: { cookie: ada.attempt } });
  expect((await problemOf(replayed)).code).toBe("sign_in.refused");
  expect((await problemOf(await ask("GET", path))).code).toBe("sign_in.refused");
});
