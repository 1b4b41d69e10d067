import {
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { queueMessageSchema, type WorkspaceId } from "@weightsmith/contract";
import { freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";
import { beforeEach, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import { create } from "../job/create.ts";
import { claim, fail, release } from "../job/lease.ts";
import type { Job } from "../job/row.ts";
import { noLog } from "../log.ts";
import type { Queues } from "../queue/index.ts";
import { type DueSettings, dispatcher, sendDue } from "./index.ts";

let db: Database;
let queues: Queues;
let workspaceId: WorkspaceId;
beforeEach(async () => {
  ({ db } = await freshDatabase());
  queues = await freshQueues();
  workspaceId = await freshWorkspace(db);
});

const queued = async (): Promise<Job> =>
  (await create(db, { workspaceId, type: "compile", kind: "weights", request: {}, requestId: "req_7" })).job;
const many = (count: number): Promise<Job[]> => Promise.all(Array.from({ length: count }, queued));

/** Everything that can be received now, deleted. */
async function receiveAll(url = queues.urls.compile.url): Promise<string[]> {
  const jobIds: string[] = [];
  for (;;) {
    const { Messages = [] } = await queues.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (Messages.length === 0) return jobIds;
    jobIds.push(...Messages.map(({ Body }) => queueMessageSchema.parse(JSON.parse(Body!)).jobId));
    await queues.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
    );
  }
}
/** As if these seconds had passed for every message. */
const pass = (seconds: number) => db.sql`
  update outbox set sweep_at = sweep_at - make_interval(secs => ${seconds}),
    not_before = not_before - make_interval(secs => ${seconds}), sent_at = sent_at - make_interval(secs => ${seconds})`;
const sends = (settings?: DueSettings): Promise<number> =>
  sendDue(db, queues, { log: noLog, ...(settings && { settings }) });
/** As if the process that accepted a job had used up its time to send the message. */
const due = () => db.sql`update outbox set sweep_at = now() where sent_at is null`;
/** So that nothing counts as lost however slow the machine is. */
const patient: DueSettings = { lostSeconds: 3600, staleSeconds: 3600, limit: 1000 };
const sorted = (ids: readonly string[]): string[] => [...ids].sort();

/** A client whose sends are counted, and may fail. */
function watching(fails: (call: number) => boolean = () => false): { queues: Queues; batches: number[] } {
  const batches: number[] = [];
  const sqs = new Proxy(queues.sqs, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return (command: unknown, ...rest: unknown[]) => {
        if (command instanceof SendMessageBatchCommand) {
          batches.push(command.input.Entries!.length);
          if (fails(batches.length)) return Promise.reject(new Error("the queue is away"));
        }
        return (target.send as (...all: unknown[]) => unknown)(command, ...rest);
      };
    },
  }) as SQSClient;
  return { queues: { ...queues, sqs }, batches };
}

test("each job's message is sent once, many of them in one call", async () => {
  const jobs = await many(95);
  const { queues: watched, batches } = watching();
  const outgoing = dispatcher(db, watched, { log: noLog });
  await Promise.all(jobs.map((job) => outgoing.send(job)));
  expect(sorted(await receiveAll())).toEqual(sorted(jobs.map(({ id }) => id)));
  expect(batches.length).toBeLessThanOrEqual(14);
  expect(await db.sql`select from outbox where sent_at is null`).toHaveLength(0);
  await due();
  expect(await sends(patient), "nothing is left for the sweeper").toBe(0);
});

test("what cannot be sent is left to the sweeper, and the caller hears nothing of it", async () => {
  const jobs = await many(30);
  const { queues: watched } = watching((call) => call % 2 === 1);
  const outgoing = dispatcher(db, watched, { log: noLog });
  await Promise.all(jobs.map((job) => outgoing.send(job)));
  const first = await receiveAll();
  expect(first.length).toBeLessThan(30);
  await db.sql`update outbox set sweep_at = now() + interval '1 hour'`;
  expect(await sends(patient), "not yet: it may be about to be sent").toBe(0);
  await due();
  expect(await sends(patient)).toBe(30 - first.length);
  expect(sorted([...first, ...(await receiveAll())])).toEqual(sorted(jobs.map(({ id }) => id)));
});

test("a finished job's message is not sent", async () => {
  const { queues: watched, batches } = watching();
  await dispatcher(db, watched, { log: noLog }).send({ ...(await queued()), state: "succeeded" });
  expect(batches).toEqual([]);
});

