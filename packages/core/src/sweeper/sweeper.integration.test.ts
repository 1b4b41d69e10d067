import { setTimeout as sleep } from "node:timers/promises";
import { freshBucket, freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";
import { expect, test } from "vitest";
import * as Artifact from "../artifact/index.ts";
import * as Job from "../job/index.ts";
import * as Limit from "../limit/index.ts";
import { noLog } from "../log.ts";
import { type Swept, start, sweep } from "./index.ts";

async function parts() {
  const { db } = await freshDatabase();
  return { db, storage: await freshBucket(), queues: await freshQueues(), log: noLog };
}

const nothing: Swept = {
  leasesExpired: 0,
  deadLettersSettled: 0,
  messagesSent: 0,
  checkpointsRemoved: 0,
  filesRemoved: 0,
  programsPurged: 0,
  artifactsRemoved: 0,
  idempotencyKeysRemoved: 0,
  rateWindowsRemoved: 0,
  sessionsRemoved: 0,
};

test("one pass does everything that is due, and a second one nothing", async () => {
  const house = await parts();
  const { db, storage } = house;
  const workspaceId = await freshWorkspace(db);
  const wish = { workspaceId, type: "compile", kind: "weights", request: {} } as const;
  const idempotency = { key: "k", requestHash: "h" };

  await Job.create(db, { ...wish, idempotency });
  const dying = await Job.create(db, wish);
  await Job.claim(db, { jobId: dying.job.id, workerId: "w", leaseSeconds: 60 });
  await Artifact.put(db, storage, Buffer.from("orphan"), { mediaType: "x" });
  await Limit.take(db, { subject: "ip:192.0.2.1", bucket: "create", limit: 10, periodSeconds: 60 });
  await db.sql`update job set lease_expires_at = now() - interval '1 second' where state = 'running'`;
  await db.sql`update outbox set sweep_at = now()`;
  await db.sql`update artifact set touched_at = now() - interval '2 days'`;
  await db.sql`update idempotency_key set expires_at = now() - interval '1 second'`;
  await db.sql`update rate_window set full_at = now() - interval '1 second'`;

  expect(await sweep(house)).toEqual({
    ...nothing,
    leasesExpired: 1,
    messagesSent: 2,
    artifactsRemoved: 1,
    idempotencyKeysRemoved: 1,
    rateWindowsRemoved: 1,
  });
  expect(await sweep(house)).toEqual(nothing);
});

test("a task that fails keeps none of the others from running, and is logged", async () => {
  const house = await parts();
  const logged: unknown[] = [];
  const log = (...entry: unknown[]): void => void logged.push(entry);
  await Artifact.put(house.db, house.storage, Buffer.from("orphan"), { mediaType: "x" });
  await Limit.take(house.db, { subject: "a", bucket: "b", limit: 10, periodSeconds: 60 });
  await house.db.sql`update rate_window set full_at = now() - interval '1 second'`;
  const broken = { ...house, storage: { ...house.storage, bucket: "no-such-bucket" }, log };
  const swept = await sweep(broken, { artifactGraceSeconds: -1 });
  expect(swept).toEqual({ ...nothing, artifactsRemoved: null, rateWindowsRemoved: 1 });
  expect(JSON.stringify(logged)).toContain("artifactsRemoved");
});

test("the loop sweeps until it is stopped, and then stops", async () => {
  const house = await parts();
  const stopping = new AbortController();
  const loop = start(house, {
    signal: stopping.signal,
    intervalSeconds: 0.01,
    adoptIntervalSeconds: 0.01,
    webhooks: { allowPrivate: true },
  });
  const { sha256 } = await Artifact.put(house.db, house.storage, Buffer.from("orphan"), { mediaType: "x" });
  // An object without a row, as after the restore of an older backup: the loop finds it, and then it ages like others.
  await house.db.sql`delete from artifact`;
  while ((await house.db.sql`select from artifact where sha256 = ${sha256}`).length === 0) await sleep(10);
  // As long as the object is there, each look at the bucket makes it known again.
  while ((await house.db.sql`select from artifact`).length > 0) {
    await house.db.sql`update artifact set touched_at = now() - interval '2 days'`;
    await sleep(10);
  }
  stopping.abort();
  await loop;
  await expect(Artifact.get(house.storage, sha256)).rejects.toMatchObject({ code: "artifact.not_found" });
});
