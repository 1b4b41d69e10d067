import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type QueueMessage, queueMessageSchema, webhookPayloadSchema } from "@weightsmith/contract";
import { Account, Job, noLog, Webhook } from "@weightsmith/core";
import { Webhook as WebhookVerifier } from "standardwebhooks";
import { beforeAll, describe, expect, test } from "vitest";
import { COMPILE, finishJob, INTERPRETER, type TestServices, tenant, testServices } from "../../test/api.ts";
import { type Asking, asking, jobOf, problemOf } from "../../test/asking.ts";

let world: TestServices;
let ann: Asking;
beforeAll(async () => {
  world = await testServices();
  ann = asking(world.services, world.ann);
});

let specs = 0;
const fresh = () => ({ ...COMPILE, spec: `Return the extension, version ${++specs}.` });
const compile = (body: unknown, headers: Record<string, string> = {}) =>
  ann("POST", "/v1/compile", { body, headers });

test("an accepted job is told where it is, and its message names it and the request", async () => {
  const response = await compile(fresh(), { "x-request-id": "from-the-test" });
  const job = await jobOf(response);
  expect(response.headers.get("location")).toBe(`/v1/jobs/${job.id}`);
  expect(job).toMatchObject({
    type: "compile",
    kind: "weights",
    state: "queued",
    request: { examples: 3, method: "auto", interpreter: INTERPRETER.id },
    links: { self: `/v1/jobs/${job.id}`, events: `/v1/jobs/${job.id}/events`, program: null },
  });
  await world.services.dispatcher.drained();
  const { sqs, urls } = world.services.queues;
  const found: QueueMessage[] = [];
  for (let tries = 0; tries < 10 && !found.some(({ jobId }) => jobId === job.id); tries++) {
    const receive = new ReceiveMessageCommand({
      QueueUrl: urls.compile.url,
      WaitTimeSeconds: 1,
      MaxNumberOfMessages: 10,
    });
    const { Messages = [] } = await sqs.send(receive);
    found.push(...Messages.map(({ Body }) => queueMessageSchema.parse(JSON.parse(Body!))));
  }
  expect(found).toContainEqual({ jobId: job.id, requestId: "from-the-test" });
});

describe("the same request", () => {
  test("with the same idempotency key is the same job, also when both come at once", async () => {
    const body = fresh();
    const headers = { "idempotency-key": "same" };
    const answers = await Promise.all(Array.from({ length: 5 }, () => compile(body, headers)));
    const jobs = await Promise.all(answers.map(jobOf));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    const replayed = answers.filter((answer) => answer.headers.get("idempotent-replayed") === "true");
    expect(replayed).toHaveLength(4);
    const other = await compile({ ...body, method: "lora" }, headers);
    expect(other.status).toBe(422);
    expect((await problemOf(other)).code).toBe("idempotency.key_reused");
    const changed = { ...body, examples: [...COMPILE.examples!.slice(0, 2)] };
    expect((await problemOf(await compile(changed, headers))).code).toBe("idempotency.key_reused");
  });

  test("of another tenant with the same idempotency key is another job", async () => {
    const body = fresh();
    const headers = { "idempotency-key": "shared" };
    const mine = await jobOf(await compile(body, headers));
    const bob = asking(world.services, world.bob);
    const theirs = await jobOf(await bob("POST", "/v1/compile", { body, headers }));
    expect(theirs.id).not.toBe(mine.id);
    expect(theirs.programId).toBe(mine.programId);
  });

  test("has succeeded at once when its program is there, whatever the order of the examples", async () => {
    const body = fresh();
    const first = await jobOf(await compile(body));
    await finishJob(world.services, first.id);
    const again = await compile({ ...body, examples: [...body.examples!].reverse(), name: "another name" });
    expect(again.status).toBe(200);
    const job = await jobOf(again);
    expect(job).toMatchObject({
      state: "succeeded",
      programId: first.programId,
      result: { programId: first.programId, report: { heldOut: { exactMatch: 1, n: 1 } } },
      links: { program: `/v1/programs/${first.programId}` },
    });
    expect(job.id).not.toBe(first.id);
    const events = await (await ann("GET", `/v1/jobs/${job.id}/events`)).text();
    expect([...events.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type)).toEqual(["queued", "succeeded"]);
  });

  test("with another seed, method or interpreter's name is another program", async () => {
    const body = fresh();
    const ids = new Set<unknown>();
    for (const change of [{}, { seed: 1 }, { method: "lora" }, { method: "prefix" }]) {
      ids.add((await jobOf(await compile({ ...body, ...change }))).programId);
    }
    expect(ids.size).toBe(4);
    const named = await jobOf(await compile({ ...body, interpreter: INTERPRETER.id }));
    expect(ids).toContain(named.programId);
  });
});

