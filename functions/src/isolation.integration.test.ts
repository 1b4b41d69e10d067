/**
 * Tenants cannot see, change or use each other's things: proven for every route that the app has, by its own table. A new
 * route with an id in its path fails here until it says whose the id is.
 */
import { batchIdOf, newId, parseBatchRequest } from "@weightsmith/contract";
import { Account, Batch, File, Job, Program } from "@weightsmith/core";
import { beforeAll, expect, test } from "vitest";
import { makeProgram, type TestServices, testServices } from "../test/api.ts";
import { createApp } from "./app.ts";
import type { App } from "./http/environment.ts";

type Owned = "job" | "program" | "key" | "experiment" | "file" | "batch";

/** Paths whose `:id` belongs to a tenant, and a request that its owner could send. */
const OWNED: Record<string, { readonly of: Owned; readonly body?: object }> = {
  "GET /v1/jobs/:id": { of: "job" },
  "DELETE /v1/jobs/:id": { of: "job" },
  "GET /v1/jobs/:id/events": { of: "job" },
  "GET /v1/programs/:id": { of: "program" },
  "PATCH /v1/programs/:id": { of: "program", body: { name: "stolen" } },
  "DELETE /v1/programs/:id": { of: "program" },
  "GET /v1/programs/:id/download": { of: "program" },
  "GET /v1/programs/:id/archive": { of: "program" },
  "POST /v1/programs/:id/run": { of: "program", body: { input: "x" } },
  "POST /v1/programs/:id/reports": { of: "program", body: { reason: "spam" } },
  "DELETE /v1/keys/:id": { of: "key" },
  "POST /v1/programs/:id/cases": { of: "program", body: { input: "x", output: "y" } },
  "GET /v1/programs/:id/cases": { of: "program" },
  "PUT /v1/programs/:id/vote": { of: "program", body: { value: 1 } },
  "GET /v1/programs/:id/community": { of: "program" },
  "GET /v1/programs/:id/compare/:to": { of: "program" },
  "GET /p/:id": { of: "program" },
  "GET /p/:id/embed": { of: "program" },
  "GET /api/v1/compile/:id": { of: "program" },
  "DELETE /api/v1/compile/:id": { of: "program" },
  "GET /api/v1/programs/:name{.+}/download": { of: "program" },
  "POST /api/v1/programs/:name{.+}/vote": { of: "program", body: { vote: 1 } },
  "GET /api/v1/programs/:name{.+}/cases": { of: "program" },
  "POST /api/v1/programs/:name{.+}/cases": { of: "program", body: { input: "x", output: "y" } },
  "GET /api/v1/programs/resolve/:name{.+}": { of: "program" },
  "GET /api/v1/programs/:name{.+}/versions": { of: "program" },
  "POST /api/v1/programs/:name{.+}/alias": { of: "program", body: { alias: "stolen" } },
  "GET /api/v1/programs/:name{.+}": { of: "program" },
  "PATCH /api/v1/programs/:name{.+}": { of: "program", body: { name: "stolen" } },
  "GET /v1/files/:id": { of: "file" },
  "DELETE /v1/files/:id": { of: "file" },
  "GET /v1/files/:id/content": { of: "file" },
  "GET /v1/batches/:id": { of: "batch" },
  "POST /v1/batches/:id/cancel": { of: "batch" },
  "GET /v1/batches/:id/results": { of: "batch" },
  "GET /v1/experiments/:id/results": { of: "experiment" },
  "GET /v1/experiments/:id/playbook": { of: "experiment" },
};

/** Paths with parameters that name what belongs to everyone, by their beginnings, with the reason. */
const SHARED: Record<string, string> = {
  "/v1/leaderboard/": "tasks, entries and suites are public; hidden examples are in no answer",
  "/v1/models/": "the models that this server runs; programs have a test of their own in routes/openai",
  "/v1/interpreters/": "files of the models that everyone runs programs on",
  "/api/v1/models/": "files of the models that everyone runs programs on",
  "/api/v1/program-imports/": "an import's id is looked up with its workspace; its statements name both",
  "/v1/aliases/": "a name means the caller's own alias, except where a user is named: then a public one",
  "/v1/specialists/": "a name means the caller's own specialist: stored by workspace and name",
  "/docs/": "the reference page and its script",
  "/errors/": "pages of the error catalogue",
};

const MARK = "annes-very-own-words";

let world: TestServices;
let app: App;
let ids: Record<Owned, string>;

