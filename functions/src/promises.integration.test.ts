/**
 * One test for each status that a route promises, on each way to the app. The cases (test/promises, a file a theme) are
 * held against the published description: a promise without a case, or a case without a promise, fails.
 */
import { errorBodySchema, healthSchema, type JobId, newId } from "@weightsmith/contract";
import { Database } from "@weightsmith/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finishJob, makeProgram, tenant, testServices } from "../test/api.ts";
import { BODIES, CASES } from "../test/promises/index.ts";
import { NOBODY_PROGRAM, queuedJob, type World } from "../test/promises/world.ts";
import { transports } from "../test/transports.ts";
import { createApp } from "./app.ts";
import { openApiDocument } from "./routes/openapi/index.ts";
import type { Services } from "./services.ts";

/** Answered before a route looks at its request, so tried on every route that promises them. */
const EVERYWHERE = new Set([401, 429, 500, 503]);

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly statuses: number[];
}

const someServices = {
  interpreters: [],
  kinds: {},
  runs: { program: async () => ({}) },
} as unknown as Services;
const operations: Operation[] = Object.entries(
  openApiDocument(createApp(someServices), "0").paths ?? {},
).flatMap(([path, item]) =>
  Object.entries(item as Record<string, { operationId: string; responses: object }>).map(
    ([method, { operationId, responses }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path: path.replace("{id}", path.includes("programs") ? NOBODY_PROGRAM : newId("job")),
      statuses: Object.keys(responses).map(Number),
    }),
  ),
);

test("every promise has a case and every case is promised", () => {
  const promised = operations.map(({ id, statuses }) => [
    id,
    statuses.filter((each) => !EVERYWHERE.has(each)),
  ]);
  const health: [string, number[]][] = [["getHealth", [200]]];
  expect(Object.fromEntries([...promised, ...health])).toEqual(
    Object.fromEntries(Object.entries(CASES).map(([id, cases]) => [id, Object.keys(cases).map(Number)])),
  );
});

