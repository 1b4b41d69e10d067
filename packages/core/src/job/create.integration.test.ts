import { AppError, type ProgramId, type WorkspaceId } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import { hashRequest, sweep as sweepKeys } from "../idempotency/index.ts";
import * as Program from "../program/index.ts";
import { countUnfinished, create, get, type NewJob } from "./create.ts";
import { list } from "./list.ts";
import { cancel } from "./manage.ts";
import { view } from "./view.ts";

let db: Database;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  ({ db } = await freshDatabase());
});
beforeEach(async () => {
  workspaceId = await freshWorkspace(db);
});

const request = {
  kind: "weights",
  spec: "Upper case.",
  examples: [{ input: "a", output: "A" }],
  tags: ["x"],
};
const wish = (more: Partial<NewJob> = {}): NewJob => ({
  workspaceId,
  type: "compile",
  kind: "weights",
  request,
  ...more,
});
const withKey = (key: string, body: unknown = request): Partial<NewJob> => ({
  idempotency: { key, requestHash: hashRequest("/v1/compile", body) },
});

test("a job is written with its first event and the message it wants", async () => {
  const { job, created } = await create(db, wish({ requestId: "req_1" }));
  expect(created).toBe(true);
  expect(job).toMatchObject({ state: "queued", attempts: 0, request, requestId: "req_1", lane: workspaceId });
  expect(await get(db, { workspaceId, jobId: job.id })).toEqual(job);
  const [message] = await db.sql`select * from outbox where job_id = ${job.id}`;
  expect(message).toMatchObject({ target: "work", type: "compile", request_id: "req_1", sent_at: null });
  const events = await db.sql`select sequence, type, data from job_event where job_id = ${job.id}`;
  expect([...events]).toEqual([{ sequence: 1, type: "queued", data: { attempt: 1 } }]);
  expect(view(job)).toMatchObject({
    state: "queued",
    request: { spec: "Upper case.", examples: 1, tags: ["x"] },
  });
});

test("a request is kept to the letter: NUL, half surrogates, key order", async () => {
  const odd = { z: "\u0000", a: "\ud800", n: 1e300, nested: { b: [null, true] } };
  const { job } = await create(db, wish({ request: odd }));
  const stored = await get(db, { workspaceId, jobId: job.id });
  expect(JSON.stringify(stored.request)).toBe(JSON.stringify(odd));
});

test("twenty requests at once with one idempotency key are one job", async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => create(db, wish(withKey("once")))));
  expect(new Set(results.map(({ job }) => job.id)).size).toBe(1);
  expect(results.filter(({ created }) => created)).toHaveLength(1);
  expect(await db.sql`select from job where workspace_id = ${workspaceId}`).toHaveLength(1);
});

test("the same key with another body is refused; the order of members is no difference", async () => {
  const { job } = await create(db, wish(withKey("k", { a: 1, b: 2 })));
  await expect(create(db, wish(withKey("k", { a: 1, b: 3 })))).rejects.toMatchObject({
    code: "idempotency.key_reused",
  });
  expect((await create(db, wish(withKey("k", { b: 2, a: 1 })))).job.id).toBe(job.id);
});

test("keys belong to a workspace", async () => {
  const { job } = await create(db, wish(withKey("shared")));
  const other = await freshWorkspace(db);
  const theirs = await create(db, { ...wish(withKey("shared")), workspaceId: other });
  expect(theirs.created).toBe(true);
  expect(theirs.job.id).not.toBe(job.id);
});

test("a key is forgotten after its time, by use and by sweeping", async () => {
  const first = await create(db, wish(withKey("old")));
  await db.sql`update idempotency_key set expires_at = now() - interval '1 second' where workspace_id = ${workspaceId}`;
  const second = await create(db, wish(withKey("old", { other: true })));
  expect(second.created).toBe(true);
  expect(second.job.id).not.toBe(first.job.id);
  expect(await sweepKeys(db)).toBe(0);
  await db.sql`update idempotency_key set expires_at = now() - interval '1 second' where workspace_id = ${workspaceId}`;
  expect(await sweepKeys(db)).toBe(1);
});

