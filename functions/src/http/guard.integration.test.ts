import { keyListSchema, newKeySchema } from "@weightsmith/contract";
import { beforeAll, describe, expect, test } from "vitest";
import { type TestServices, tenant, testServices } from "../../test/api.ts";
import { type Asking, asking, problemOf } from "../../test/asking.ts";

let world: TestServices;
let ann: Asking;
let anyone: Asking;
beforeAll(async () => {
  world = await testServices();
  ann = asking(world.services, world.ann);
  anyone = asking(world.services, undefined);
});

const withKey = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });

describe("an API key", () => {
  test("is accepted as a bearer token in any case and as X-API-Key", async () => {
    const { secret } = world.ann;
    for (const headers of [
      { authorization: `Bearer ${secret}` },
      { authorization: `bearer   ${secret} ` },
      { "x-api-key": secret },
    ] as Record<string, string>[]) {
      expect((await anyone("GET", "/v1/jobs", { headers })).status).toBe(200);
    }
  });

  test("in a form that is none is refused, not overlooked", async () => {
    for (const headers of [
      { authorization: `Basic ${btoa("a:b")}` },
      { authorization: "Bearer" },
      { authorization: `Bearer ${world.ann.secret} extra` },
      { authorization: world.ann.secret },
      { "x-api-key": "" },
      { "x-api-key": `${world.ann.secret}x` },
    ] as Record<string, string>[]) {
      const response = await anyone("GET", "/v1/jobs", { headers });
      expect(response.status).toBe(401);
      expect((await problemOf(response)).code).toBe("auth.invalid_key");
    }
    expect((await problemOf(await anyone("GET", "/v1/jobs"))).code).toBe("auth.missing_key");
  });

  test("is shown once, works at once, is noted when used, and is refused from the moment it is revoked", async () => {
    const key = newKeySchema.parse(
      await (await ann("POST", "/v1/keys", { body: { name: "laptop" } })).json(),
    );
    expect((await anyone("GET", "/v1/jobs", withKey(key.secret))).status).toBe(200);
    const text = await (await ann("GET", "/v1/keys")).text();
    expect(text).not.toContain(key.secret);
    const listed = keyListSchema.parse(JSON.parse(text)).items.find(({ id }) => id === key.id);
    expect(listed).toMatchObject({ name: "laptop", hint: `…${key.secret.slice(-4)}`, revokedAt: null });
    expect(listed?.lastUsedAt).not.toBeNull();
    for (let times = 0; times < 2; times++)
      expect((await ann("DELETE", `/v1/keys/${key.id}`)).status).toBe(200);
    expect((await anyone("GET", "/v1/jobs", withKey(key.secret))).status).toBe(401);
  });

  test("is made without a body, too", async () => {
    expect(newKeySchema.parse(await (await ann("POST", "/v1/keys")).json()).name).toBe("API key");
  });

  test("of another workspace is neither listed nor revoked", async () => {
    const bob = asking(world.services, world.bob);
    const key = newKeySchema.parse(await (await ann("POST", "/v1/keys")).json());
    const theirs = keyListSchema.parse(await (await bob("GET", "/v1/keys")).json()).items;
    expect(theirs.map(({ id }) => id)).not.toContain(key.id);
    expect((await problemOf(await bob("DELETE", `/v1/keys/${key.id}`))).code).toBe("key.not_found");
    expect((await anyone("GET", "/v1/jobs", withKey(key.secret))).status).toBe(200);
  });
});

describe("the allowance", () => {
  const three = { limit: 3, periodSeconds: 3600 };
  const all = { read: three, write: three, create: three, run: three };
  const limited = () => ({ ...world.services, limits: { key: all, address: all, unfinishedJobs: 10 } });

  test("of a key counts down in the headers, ends in 429, and is apart for each key and each kind of request", async () => {
    const carl = await tenant(world.services);
    const ask = asking(limited(), carl);
    const left = [];
    for (let i = 0; i < 3; i++)
      left.push((await ask("GET", "/v1/jobs")).headers.get("x-ratelimit-remaining"));
    expect(left).toEqual(["2", "1", "0"]);
    const refused = await ask("GET", "/v1/jobs");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(Number(refused.headers.get("x-ratelimit-reset"))).toBeGreaterThan(3500);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(1100);
    expect(seconds).toBeLessThanOrEqual(1200);
    expect((await problemOf(refused)).message).toContain("3 such requests in 3600 seconds");
    expect((await ask("DELETE", "/v1/jobs/job_x")).status).toBe(404);
    const dora = asking(limited(), await tenant(world.services));
    expect((await dora("GET", "/v1/jobs")).status).toBe(200);
  });

  test("of an address covers requests without a key and with wrong ones, so that keys cannot be guessed at leisure", async () => {
    const ask = asking(limited(), undefined);
    const address = "198.51.100.23";
    const guess = { address, headers: { "x-api-key": `wsk_${"a".repeat(43)}` } };
    for (let i = 0; i < 3; i++) expect((await ask("GET", "/v1/jobs", guess)).status).toBe(401);
    expect((await ask("GET", "/v1/jobs", guess)).status).toBe(429);
    expect((await ask("GET", "/v1/jobs", { address })).status).toBe(429);
    expect((await ask("GET", "/v1/jobs", { address: "198.51.100.24" })).status).toBe(401);
    const carl = await tenant(world.services);
    expect((await ask("GET", "/v1/jobs", { address, ...withKey(carl.secret) })).status).toBe(200);
  });
});
