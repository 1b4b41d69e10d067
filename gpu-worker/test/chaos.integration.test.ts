/**
 * What may go wrong while jobs are worked on, made to go wrong. Whatever it is, afterwards every job has ended, exactly
 * once and with the right answer, and nothing is left over that the sweeper would not collect.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { Database, type Job, noLog, Outbox, Queue } from "@weightsmith/core";
import {
  failingProxy,
  freshBucket,
  freshDatabase,
  freshQueues,
  ownPostgres,
  s3ClientOf,
  sharedServers,
} from "@weightsmith/testing/services";
import { build } from "esbuild";
import { pino } from "pino";
import { expect, test } from "vitest";
import { startWorker, type Worker, type WorkerSettings } from "../src/worker.ts";
import { type ChaosRequest, handler } from "./chaos/job.ts";
import { MOMENTS } from "./chaos/moments.ts";
import { expectAllInOrder, openScene, type Stores } from "./chaos/scene.ts";
import { workerSettings } from "./chaos/settings.ts";
import type { Parts } from "./chaos/worker-process.ts";

/** Messages come back quickly, and often enough that the dead-letter queue is not what ends a job. */
const queueSettings = { visibilitySeconds: workerSettings.visibilitySeconds, maxReceiveCount: 50 };

const request = (seed: string, more: Partial<ChaosRequest> = {}): ChaosRequest => ({
  seed,
  steps: 3,
  stepMs: 5,
  ...more,
});

/** Workers in this process. */
function startWorkers(
  count: number,
  stores: Stores,
  begun: string[] = [],
  changes: Partial<WorkerSettings> = {},
): Worker[] {
  const dispatcher = Outbox.dispatcher(stores.db, stores.queues, { log: noLog });
  return Array.from({ length: count }, (_, n) =>
    startWorker(
      { ...stores, dispatcher },
      {
        compile: (context) => {
          begun.push(context.job.id);
          return handler(context);
        },
      },
      { ...workerSettings, workerId: `worker-${n}`, ...changes },
      pino({ level: "silent" }),
    ),
  );
}
const stopAll = (workers: readonly Worker[]): Promise<unknown> =>
  Promise.all(workers.map((worker) => worker.stop()));

