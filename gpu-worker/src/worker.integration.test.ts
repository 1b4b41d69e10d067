import { setTimeout as sleep } from "node:timers/promises";
import { AppError, type JobState, type JobType } from "@weightsmith/contract";
import { Artifact, Job, Outbox, Queue } from "@weightsmith/core";
import { pino } from "pino";
import { afterEach, beforeAll, expect, test } from "vitest";
import { freshServices, type Services } from "../test/services.ts";
import type { Finished, Handler, HandlerContext } from "./handler.ts";
import type { Stopped } from "./stop.ts";
import { startWorker, type Worker, type WorkerSettings } from "./worker.ts";

let services: Services;
const workers: Worker[] = [];

beforeAll(async () => {
  services = await freshServices();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

const settings: WorkerSettings = {
  workerId: "worker-1",
  device: "cpu",
  leaseSeconds: 5,
  heartbeatSeconds: 0.1,
  attemptSeconds: 60,
  progressMs: 20,
  visibilitySeconds: 2,
  waitSeconds: 1,
  concurrency: 1,
  drainSeconds: 0,
};

function start(handler: Handler, changes: Partial<WorkerSettings> = {}, type: JobType = "compile"): Worker {
  const worker = startWorker(
    services,
    { [type]: handler },
    { ...settings, ...changes },
    pino({ level: "silent" }),
  );
  workers.push(worker);
  return worker;
}

const done = (output: unknown = "done"): Finished => ({ result: { programId: null, report: null, output } });

const read = (job: Job.Job) => Job.get(services.db, { workspaceId: services.workspaceId, jobId: job.id });

async function untilState(job: Job.Job, state: JobState): Promise<Job.Job> {
  await expect.poll(async () => (await read(job)).state, { timeout: 15_000, interval: 10 }).toBe(state);
  return read(job);
}

async function eventTypes(job: Job.Job): Promise<string[]> {
  const rows = await services.db.sql`select type from job_event where job_id = ${job.id} order by sequence`;
  return rows.map(({ type }) => type);
}

/** Resolves with the stop's reason, as a handler that listens to its signal does. */
const untilStopped = (signal: AbortSignal): Promise<Stopped> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason as Stopped);
    signal.addEventListener("abort", () => resolve(signal.reason as Stopped), { once: true });
  });

test("a job goes from its message to its result, with progress, and leaves the queue empty", async () => {
  start(async ({ job, progress }) => {
    progress({ phase: "train", done: 1, total: 2, metrics: { loss: 0.5 } });
    progress({ phase: "train", done: 2, total: 2, metrics: { loss: 0.25 } });
    return done(job.request);
  });
  const job = await untilState(await services.submit("compile", { spec: "echo" }), "succeeded");
  expect(job.result).toMatchObject({ output: { spec: "echo" } });
  expect(job.progress).toMatchObject({ phase: "train", done: 2 });
  expect(await eventTypes(job)).toEqual(["queued", "started", "progress", "progress", "succeeded"]);
  const { url } = services.queues.urls.compile;
  await expect.poll(() => Queue.depth(services.queues, url)).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
});

test("a message delivered again, during and after the work, starts nothing a second time", async () => {
  let begun = 0;
  const work: Handler = async ({ signal }) => {
    begun++;
    await sleep(400, undefined, { signal });
    return done(begun);
  };
  start(work, { workerId: "one" });
  start(work, { workerId: "two" });
  const job = await services.submit();
  const again = () => services.dispatcher.send({ ...job, state: "queued" });
  await again();
  await expect.poll(() => begun).toBe(1);
  await again();
  await untilState(job, "succeeded");
  await again();
  const { url } = services.queues.urls.compile;
  await expect
    .poll(() => Queue.depth(services.queues, url), { timeout: 5000 })
    .toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
  expect(begun).toBe(1);
  expect((await eventTypes(job)).filter((type) => type === "succeeded")).toHaveLength(1);
});

test("a cancel reaches the handler and the job ends canceled, even if the handler finishes all the same", async () => {
  const reasons: string[] = [];
  start(async ({ signal, job }) => {
    reasons.push((await untilStopped(signal)).reason);
    if (job.request.obedient) throw signal.reason;
    return done();
  });
  for (const obedient of [true, false]) {
    const job = await untilState(await services.submit("compile", { obedient }), "running");
    await Job.cancel(services.db, { workspaceId: services.workspaceId, jobId: job.id });
    await untilState(job, "canceled");
  }
  expect(reasons).toEqual(["canceled", "canceled"]);
});

test("an error that may pass is tried again later; one that may not ends the job with its code", async () => {
  let attempts = 0;
  start(async ({ job }) => {
    if (job.request.final) throw new AppError("training.diverged", { message: "The loss is not a number." });
    attempts++;
    throw new Error("secret: the disk of host 17 is full");
  });
  const failed = await untilState(await services.submit("compile", { final: true }), "failed");
  expect(failed.error).toMatchObject({ code: "training.diverged", message: "The loss is not a number." });

  const job = await services.submit();
  await expect.poll(() => eventTypes(job)).toEqual(["queued", "started", "log", "queued"]);
  const waiting = await read(job);
  expect(waiting.state).toBe("queued");
  expect(waiting.availableAt.getTime()).toBeGreaterThan(Date.now());
  expect(JSON.stringify(waiting.error)).not.toContain("host 17");
  expect(attempts).toBe(1);
});