describe("Prefer: wait", () => {
  test("answers 200 with the finished job as soon as it has finished", async () => {
    const body = fresh();
    const waiting = compile(body, { prefer: "wait=20" });
    const jobId = await acceptedJob(body.spec);
    await finishJob(world.services, jobId);
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(response.headers.get("preference-applied")).toBe("wait=20");
    expect(await jobOf(response)).toMatchObject({ id: jobId, state: "succeeded" });
  });

  test("answers 202 with the job as it is when the time is over", async () => {
    const response = await compile(fresh(), { prefer: "wait=1" });
    expect(response.status).toBe(202);
    expect((await jobOf(response)).state).toBe("queued");
  });

  test("works when looking at a job, too", async () => {
    const { id } = await jobOf(await compile(fresh()));
    const waiting = ann("GET", `/v1/jobs/${id}`, { headers: { prefer: "wait=20" } });
    await Job.cancel(world.services.db, { workspaceId: world.ann.workspaceId, jobId: id });
    expect((await jobOf(await waiting)).state).toBe("canceled");
  });
});

describe("refused", () => {
  test("an interpreter that the server has not, naming those it has", async () => {
    const problem = await problemOf(await compile({ ...fresh(), interpreter: "gpt-9" }));
    expect(problem).toMatchObject({
      code: "interpreter.unknown",
      status: 422,
      details: { interpreters: ["tiny"] },
    });
    expect(problem.message).toContain('"gpt-9"');
  });

  test("a kind that no worker makes, naming those that are made", async () => {
    const problem = await problemOf(await ann("POST", "/v1/generate", { body: { kind: "code", spec: "x" } }));
    expect(problem).toMatchObject({ code: "kind.unavailable", status: 422, details: { served: ["loda"] } });
  });

  test("a bad idempotency key", async () => {
    const problem = await problemOf(await compile(fresh(), { "idempotency-key": "x".repeat(201) }));
    expect(problem.code).toBe("idempotency.invalid_key");
  });

  test("more unfinished jobs than the quota allows, until some have finished", async () => {
    const limits = { ...world.services.limits, unfinishedJobs: 2 };
    const carl = await tenant(world.services);
    const small = asking({ ...world.services, limits }, carl);
    const send = () => small("POST", "/v1/compile", { body: fresh() });
    const first = await jobOf(await send());
    await send();
    const refused = await send();
    expect(refused.status).toBe(429);
    expect((await problemOf(refused)).code).toBe("quota.exceeded");
    expect(await (await small("GET", "/v1/usage")).json()).toMatchObject({
      unfinishedJobs: { used: 2, limit: 2 },
    });
    await small("DELETE", `/v1/jobs/${first.id}`);
    expect((await send()).status).toBe(202);
  });
});

describe("a webhook", () => {
  test("may not go to plain http or into the private network, except in local mode", async () => {
    const cases = [
      ["http://example.com/x", "webhook.invalid_url"],
      ["https://user:secret@example.com/x", "webhook.invalid_url"],
      ["file:///etc/passwd", "webhook.invalid_url"],
      ["https://127.0.0.1/x", "webhook.private_address"],
      ["https://[::ffff:10.0.0.1]/x", "webhook.private_address"],
      ["https://169.254.169.254/latest/meta-data", "webhook.private_address"],
    ] as const;
    for (const [url, code] of cases) {
      const response = await compile({ ...fresh(), webhook: { url } });
      expect(response.status, url).toBe(422);
      expect((await problemOf(response)).code, url).toBe(code);
    }
    const local = asking({ ...world.services, localMode: true }, world.ann);
    const accepted = await local("POST", "/v1/compile", {
      body: { ...fresh(), webhook: { url: "http://127.0.0.1:1/x" } },
    });
    expect(accepted.status).toBe(202);
  });

  test("tells of the end of the job, signed so that the receiver can be sure", async () => {
    const received: { headers: Record<string, string>; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        received.push({ headers: request.headers as Record<string, string>, body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const local = asking({ ...world.services, localMode: true }, world.ann);
    const { id } = await jobOf(
      await local("POST", "/v1/compile", { body: { ...fresh(), webhook: { url } } }),
    );
    await finishJob(world.services, id);
    await Webhook.deliverDue(world.services.db, { allowPrivate: true }, noLog);
    server.close();
    const mine = received.find(({ body }) => body.includes(id))!;
    const secret = await Account.webhookSecret(world.services.db, world.ann.workspaceId);
    const payload = webhookPayloadSchema.parse(new WebhookVerifier(secret).verify(mine.body, mine.headers));
    expect(payload).toMatchObject({ type: "job.succeeded", data: { id, state: "succeeded" } });
    expect(() => new WebhookVerifier(secret).verify(`${mine.body} `, mine.headers)).toThrow();
  });
});

/** The job of a request that is still waiting for its answer. */
async function acceptedJob(spec: string) {
  const { db } = world.services;
  for (;;) {
    const { items } = await Job.list(db, { workspaceId: world.ann.workspaceId, limit: 5 });
    const job = items.find(({ request }) => request.spec === spec);
    if (job !== undefined) return job.id;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