beforeAll(async () => {
  world = await testServices();
  app = createApp(world.services);
  const { programId, jobId } = await makeProgram(world.services, world.ann, {
    spec: `Do ${MARK}.`,
    examples: [
      { input: `${MARK} 1`, output: "1" },
      { input: `${MARK} 2`, output: "2" },
      { input: `${MARK} 3`, output: "3" },
    ],
    name: MARK,
    tags: [MARK],
  });
  const key = await Account.issueKey(world.services.db, { workspaceId: world.ann.workspaceId, name: MARK });
  const experiment = await Job.create(world.services.db, {
    workspaceId: world.ann.workspaceId,
    type: "experiment",
    kind: "playbook",
    request: { name: MARK },
  });
  const { db, storage } = world.services;
  const { workspaceId } = world.ann;
  const file = await File.create(db, { workspaceId, name: `${MARK}.jsonl`, sizeBytes: 15 });
  await File.putBytes(storage, file, new TextEncoder().encode('{"input":"ab"}\n'));
  const batch = await Batch.start(db, storage, {
    workspaceId,
    inputFileId: file.id,
    request: parseBatchRequest({ input_file_id: file.id, metadata: { mark: MARK } }),
  });
  ids = {
    file: file.id,
    batch: batchIdOf(batch.job.id),
    experiment: experiment.job.id,
    program: programId,
    job: jobId,
    key: key.key.id,
  };
});

/** Every route once: `GET /v1/jobs/:id`. */
const routes = (): string[] => {
  const all = app.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)];
};

async function ask(route: string, id: string, secret: string | undefined, body?: object) {
  const [method, path] = route.split(" ") as [string, string];
  const writes = method !== "GET" && method !== "DELETE";
  const response = await app.request(path.replace(/:[^/]+/g, id), {
    method,
    headers: {
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(writes ? { "content-type": "application/json" } : {}),
      accept: "application/json",
    },
    ...(writes ? { body: JSON.stringify(body ?? {}) } : {}),
    signal: AbortSignal.timeout(10_000),
  });
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const text = isStream ? "" : await response.text();
  if (isStream) await response.body?.cancel();
  return { status: response.status, text };
}

test("every route with an id in its path says whose the id is", () => {
  const unknown = routes().filter(
    (route) =>
      route.includes(":") &&
      OWNED[route] === undefined &&
      !Object.keys(SHARED).some((beginning) => route.split(" ")[1]!.startsWith(beginning)),
  );
  expect(unknown, "add these to OWNED or, with a reason, to SHARED").toEqual([]);
});

test.each(Object.entries(OWNED))(
  "%s is 404 for another tenant and for nobody, like an id that never was",
  async (route, { of, body }) => {
    if (!routes().includes(route)) return;
    const never = {
      job: newId("job"),
      experiment: newId("job"),
      key: newId("key"),
      program: "0123456789abcdef0123",
      file: newId("file"),
      batch: newId("batch"),
    }[of];
    const theirs = await ask(route, ids[of], world.bob.secret, body);
    const nothing = await ask(route, never, world.bob.secret, body);
    // The compatible routes answer as the service does that they are compatible with.
    if (route.includes(" /api/v1/")) expect([401, 403, 404]).toContain(theirs.status);
    else expect(theirs.status, theirs.text).toBe(404);
    const withoutId = (text: string) =>
      text
        .replace(/"request_?[iI]d":"[^"]*"/, "")
        .replaceAll(ids[of], "ID")
        .replaceAll(never, "ID");
    expect(withoutId(theirs.text)).toBe(withoutId(nothing.text));
    const nobody = await ask(route, ids[of], undefined, body);
    expect([401, 404]).toContain(nobody.status);
    expect(theirs.text + nobody.text).not.toContain(MARK);
  },
);

test("no other answer to another tenant has anything of the first one in it", async () => {
  for (const route of routes().filter((name) => OWNED[name] === undefined)) {
    const body = {
      programId: ids.program,
      program: ids.program,
      jobId: ids.job,
      model: ids.program,
      id: ids.program,
    };
    for (const secret of [world.bob.secret, undefined]) {
      const { status, text } = await ask(route, "x", secret, body);
      expect(status, `${route}: ${text}`).toBeLessThan(500);
      for (const trace of [MARK, ids.job, ids.key, ids.experiment]) expect(text, route).not.toContain(trace);
    }
  }
});

test("after all this the owner still has everything, as it was", async () => {
  const { db } = world.services;
  const { workspaceId } = world.ann;
  expect((await Job.get(db, { workspaceId, jobId: ids.job as never })).state).toBe("succeeded");
  expect(await Program.get(db, { workspaceId, programId: ids.program as never })).toMatchObject({
    name: MARK,
    public: false,
  });
  const [key] = await db.sql`select revoked_at from api_key where id = ${ids.key}`;
  expect(key?.revoked_at).toBeNull();
});

test("a revoked key opens nothing", async () => {
  const { db } = world.services;
  const { workspaceId } = world.ann;
  const { key, secret } = await Account.issueKey(db, { workspaceId, name: "short" });
  expect((await ask("GET /v1/jobs/:id", ids.job, secret)).status).toBe(200);
  await Account.revokeKey(db, { workspaceId, keyId: key.id });
  for (const [route, { of, body }] of Object.entries(OWNED)) {
    // Share cards and frames are for anyone, and read no key.
    if (!routes().includes(route) || route.startsWith("GET /p/")) continue;
    expect((await ask(route, ids[of], secret, body)).status, route).toBe(401);
  }
});