test("an attempt that takes too long ends with its own code", async () => {
  start(
    async ({ signal }) => {
      throw await untilStopped(signal);
    },
    { attemptSeconds: 0.2 },
  );
  const job = await untilState(await services.submit(), "failed");
  expect(job.error?.code).toBe("job.time_limit");
});

test("a worker told to stop gives its job back at once, and another goes on from the checkpoint", async () => {
  const work: Handler = async ({ signal, checkpoint }) => {
    const saved = await checkpoint.load();
    if (saved) return done(`went on from ${Buffer.from(saved)}`);
    await untilStopped(signal);
    await checkpoint.save(Buffer.from("step 7"), 7);
    throw signal.reason;
  };
  const first = start(work, { workerId: "first" });
  const job = await untilState(await services.submit(), "running");
  await first.stop();
  const released = await read(job);
  expect([released.state, released.attempts]).toEqual(["queued", 0]);
  start(work, { workerId: "second" });
  const finished = await untilState(job, "succeeded");
  expect(finished.result).toMatchObject({ output: "went on from step 7" });
  expect(finished.workerId).toBe("second");
});

test("work that ends within the drain time is finished, not given back", async () => {
  let finish = () => {};
  const worker = start(
    async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return done();
    },
    { drainSeconds: 30 },
  );
  const job = await untilState(await services.submit(), "running");
  const stopped = worker.stop();
  expect(worker.health().status).toBe("draining");
  const late = await services.submit();
  finish();
  await stopped;
  expect((await read(job)).state).toBe("succeeded");
  expect((await read(late)).state).toBe("queued");
});

test("a worker that went silent loses its job to another, and cannot write its result any more", async () => {
  let wake = () => {};
  let slept = false;
  const oldReason = Promise.withResolvers<string>();
  const frozen: Handler = async ({ signal }) => {
    slept = true;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    oldReason.resolve((await untilStopped(signal)).reason);
    return done("from the old worker");
  };
  // Its heart beats so rarely that its lease runs out: as if the whole process had been stopped.
  const old = start(frozen, {
    workerId: "old",
    leaseSeconds: 0.2,
    heartbeatSeconds: 2,
    visibilitySeconds: 60,
  });
  const job = await services.submit();
  await expect.poll(() => slept).toBe(true);
  await expect.poll(() => Job.expireLeases(services.db), { timeout: 5000 }).toBe(1);
  const stopping = old.stop();
  start(async () => done("from the new worker"), { workerId: "new" });
  await services.dispatcher.send(await read(job));
  const finished = await untilState(job, "succeeded");
  wake();
  expect(["lease_lost", "draining"]).toContain(await oldReason.promise);
  await stopping;
  expect((await read(job)).result).toEqual(finished.result);
  expect(finished.result).toMatchObject({ output: "from the new worker" });
});

test("a worker whose message is taken while the database is away leaves the message in the queue", async () => {
  const job = await services.submit();
  const { sql } = services.db;
  let refusals = 0;
  const broken: Services = {
    ...services,
    db: {
      ...services.db,
      sql: Object.assign((...args: Parameters<typeof sql>) => sql(...args), sql, {
        begin: async () => {
          refusals++;
          throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
        },
      }) as typeof sql,
    },
  };
  const worker = startWorker(broken, { compile: async () => done() }, settings, pino({ level: "silent" }));
  await expect.poll(() => refusals, { timeout: 10_000 }).toBeGreaterThan(1);
  await worker.stop();
  expect((await read(job)).state).toBe("queued");
  start(async () => done());
  await untilState(job, "succeeded");
});

test("a message that is not understood is left for the dead-letter queue and the worker goes on", async () => {
  const { url } = services.queues.urls.generate;
  const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
  await services.queues.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "{not json" }));
  start(async () => done(), {}, "generate");
  await untilState(await services.submit("generate"), "succeeded");
  const { inFlight } = await Queue.depth(services.queues, url);
  expect(inFlight).toBe(1);
});

test("an artifact is stored by patience when the store fails again and again", async () => {
  const { s3 } = services.storage;
  let calls = 0;
  const flaky = Object.create(s3, {
    send: {
      value: (...args: Parameters<typeof s3.send>) => {
        calls++;
        if (calls <= 5) return Promise.reject(new Error("connection reset"));
        return s3.send(...args);
      },
    },
  });
  const worker = startWorker(
    { ...services, storage: { ...services.storage, s3: flaky } },
    {
      compile: async ({ artifacts }: HandlerContext) => {
        const { sha256 } = await artifacts.put(Buffer.from("weights"), { mediaType: "text/plain" });
        return done(sha256);
      },
    },
    settings,
    pino({ level: "silent" }),
  );
  workers.push(worker);
  const job = await untilState(await services.submit(), "succeeded");
  const { output } = job.result as { output: string };
  expect(Buffer.from(await Artifact.get(services.storage, output)).toString()).toBe("weights");
});

test("a lost message is sent again by the sweeper and the job is done", async () => {
  const { job } = await Job.create(services.db, {
    workspaceId: services.workspaceId,
    type: "compile",
    kind: "weights",
    request: {},
  });
  // Nobody sent it: as if the API had died between its commit and the queue.
  start(async () => done());
  const sweep = async () => {
    await Outbox.sendDue(services.db, services.queues, { log: () => {} });
    return (await read(job)).state;
  };
  await expect.poll(sweep, { timeout: 60_000 }).toBe("succeeded");
});
