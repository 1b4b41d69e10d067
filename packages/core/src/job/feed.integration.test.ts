import { setTimeout as sleep } from "node:timers/promises";
import { isFinalEvent, type JobEvent, type JobId, newId, type WorkspaceId } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import { create } from "./create.ts";
import { type Feed, feed } from "./feed.ts";
import { claim, type Lease, progress, succeed } from "./lease.ts";
import { cancel } from "./manage.ts";

let db: Database;
let workspaceId: WorkspaceId;
let following: Feed;
/** So rare that nothing here is found by polling. */
const POLL_SECONDS = 600;
beforeAll(async () => {
  ({ db } = await freshDatabase());
  workspaceId = await freshWorkspace(db);
  following = feed(db, { pollSeconds: POLL_SECONDS });
});
afterAll(() => following.close());

const queued = async (): Promise<JobId> =>
  (await create(db, { workspaceId, type: "compile", kind: "weights", request: {} })).job.id;
async function claimed(jobId: JobId): Promise<Lease> {
  const got = await claim(db, { jobId, workerId: "w", leaseSeconds: 60 });
  if (got.outcome !== "claimed") throw new Error(got.outcome);
  return got.lease;
}
const step = (lease: Lease, done: number): Promise<void> =>
  progress(db, lease, { phase: "train", done, total: 5, metrics: {} });

async function collect(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const seen: JobEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}
const typesOf = (events: readonly JobEvent[]): string[] => events.map(({ type }) => type);

test("followers hear what was and what comes, in order, each event once, up to the final one", async () => {
  const jobId = await queued();
  const early = Array.from({ length: 5 }, () => collect(following.follow({ workspaceId, jobId })));
  const lease = await claimed(jobId);
  for (let done = 1; done <= 5; done++) await step(lease, done);
  const late = collect(following.follow({ workspaceId, jobId }));
  await succeed(db, lease, { result: {} });
  const wanted = ["queued", "started", ...Array<string>(5).fill("progress"), "succeeded"];
  for (const seen of await Promise.all([...early, late])) {
    expect(typesOf(seen)).toEqual(wanted);
    expect(seen.map(({ sequence }) => sequence)).toEqual(wanted.map((_, i) => i + 1));
  }
});

test("who lost the connection goes on after the last event seen", async () => {
  const jobId = await queued();
  const lease = await claimed(jobId);
  await step(lease, 1);
  await succeed(db, lease, { result: {} });
  const rest = await collect(following.follow({ workspaceId, jobId, afterSequence: 2 }));
  expect(typesOf(rest)).toEqual(["progress", "succeeded"]);
  expect(await collect(following.follow({ workspaceId, jobId, afterSequence: 4 }))).toEqual([]);
  expect(await collect(following.follow({ workspaceId, jobId, afterSequence: 99 }))).toEqual([]);
});

test("a thousand events are read in full", async () => {
  const jobId = await queued();
  const lease = await claimed(jobId);
  await db.sql`
    with j as (update job set event_sequence = 1202 where id = ${jobId})
    insert into job_event (job_id, sequence, type, data)
    select ${jobId}, n, 'log', '{"level":"info","message":"x"}' from generate_series(3, 1202) n`;
  await succeed(db, lease, { result: {} });
  const seen = await collect(following.follow({ workspaceId, jobId }));
  expect(seen).toHaveLength(1203);
  expect(isFinalEvent(seen.at(-1)!)).toBe(true);
});

test("a follower that goes away ends, also while it waits", async () => {
  const jobId = await queued();
  const gone = new AbortController();
  const events = following.follow({ workspaceId, jobId, signal: gone.signal });
  expect((await events.next()).value).toMatchObject({ type: "queued" });
  const next = events.next();
  gone.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

test("closing the feed ends its followers", async () => {
  const jobId = await queued();
  const other = feed(db, { pollSeconds: POLL_SECONDS });
  const events = other.follow({ workspaceId, jobId });
  expect((await events.next()).value).toMatchObject({ type: "queued" });
  const next = events.next();
  await other.close();
  expect(await next).toEqual({ done: true, value: undefined });
});

test("waiting ends with the job", async () => {
  const jobId = await queued();
  const waiting = following.settled({ workspaceId, jobId, timeoutSeconds: 60 });
  await succeed(db, await claimed(jobId), { result: { n: 1 } });
  expect(await waiting).toMatchObject({ state: "succeeded", result: { n: 1 } });
  expect(await following.settled({ workspaceId, jobId, timeoutSeconds: 60 })).toMatchObject({
    state: "succeeded",
  });
});

test("waiting ends with its time, and gives the job as it is", async () => {
  const jobId = await queued();
  expect(await following.settled({ workspaceId, jobId, timeoutSeconds: 0.05 })).toMatchObject({
    state: "queued",
  });
  expect(await following.settled({ workspaceId, jobId, timeoutSeconds: 0 })).toMatchObject({
    state: "queued",
  });
});

test("a broken listening connection costs nothing that happens afterwards", async () => {
  const jobId = await queued();
  const follower = following.follow({ workspaceId, jobId });
  await follower.next();
  const events = collect(follower);
  await db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen%' and pid <> pg_backend_pid()`;
  await cancel(db, { workspaceId, jobId });
  expect(typesOf(await events)).toEqual(["canceled"]);
});

test("a follower that cannot listen polls", async () => {
  const deaf = {
    ...db,
    sql: new Proxy(db.sql, {
      get: (sql, name) =>
        name === "listen" ? () => Promise.reject(new Error("no")) : Reflect.get(sql, name),
    }),
  };
  const polling = feed(deaf, { pollSeconds: 0.02 });
  const jobId = await queued();
  const waiting = polling.settled({ workspaceId, jobId, timeoutSeconds: 60 });
  await sleep(50);
  await cancel(db, { workspaceId, jobId });
  expect(await waiting).toMatchObject({ state: "canceled" });
  await polling.close();
});

test("another workspace's job cannot be followed", async () => {
  const jobId = await queued();
  const stranger = await freshWorkspace(db);
  const refused = { code: "job.not_found" };
  await expect(collect(following.follow({ workspaceId: stranger, jobId }))).rejects.toMatchObject(refused);
  await expect(collect(following.follow({ workspaceId, jobId: newId("job") }))).rejects.toMatchObject(
    refused,
  );
  await expect(following.settled({ workspaceId: stranger, jobId, timeoutSeconds: 1 })).rejects.toMatchObject(
    refused,
  );
});