describe.each(Object.keys(transports))("by %s", (name) => {
  let world: World;
  beforeAll(async () => {
    const shared = await testServices();
    const channel = await transports[name]!(shared.services);
    const { programId, jobId } = await makeProgram(shared.services, shared.ann);
    world = {
      ...shared,
      channel,
      program: programId,
      finishedJob: jobId,
      send: channel.send,
      ask: (method, path, body, headers = {}) =>
        channel.send({
          method,
          path,
          headers: {
            authorization: `Bearer ${shared.ann.secret}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
    };
  });
  afterAll(() => world.channel.close());

  for (const [id, cases] of Object.entries(CASES)) {
    for (const [status, send] of Object.entries(cases)) {
      test(`${id} answers ${status}`, async () => {
        const response = await send(world);
        const text = await response.text();
        expect(response.status, text).toBe(Number(status));
        expect(response.headers.get("x-request-id")).toBeTruthy();
        if (Number(status) >= 400) {
          const { error } = errorBodySchema.parse(JSON.parse(text));
          expect(error.status).toBe(Number(status));
          expect(error.requestId).toBe(response.headers.get("x-request-id"));
        } else if (BODIES[id] !== undefined && ![204, 302].includes(Number(status))) {
          BODIES[id].parse(JSON.parse(text));
        }
      });
    }
  }

  const withStatus = (status: number) => operations.filter(({ statuses }) => statuses.includes(status));
  const problem = async (response: Response) => errorBodySchema.parse(await response.json()).error;

  // What is wrong with a sign-in is the key in its body: routes/session has that case.
  test.each(withStatus(401).filter(({ id }) => id !== "signIn"))(
    "$id answers 401 to a wrong key and, unless anyone may ask, to none",
    async (operation) => {
      const { method, path } = operation;
      const wrong = await world.send({ method, path, headers: { "x-api-key": `wsk_${"x".repeat(43)}` } });
      expect(wrong.status).toBe(401);
      expect((await problem(wrong)).code).toBe("auth.invalid_key");
      expect(wrong.headers.get("www-authenticate")).toMatch(/^Bearer/);
      const none = await world.send({ method, path });
      const open =
        /^(getProgram|comparePrograms|listCases|getAlias|downloadProgram|getProgramArchive|getInterpreterFiles?|runProgram|searchHub|listHubTags|getCommunity|(get|list)Leaderboard\w+|listSuites)$/.test(
          operation.id,
        );
      if (open) expect(none.status).not.toBe(401);
      else expect((await problem(none)).code).toBe("auth.missing_key");
    },
  );

  test("every route answers 429 with Retry-After when the allowance is used up", async () => {
    const one = { limit: 1, periodSeconds: 3600 };
    const all = { read: one, write: one, create: one, run: one };
    const limits = { ...world.services.limits, key: all, address: all };
    const channel = await transports[name]!({ ...world.services, limits });
    for (const { method, path, id } of withStatus(429)) {
      const { secret } = await tenant(world.services);
      const headers = { authorization: `Bearer ${secret}` };
      const first = await channel.send({ method, path, headers });
      expect(first.headers.get("x-ratelimit-limit"), id).toBe("1");
      expect(first.headers.get("x-ratelimit-remaining"), id).toBe("0");
      await first.body?.cancel();
      const second = await channel.send({ method, path, headers });
      expect(second.status, id).toBe(429);
      expect(Number(second.headers.get("retry-after")), id).toBeGreaterThan(3500);
      expect((await problem(second)).code).toBe("rate_limit.exceeded");
    }
    await channel.close();
  });

  test("every route answers an unforeseen error with an opaque 500, and logs it", async () => {
    const broken = () => {
      throw new Error("the secret inside");
    };
    const db = { sql: broken, orm: broken } as unknown as Database.Database;
    const channel = await transports[name]!({ ...world.services, db });
    for (const { method, path, id } of withStatus(500)) {
      world.log.length = 0;
      const headers = { authorization: `Bearer ${world.ann.secret}`, "x-request-id": `mine-${id}` };
      const response = await channel.send({ method, path, headers });
      const text = await response.text();
      expect(response.status, id).toBe(500);
      expect(text).not.toContain("secret inside");
      expect(errorBodySchema.parse(JSON.parse(text)).error).toMatchObject({
        code: "internal.error",
        requestId: `mine-${id}`,
      });
      const line = world.log.find(({ level }) => level === "error");
      expect(line?.fields).toMatchObject({
        requestId: `mine-${id}`,
        error: { message: "the secret inside" },
      });
    }
    await channel.close();
  });

  test("every route answers 503 while the database is away", async () => {
    const db = Database.connect("postgres://nobody@127.0.0.1:1/none", {
      connectSeconds: 1,
      maxConnections: 1,
    });
    const channel = await transports[name]!({ ...world.services, db });
    const guarded = withStatus(503).filter(({ id }) => id !== "getHealth");
    const headers = { authorization: `Bearer ${world.ann.secret}` };
    const answers = guarded.map(async ({ method, path, id }) => {
      const response = await channel.send({ method, path, headers });
      expect(response.status, id).toBe(503);
      expect((await problem(response)).code).toBe("service.unavailable");
      expect(response.headers.get("retry-after")).toBe("2");
    });
    expect(await Promise.all(answers)).toHaveLength(guarded.length);
    const health = await channel.send({ method: "GET", path: "/health" });
    expect(health.status).toBe(503);
    expect(healthSchema.parse(await health.json())).toMatchObject({
      live: true,
      ready: false,
      parts: { postgres: { ok: false }, storage: { ok: true } },
    });
    const live = await channel.send({ method: "GET", path: "/health/live" });
    expect(live.status).toBe(200);
    await channel.close();
    await Database.close(db);
  });

  test("another tenant's job and program are not found, whatever is asked of them", async () => {
    const job = await queuedJob(world);
    const headers = { authorization: `Bearer ${world.bob.secret}`, "content-type": "application/json" };
    for (const { method, path, id } of operations.filter(({ path }) => /jobs\/job_|programs\/0/.test(path))) {
      const own = path.replace(/job_\w+/, job).replace(NOBODY_PROGRAM, world.program);
      const bodies: Record<string, string> = {
        updateProgram: '{"name":"x"}',
        runProgram: '{"input":"a"}',
        reportProgram: '{"reason":"spam"}',
      };
      const body = bodies[id];
      const response = await world.send({
        method,
        path: own,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      expect(response.status, id).toBe(404);
    }
    expect((await world.ask("GET", `/v1/jobs/${job}`)).status).toBe(200);
  });

  test("a job's events come in order and end after the final one", async () => {
    const jobId = await queuedJob(world);
    setTimeout(() => void finishLater(world, jobId), 50);
    const response = await world.ask("GET", `/v1/jobs/${jobId}/events`);
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text).toMatch(/^retry: 1000\n\n/);
    const events = [...text.matchAll(/id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n/g)];
    expect(events.map(([, id, type]) => `${id} ${type}`)).toEqual([
      "1 queued",
      "2 started",
      "3 progress",
      "4 succeeded",
    ]);
    for (const [, id, type, data] of events) {
      expect(JSON.parse(data!)).toMatchObject({ sequence: Number(id), type });
    }
    const rest = await world.ask("GET", `/v1/jobs/${jobId}/events`, undefined, { "last-event-id": "2" });
    expect([...(await rest.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(["3", "4"]);
  });
});

/** A queued job of `queuedJob` has no program id of its own yet. */
async function finishLater({ services }: World, jobId: JobId): Promise<void> {
  const programId = newId("job")
    .slice(-20)
    .replace(/[^0-9a-f]/g, "0");
  await services.db.sql`update job set program_id = ${programId} where id = ${jobId}`;
  await finishJob(services, jobId);
}
