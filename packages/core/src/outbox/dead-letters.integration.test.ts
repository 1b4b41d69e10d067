import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { type JobId, newId, type WorkspaceId } from "@weightsmith/contract";
import { freshDatabase, freshQueues, freshWorkspace } from "@weightsmith/testing/services";
import { beforeEach, expect, test } from "vitest";
import type { Database } from "../database/index.ts";
import * as Job from "../job/index.ts";
import { noLog } from "../log.ts";
import * as Queue from "../queue/index.ts";
import { settleDeadLetters } from "./dead-letters.ts";

let db: Database;
let queues: Queue.Queues;
let workspaceId: WorkspaceId;
beforeEach(async () => {
  ({ db } = await freshDatabase());
  queues = await freshQueues({ maxReceiveCount: 1 });
  workspaceId = await freshWorkspace(db);
});

const queued = async (): Promise<JobId> =>
  (await Job.create(db, { workspaceId, type: "compile", kind: "weights", request: {} })).job.id;
const letter = (jobId: JobId): Promise<unknown> =>
  Queue.send(queues, queues.urls.compile.deadLetterUrl, [{ jobId, requestId: null, delaySeconds: 0 }]);
const settle = (): Promise<number> => settleDeadLetters(db, queues, { log: noLog });
const lettersLeft = async (): Promise<number> => {
  const { waiting, inFlight } = await Queue.depth(queues, queues.urls.compile.deadLetterUrl);
  return waiting + inFlight;
};
const read = (jobId: JobId): Promise<Job.Job> => Job.get(db, { workspaceId, jobId });

test("a message that nobody could deal with comes back as a new one, and costs an attempt", async () => {
  const jobId = await queued();
  const { url } = queues.urls.compile;
  await Queue.send(queues, url, [{ jobId, requestId: null, delaySeconds: 0 }]);
  // Received by a worker that dies before it claims the job, until the queue gives up.
  const receive = new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0 });
  await expect
    .poll(async () => {
      await queues.sqs.send(receive);
      return lettersLeft();
    })
    .toBe(1);
  expect(await settle()).toBe(1);
  expect(await lettersLeft()).toBe(0);
  expect(await read(jobId)).toMatchObject({ state: "queued", attempts: 1 });
  expect(await db.sql`select from outbox where job_id = ${jobId} and sent_at is null`).toHaveLength(1);
});

test("the third such letter ends the job, and stays for people to see", async () => {
  const jobId = await queued();
  for (const left of [0, 0, 1]) {
    await letter(jobId);
    await settle();
    expect(await lettersLeft()).toBe(left);
  }
  expect(Job.view(await read(jobId))).toMatchObject({
    state: "failed",
    error: { code: "job.attempts_exhausted" },
  });
});

test("letters of finished and running jobs, and those that are none, are left alone", async () => {
  const running = await queued();
  await Job.claim(db, { jobId: running, workerId: "w", leaseSeconds: 60 });
  const canceled = await queued();
  await Job.cancel(db, { workspaceId, jobId: canceled });
  await letter(running);
  await letter(canceled);
  await queues.sqs.send(
    new SendMessageCommand({ QueueUrl: queues.urls.compile.deadLetterUrl, MessageBody: "what is this" }),
  );
  expect(await settle()).toBe(0);
  expect(await lettersLeft()).toBe(3);
  expect(await read(running)).toMatchObject({ state: "running", attempts: 1 });
});

test("a letter about a job that was deleted goes", async () => {
  await letter(newId("job"));
  expect(await settle()).toBe(1);
  expect(await lettersLeft()).toBe(0);
});