/** Seeded, so that a failure can be met again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`workers killed by SIGKILL at ${MOMENTS.length} different moments lose and repeat nothing`, async () => {
  const { db, url } = await freshDatabase();
  const storage = await freshBucket();
  const queues = await freshQueues(queueSettings);
  const markers = mkdtempSync(path.join(tmpdir(), "weightsmith-chaos-"));
  const scene = await openScene({ db, storage, queues });
  const servers = sharedServers();
  const parts: Parts = {
    databaseUrl: url,
    objectStore: servers.objectStore,
    bucket: storage.bucket,
    queues: servers.queues,
    urls: queues.urls,
    markers,
  };
  // As one file: a worker that dies a dozen times should start quickly.
  const script = path.join(markers, "..", `${path.basename(markers)}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL("./chaos/worker-process.ts", import.meta.url))],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    // What was CommonJS asks for Node's modules by require().
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    external: ["pg-native"],
    logLevel: "error",
  });
  const processes = new Set<ChildProcess>();
  const ends: (string | number | null)[] = [];
  let over = false;
  const employ = (): void => {
    const child = spawn(process.execPath, [script, JSON.stringify(parts)], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    processes.add(child);
    child.once("exit", (status, signal) => {
      processes.delete(child);
      ends.push(signal ?? status);
      if (!over) employ();
    });
  };
  const jobs = await Promise.all([
    ...MOMENTS.map((killAt) => scene.accept(request(killAt, { killAt }))),
    ...MOMENTS.map((moment) => scene.accept(request(`undisturbed ${moment}`))),
  ]);
  for (let n = 0; n < 3; n++) employ();
  try {
    await scene.allEnded(90);
    // The last moment comes after the job's end.
    await expect.poll(() => readdirSync(markers).length, { timeout: 10_000 }).toBe(MOMENTS.length);
  } finally {
    over = true;
    const gone = [...processes].map((child) => once(child, "exit"));
    for (const child of processes) child.kill("SIGTERM");
    await Promise.all(gone);
    await scene.close();
  }
  expect(ends.filter((end) => end === "SIGKILL")).toHaveLength(MOMENTS.length);
  expect(
    ends.filter((end) => end !== "SIGKILL"),
    "the others drained",
  ).toEqual([0, 0, 0]);
  const killed = readdirSync(markers).map((id) => readFileSync(path.join(markers, id), "utf8"));
  expect(killed.sort()).toEqual([...MOMENTS].sort());
  await expectAllInOrder(scene, jobs);
  rmSync(markers, { recursive: true });
  rmSync(script);
});

test("messages delivered three times, lost on the way and forgotten by the queue: each job is worked on once", async () => {
  const { db } = await freshDatabase();
  const storage = await freshBucket();
  const queues = await freshQueues(queueSettings);
  const scene = await openScene({ db, storage, queues });
  const begun: string[] = [];
  const jobs: Job.Job[] = [];
  const { url } = queues.urls.compile;
  const message = (job: Job.Job) => [{ jobId: job.id, requestId: null, delaySeconds: 0 }];
  for (let n = 0; n < 45; n++) {
    const job = await scene.accept(request(`delivery ${n}`));
    jobs.push(job);
    // A third of the messages is lost, a third comes three times.
    if (n % 3 === 0) await queues.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    if (n % 3 === 1) for (let again = 0; again < 2; again++) await Queue.send(queues, url, message(job));
  }
  // No worker dies here, so no lease may run out, however slow the machine is.
  const workers = startWorkers(3, { db, storage, queues }, begun, {
    leaseSeconds: 60,
    visibilitySeconds: 60,
  });
  // And some come once more while the job is worked on, or after its end.
  for (const job of jobs.slice(0, 15)) {
    await sleep(10);
    await Queue.send(queues, url, message(job));
  }
  await scene.allEnded(60);
  await expect
    .poll(() => Queue.depth(queues, url), { timeout: 20_000 })
    .toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
  await stopAll(workers);
  await scene.close();
  expect(begun.sort()).toEqual(jobs.map(({ id }) => id as string).sort());
  await expectAllInOrder(scene, jobs);
});

test("a database restarted under load, in order and by a crash: what was accepted is done", async () => {
  const postgres = await ownPostgres({ connectSeconds: 2 });
  const storage = await freshBucket();
  const queues = await freshQueues(queueSettings);
  const scene = await openScene({ db: postgres.db, storage, queues });
  const workerDb = Database.connect(postgres.url, { maxConnections: 6, connectSeconds: 2 });
  const workers = startWorkers(3, { db: workerDb, storage, queues });

  const jobs: Job.Job[] = [];
  let refusals = 0;
  let submitting = true;
  const client = async (name: string): Promise<void> => {
    for (let n = 0; submitting; n++) {
      const key = `${name} ${n}`;
      for (;;) {
        try {
          // The same key until an answer comes: the client cannot know whether the job was accepted.
          jobs.push(await scene.accept(request(key, { stepMs: 20 }), key));
          break;
        } catch (error) {
          if (!Database.isUnavailable(error)) throw error;
          refusals++;
          await sleep(50);
        }
      }
      await sleep(60);
    }
  };
  const clients = ["a", "b", "c"].map(client);
  await sleep(600);
  await postgres.restart("orderly", 300);
  await sleep(800);
  await postgres.restart("crash", 300);
  await sleep(800);
  submitting = false;
  await Promise.all(clients);
  expect(refusals, "the restarts were felt").toBeGreaterThan(0);
  await scene.allEnded(60);
  await stopAll(workers);
  await Database.close(workerDb);
  await scene.close();
  await expectAllInOrder(scene, jobs);
});

test("an object store that fails half of all requests: every artifact is whole, and no orphan stays", async () => {
  const { db } = await freshDatabase();
  const storage = await freshBucket();
  const queues = await freshQueues(queueSettings);
  const { objectStore } = sharedServers();
  const proxy = await failingProxy(objectStore.endpoint, { failureRate: 0.5, random: randomOf(7) });
  const shaky = { bucket: storage.bucket, s3: s3ClientOf({ ...objectStore, endpoint: proxy.endpoint }) };
  const scene = await openScene({ db, storage, queues });
  const workers = startWorkers(4, { db, storage: shaky, queues });
  const jobs = await Promise.all(Array.from({ length: 20 }, (_, n) => scene.accept(request(`storage ${n}`))));
  await scene.allEnded(90);
  await stopAll(workers);
  shaky.s3.destroy();
  await scene.close();
  expect(proxy.seen.failures / proxy.seen.requests).toBeGreaterThan(0.4);
  await expectAllInOrder(scene, jobs);
});
