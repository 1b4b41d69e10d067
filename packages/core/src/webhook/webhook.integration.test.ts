import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WorkspaceId, webhookPayloadSchema } from "@weightsmith/contract";
import { freshDatabase, freshWorkspace } from "@weightsmith/testing/services";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { webhookSecret } from "../account/index.ts";
import type { Database } from "../database/index.ts";
import * as Job from "../job/index.ts";
import { noLog } from "../log.ts";
import { deliverDue, listDeliveries, RETRY_SECONDS } from "./index.ts";

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let db: Database;
let workspaceId: WorkspaceId;
let server: Server;
let base: string;
let received: Received[];
/** What the receiver answers; null: nothing, ever. */
let answer: (path: string) => { status: number; location?: string } | null;

beforeAll(async () => {
  ({ db } = await freshDatabase());
  workspaceId = await freshWorkspace(db);
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const given = answer(request.url!);
    if (!given) return;
    response
      .writeHead(given.status, given.location ? { location: given.location } : {})
      .end("x".repeat(100_000));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  received = [];
  answer = () => ({ status: 204 });
  await db.sql`update webhook_delivery set next_attempt_at = null`;
});

async function finished(path = "/hook", url = base + path): Promise<Job.Job> {
  const { job } = await Job.create(db, {
    workspaceId,
    type: "compile",
    kind: "weights",
    request: { spec: "Upper case." },
    webhookUrl: url,
  });
  return Job.cancel(db, { workspaceId, jobId: job.id });
}
const deliver = (settings: Partial<Parameters<typeof deliverDue>[1]> = {}): Promise<number> =>
  deliverDue(db, { allowPrivate: true, ...settings }, noLog);
const deliveryOf = async (job: Job.Job) => (await listDeliveries(db, { workspaceId, jobId: job.id }))[0]!;
const untilNextTry = async (job: Job.Job): Promise<number> => {
  const [row] = await db.sql`
    select extract(epoch from next_attempt_at - now())::float8 as seconds from webhook_delivery where job_id = ${job.id}`;
  return row!.seconds;
};
/** As if the pause were over. */
const pass = () =>
  db.sql`update webhook_delivery set next_attempt_at = now() where next_attempt_at is not null`;

test("a finished job is told once, signed so that its owner can verify it", async () => {
  const job = await finished();
  expect(await deliver()).toBe(1);
  expect(await deliver()).toBe(0);
  const [{ headers, body }] = received as [Received];
  const verified = new Webhook(await webhookSecret(db, workspaceId)).verify(
    body,
    headers as Record<string, string>,
  );
  expect(webhookPayloadSchema.parse(verified)).toMatchObject({
    type: "job.canceled",
    timestamp: job.finishedAt!.toISOString(),
    data: { id: job.id, state: "canceled", request: { spec: "Upper case." } },
  });
  expect(headers["content-type"]).toBe("application/json");
  expect(await deliveryOf(job)).toMatchObject({ lastStatus: 204, lastError: null, nextAttemptAt: null });
  expect((await deliveryOf(job)).deliveredAt).toBeInstanceOf(Date);

  const another = await freshWorkspace(db);
  expect(await listDeliveries(db, { workspaceId: another, jobId: job.id })).toEqual([]);
  const wrong = new Webhook(await webhookSecret(db, another));
  expect(() => wrong.verify(body, headers as Record<string, string>)).toThrow();
  expect(() => new Webhook("whsec_dGVzdA==").verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test("a receiver in trouble is tried again under the same id, with growing pauses, then given up", async () => {
  answer = () => ({ status: 500 });
  const job = await finished();
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= RETRY_SECONDS.length; attempt++) {
    expect(await deliver()).toBe(1);
    pauses.push(Math.round(await untilNextTry(job)));
    await pass();
  }
  expect(pauses).toEqual(RETRY_SECONDS);
  expect(await deliver()).toBe(1);
  expect(await deliveryOf(job)).toMatchObject({
    nextAttemptAt: null,
    deliveredAt: null,
    lastError: "answered 500",
  });
  await pass();
  expect(await deliver()).toBe(0);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(received).toHaveLength(RETRY_SECONDS.length + 1);
});

test("a receiver that recovers gets the message", async () => {
  let calls = 0;
  answer = () => ({ status: ++calls === 1 ? 503 : 200 });
  const job = await finished();
  await deliver();
  await pass();
  await deliver();
  expect(await deliveryOf(job)).toMatchObject({ attempts: 2, lastStatus: 200, lastError: null });
});

test("410 Gone ends it", async () => {
  answer = () => ({ status: 410 });
  const job = await finished();
  await deliver();
  expect(await deliveryOf(job)).toMatchObject({ attempts: 1, nextAttemptAt: null, deliveredAt: null });
});

test("a redirect is a failure and is not followed", async () => {
  answer = (path) => (path === "/hook" ? { status: 307, location: `${base}/elsewhere` } : { status: 200 });
  const job = await finished();
  await deliver();
  expect(received.map(({ path }) => path)).toEqual(["/hook"]);
  expect(await deliveryOf(job)).toMatchObject({ lastStatus: 307, lastError: "answered 307" });
});

test("a receiver that never answers is left after the time limit", async () => {
  answer = () => null;
  const job = await finished("/slow");
  await deliver({ timeoutSeconds: 0.3 });
  expect(await deliveryOf(job)).toMatchObject({ lastStatus: null, deliveredAt: null });
  expect((await deliveryOf(job)).lastError).toMatch(/timeout|aborted/i);
});

test("a receiver that is slow to answer does not hold up the others", async () => {
  answer = (path) => (path === "/slow" ? null : { status: 200 });
  const slow = await finished("/slow");
  const quick = await finished("/quick");
  const delivering = deliver({ timeoutSeconds: 60 });
  await expect
    .poll(async () => (await deliveryOf(quick)).deliveredAt, { timeout: 30_000 })
    .toBeInstanceOf(Date);
  expect(await deliveryOf(slow)).toMatchObject({ deliveredAt: null, lastError: null });
  server.closeAllConnections();
  await delivering;
  expect((await deliveryOf(slow)).lastError).toMatch(/hang up|reset/i);
});

test("outside local mode a private target gets nothing, by address or by name", async () => {
  const port = new URL(base).port;
  const targets = [
    base,
    `https://127.0.0.1:${port}/`,
    `https://localhost:${port}/`,
    "https://169.254.169.254/latest/",
  ];
  for (const url of targets) {
    const job = await finished("", url);
    await deliver({ allowPrivate: false });
    const delivery = await deliveryOf(job);
    expect(delivery.lastError, url).toMatch(/private|https is needed/);
    expect(delivery.deliveredAt).toBeNull();
  }
  expect(received).toEqual([]);
});

test("several processes deliver each message once", async () => {
  for (let i = 0; i < 25; i++) await finished(`/${i}`);
  const tries = await Promise.all(Array.from({ length: 4 }, () => deliver()));
  expect(tries.reduce((a, b) => a + b)).toBe(25);
  expect(new Set(received.map(({ path }) => path)).size).toBe(25);
  expect(received).toHaveLength(25);
});

test("a delivery whose process died while sending is due again soon", async () => {
  const job = await finished();
  // As deliverDue marks it before it sends.
  await db.sql`
    update webhook_delivery set attempts = 1, next_attempt_at = now() + interval '20 seconds' where job_id = ${job.id}`;
  expect(await deliver()).toBe(0);
  await pass();
  expect(await deliver()).toBe(1);
  expect(received).toHaveLength(1);
});