test("no more unfinished jobs than the quota; one that ends makes room, and a repeated key needs none", async () => {
  const first = await create(db, wish({ maxUnfinished: 2, ...withKey("first") }));
  await create(db, wish({ maxUnfinished: 2 }));
  const refused = await create(db, wish({ maxUnfinished: 2, ...withKey("third") })).catch(
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: "quota.exceeded" });
  expect((await create(db, wish({ maxUnfinished: 2, ...withKey("first") }))).job.id).toBe(first.job.id);
  expect(await countUnfinished(db, workspaceId)).toBe(2);
  await cancel(db, { workspaceId, jobId: first.job.id });
  expect((await create(db, wish({ maxUnfinished: 2, ...withKey("third") }))).created).toBe(true);
});

test("a large quota holds, too, although not every job is counted", async () => {
  const limit = 300;
  for (let i = 0; i < limit; i += 50) {
    await Promise.all(Array.from({ length: 50 }, () => create(db, wish({ maxUnfinished: limit }))));
  }
  const more = await Promise.allSettled(
    Array.from({ length: 20 }, () => create(db, wish({ maxUnfinished: limit }))),
  );
  expect(more.filter(({ status }) => status === "fulfilled")).toEqual([]);
  expect(await countUnfinished(db, workspaceId)).toBe(limit);
});

test("a program that the workspace has already makes the job succeed at birth, without a message", async () => {
  const programId = "00112233445566778899" as ProgramId;
  const sha256 = "a".repeat(64);
  await db.sql`insert into artifact (sha256, size_bytes, media_type) values (${sha256}, 1, 'x')`;
  const source = await create(db, wish());
  const report = {
    heldOut: { exactMatch: 0.5, n: 2 },
    training: { exactMatch: 1, n: 4, steps: 10, seconds: 1, finalLoss: 0.1 },
    predictions: [],
  };
  const draft = {
    id: programId,
    kind: "weights",
    spec: "s",
    seed: 0,
    artifactSha256: sha256,
    report,
  } as const;
  await db.sql.begin((tx) => Program.save(tx, workspaceId, source.job.id, draft));

  const { job } = await create(db, wish({ programId, webhookUrl: "https://example.com/hook" }));
  expect(job).toMatchObject({ state: "succeeded", programId, result: { programId, report } });
  expect(job.finishedAt).toBeInstanceOf(Date);
  expect(await db.sql`select from outbox where job_id = ${job.id}`).toHaveLength(0);
  expect(await db.sql`select from webhook_delivery where job_id = ${job.id}`).toHaveLength(1);
  const events = await db.sql`select type from job_event where job_id = ${job.id} order by sequence`;
  expect(events.map(({ type }) => type)).toEqual(["queued", "succeeded"]);
  expect(job.eventSequence).toBe(2);

  const stranger = await freshWorkspace(db);
  expect((await create(db, { ...wish({ programId }), workspaceId: stranger })).job.state).toBe("queued");
  await Program.remove(db, { workspaceId, programId });
  expect((await create(db, wish({ programId }))).job.state).toBe("queued");
});

test("another workspace's job is not found", async () => {
  const { job } = await create(db, wish());
  const stranger = await freshWorkspace(db);
  await expect(get(db, { workspaceId: stranger, jobId: job.id })).rejects.toMatchObject({
    code: "job.not_found",
  });
  await expect(cancel(db, { workspaceId: stranger, jobId: job.id })).rejects.toMatchObject({
    code: "job.not_found",
  });
  expect((await list(db, { workspaceId: stranger })).items).toEqual([]);
});

test("lists page through everything once, newest first, while new jobs arrive", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) ids.unshift((await create(db, wish())).job.id);
  // Equal times: the id alone orders them.
  await db.sql`update job set created_at = now() where workspace_id = ${workspaceId}`;
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(db, { workspaceId, limit: 3, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
    await create(db, wish());
  } while (cursor);
  expect(seen).toEqual(ids.sort().reverse());
});

test("lists filter by type and state", async () => {
  const compile = await create(db, wish());
  const generate = await create(db, wish({ type: "generate", kind: "loda" }));
  await cancel(db, { workspaceId, jobId: compile.job.id });
  const ids = async (filter: object) =>
    (await list(db, { workspaceId, ...filter })).items.map(({ id }) => id);
  expect(await ids({ type: "generate" })).toEqual([generate.job.id]);
  expect(await ids({ state: "canceled" })).toEqual([compile.job.id]);
  expect(await ids({ type: "generate", state: "canceled" })).toEqual([]);
});
