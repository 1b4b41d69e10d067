import type { PutObjectCommand } from "@aws-sdk/client-s3";
import type { WorkspaceId } from "@weightsmith/contract";
import { freshBucket, freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { beforeAll, expect, test } from "vitest";
import { listObjects, putObject, type Storage } from "../artifact/object.ts";
import type { Database } from "../database/index.ts";
import * as Job from "../job/index.ts";
import { load, save, sweep } from "./index.ts";

let db: Database;
let storage: Storage;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  ({ db } = await freshDatabase());
  storage = await freshBucket();
  workspaceId = await freshWorkspace(db);
});

async function claimed(jobId?: string): Promise<{ job: Job.Job; lease: Job.Lease }> {
  const id =
    (jobId as Job.Job["id"] | undefined) ??
    (await Job.create(db, { workspaceId, type: "compile", kind: "weights", request: {} })).job.id;
  const got = await Job.claim(db, { jobId: id, workerId: "w", leaseSeconds: 60 });
  if (got.outcome !== "claimed") throw new Error(got.outcome);
  return got;
}
const reload = (job: Job.Job): Promise<Job.Job> => Job.get(db, { workspaceId, jobId: job.id });
const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();
async function keysOf(job: Job.Job): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of listObjects(storage, `checkpoints/${job.id}/`))
    keys.push(...page.map(({ key }) => key));
  return keys;
}
const loseLease = (job: Job.Job) =>
  db.sql`update job set lease_expires_at = now() - interval '1 second' where id = ${job.id}`;

test("the next attempt goes on from the last checkpoint; older ones are gone", async () => {
  const { job, lease } = await claimed();
  expect(await load(storage, job)).toBeUndefined();
  for (const step of [10, 20, 30])
    await save(db, storage, lease, { bytes: Buffer.from(`step ${step}`), step });
  await loseLease(job);
  const next = await claimed(job.id);
  expect(next.lease.attempt).toBe(2);
  expect(text(await load(storage, next.job))).toBe("step 30");
  expect(await keysOf(job)).toEqual([`checkpoints/${job.id}/000003`]);
  const steps =
    await db.sql`select data from job_event where job_id = ${job.id} and type = 'checkpoint' order by sequence`;
  expect(steps.map(({ data }) => data.step)).toEqual([10, 20, 30]);
});

test("a worker thought dead neither overwrites a checkpoint nor moves the pointer", async () => {
  const first = await claimed();
  await save(db, storage, first.lease, { bytes: Buffer.from("good"), step: 1 });
  await loseLease(first.job);
  await claimed(first.job.id);
  const late = save(db, storage, first.lease, { bytes: Buffer.from("zombie"), step: 2 });
  await expect(late).rejects.toMatchObject({ code: "job.lease_lost" });
  expect(text(await load(storage, await reload(first.job)))).toBe("good");
  expect(await keysOf(first.job)).toHaveLength(1);
});

test("a worker that loses its lease while it uploads does not move the pointer", async () => {
  const first = await claimed();
  let next: { job: Job.Job; lease: Job.Lease } | undefined;
  const uploading = new Proxy(storage.s3, {
    get: (s3, name) => {
      if (name !== "send") return Reflect.get(s3, name);
      return async (command: PutObjectCommand) => {
        await loseLease(first.job);
        next = await claimed(first.job.id);
        await save(db, storage, next.lease, { bytes: Buffer.from("the successor's"), step: 1 });
        return s3.send(command);
      };
    },
  });
  const late = save(db, { ...storage, s3: uploading }, first.lease, {
    bytes: Buffer.from("zombie"),
    step: 2,
  });
  await expect(late).rejects.toMatchObject({ code: "job.lease_lost" });
  expect(text(await load(storage, await reload(first.job)))).toBe("the successor's");
});

test("an upload that broke off leaves the checkpoint before it in force", async () => {
  const { job, lease } = await claimed();
  await save(db, storage, lease, { bytes: Buffer.from("whole"), step: 1 });
  const away = { ...storage, bucket: "no-such-bucket" };
  const broken = save(db, away, lease, { bytes: Buffer.from("lost"), step: 2 });
  await expect(broken).rejects.toMatchObject({ code: "service.unavailable" });
  expect(text(await load(storage, await reload(job)))).toBe("whole");
  await save(db, storage, lease, { bytes: Buffer.from("next"), step: 3 });
  expect(text(await load(storage, await reload(job)))).toBe("next");
});

test("checkpoints are removed some time after their job ended, strays of a late worker too", async () => {
  const ended = await claimed();
  const running = await claimed();
  const without = await claimed();
  for (const { lease } of [ended, running])
    await save(db, storage, lease, { bytes: Buffer.from("x"), step: 1 });
  await putObject(storage, {
    key: `checkpoints/${ended.job.id}/000009`,
    bytes: Buffer.from("stray"),
    mediaType: "x",
  });
  for (const { lease } of [ended, without]) await Job.succeed(db, lease, { result: {} });
  expect(await sweep(db, storage, { graceSeconds: 3600 }), "not yet").toBe(0);
  expect(await sweep(db, storage, { graceSeconds: -1 })).toBe(1);
  expect(await keysOf(ended.job)).toEqual([]);
  expect(await keysOf(running.job)).toHaveLength(1);
  expect(await load(storage, await reload(ended.job))).toBeUndefined();
  expect(await sweep(db, storage, { graceSeconds: -1 }), "once").toBe(0);
  expect((await reload(without.job)).cleanedAt).toBeInstanceOf(Date);
});