test("a lost message is sent again, each time after twice as long, until the job is claimed", async () => {
  // In large steps, so that the time which the test itself takes does not count.
  const settings = { lostSeconds: 60, staleSeconds: 3600, limit: 10 };
  const job = await queued();
  await dispatcher(db, queues, { log: noLog }).send(job);
  expect(await receiveAll()).toHaveLength(1);
  const minutes: number[] = [];
  for (let minute = 1; minute <= 8; minute++) {
    await pass(60);
    if ((await sends(settings)) > 0) {
      minutes.push(minute);
      expect(await receiveAll()).toEqual([job.id]);
    }
  }
  expect(minutes).toEqual([1, 3, 7]);
  await claim(db, { jobId: job.id, workerId: "w", leaseSeconds: 60 });
  await pass(10_000);
  expect(await sends(settings)).toBe(0);
});

test("while a queue has messages waiting, none of its own counts as lost", async () => {
  const jobs = await many(3);
  const outgoing = dispatcher(db, queues, { log: noLog });
  await Promise.all(jobs.map((job) => outgoing.send(job)));
  await pass(60);
  expect(await sends()).toBe(0);
  await pass(900);
  expect(await sends(), "but not for ever").toBe(3);
});

test("everything a queue forgot in a restart is sent again", async () => {
  const jobs = await many(25);
  const outgoing = dispatcher(db, queues, { log: noLog });
  await Promise.all(jobs.map((job) => outgoing.send(job)));
  await queues.sqs.send(new PurgeQueueCommand({ QueueUrl: queues.urls.compile.url }));
  await pass(6);
  expect(await sends()).toBe(25);
  expect(sorted(await receiveAll())).toEqual(sorted(jobs.map(({ id }) => id)));
});

test("several sweepers at once send each message once", async () => {
  const jobs = await many(40);
  await due();
  const counts = await Promise.all(Array.from({ length: 5 }, () => sends()));
  expect(counts.reduce((a, b) => a + b)).toBe(40);
  expect(sorted(await receiveAll())).toEqual(sorted(jobs.map(({ id }) => id)));
});

test("a released job's message goes out at once; that of one that backs off is held back", async () => {
  const [released, failed] = await many(2);
  for (const job of [released!, failed!]) {
    const got = await claim(db, { jobId: job.id, workerId: "w", leaseSeconds: 60 });
    if (got.outcome !== "claimed") throw new Error(got.outcome);
    if (job === released) await release(db, got.lease);
    else {
      const error = { code: "service.unavailable", title: "", message: "", remedy: "", retryable: true };
      await fail(db, got.lease, error, { backOff: { firstSeconds: 600, factor: 1, maxSeconds: 600 } });
    }
  }
  expect(await sends()).toBe(2);
  expect(await receiveAll()).toEqual([released!.id]);
});

test("a job that failed too often goes to the dead letters, once", async () => {
  const job = await queued();
  for (let attempt = 1; attempt <= 3; attempt++) {
    const got = await claim(db, { jobId: job.id, workerId: "w", leaseSeconds: 60 });
    if (got.outcome !== "claimed") throw new Error(got.outcome);
    const error = { code: "service.unavailable", title: "", message: "", remedy: "", retryable: true };
    await fail(db, got.lease, error, { backOff: { firstSeconds: 0, factor: 1, maxSeconds: 0 } });
  }
  await due();
  expect(await sends()).toBe(1);
  expect(await sends()).toBe(0);
  expect(await receiveAll(queues.urls.compile.deadLetterUrl)).toEqual([job.id]);
  expect(await receiveAll()).toEqual([]);
  expect(await db.sql`select from outbox`).toHaveLength(0);
});

test("a message goes at once after a quiet moment, and those of a busy one share the next call", async () => {
  let calls = 0;
  queues.sqs.middlewareStack.add(
    (next) => (args) => {
      calls++;
      return next(args);
    },
    { step: "initialize" },
  );
  const spaced = dispatcher(db, queues, { log: noLog, spacingMilliseconds: 60_000 });
  const [first, ...rest] = await many(8);
  await spaced.send(first!);
  expect(calls).toBe(1);
  const sent = rest.map((job) => spaced.send(job));
  await spaced.drained();
  await Promise.all(sent);
  expect(calls).toBe(2);
  expect(sorted(await receiveAll())).toEqual(sorted([first!, ...rest].map(({ id }) => id)));
});
