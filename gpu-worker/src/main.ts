/**
 * Entry point of the worker: environment in, clients out. The computing is done by one process for each type of job, of
 * which this one is the keeper. SIGTERM and SIGINT drain it; a second one ends it at once. Exit status 0 after a drain, 1
 * if it could not start.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { JobType } from "@weightsmith/contract";
import { Database, Metrics, Outbox, Trace } from "@weightsmith/core";
import { pino } from "pino";
import manifest from "../package.json" with { type: "json" };
import { startCodeQueue } from "./code-queue/index.ts";
import { type Executor, startExecutor } from "./executor/index.ts";
import type { Handlers } from "./handler.ts";
import { seedLeaderboard } from "./handlers/leaderboard/seed.ts";
import { serveHealth } from "./health.ts";
import { parseEnvironment } from "./settings.ts";
import { startWorker } from "./worker.ts";

const environment = parseEnvironment(process.env);
const workerId = environment.WEIGHTSMITH_WORKER_ID;
const log = pino({ level: environment.WEIGHTSMITH_LOG_LEVEL, base: { workerId } });

// Until there is something to drain, to be asked to end is to end. Executors end with their keeper.
const signals = ["SIGTERM", "SIGINT"] as const;
const endAtOnce = () => process.exit(0);
for (const signal of signals) process.on(signal, endAtOnce);

const startExecutorFor = (type: JobType): Promise<Executor> =>
  startExecutor(
    {
      type,
      device: environment.WEIGHTSMITH_DEVICE,
      threads: environment.WEIGHTSMITH_THREADS,
      modelsFolder: environment.WEIGHTSMITH_MODELS,
      lodaProgramsFolder: environment.WEIGHTSMITH_LODA_PROGRAMS,
      allowPrivateEndpoints: environment.WEIGHTSMITH_LOCAL === "1",
      logLevel: environment.WEIGHTSMITH_LOG_LEVEL,
      niceness: environment.WEIGHTSMITH_NICENESS,
    },
    { stopSeconds: environment.WEIGHTSMITH_STOP_SECONDS, readySeconds: 300 },
    log,
  );
const executors = new Map<JobType, Executor>(
  await Promise.all(
    environment.WEIGHTSMITH_JOB_TYPES.map(async (type) => [type, await startExecutorFor(type)] as const),
  ),
);
const device = [...executors.values()][0]!.device;
const handlers: Handlers = Object.fromEntries([...executors].map(([type, { handler }]) => [type, handler]));

const db = Database.connect(environment.DATABASE_URL, {
  maxConnections: 4,
  applicationName: `worker ${workerId}`,
});
const region = environment.AWS_REGION;
const storage = {
  s3: new S3Client({
    region,
    // The SDK reads AWS_ENDPOINT_URL_S3 itself; a server that is not AWS has no host names for buckets.
    forcePathStyle: environment.AWS_ENDPOINT_URL_S3 !== undefined,
    requestChecksumCalculation: "WHEN_REQUIRED",
  }),
  bucket: environment.WEIGHTSMITH_BUCKET,
};
const queues = {
  sqs: new SQSClient({ region }),
  urls: {
    compile: {
      url: environment.WEIGHTSMITH_COMPILE_QUEUE_URL,
      deadLetterUrl: environment.WEIGHTSMITH_COMPILE_DEAD_LETTER_URL,
    },
    generate: {
      url: environment.WEIGHTSMITH_GENERATE_QUEUE_URL,
      deadLetterUrl: environment.WEIGHTSMITH_GENERATE_DEAD_LETTER_URL,
    },
    experiment: {
      url: environment.WEIGHTSMITH_EXPERIMENT_QUEUE_URL,
      deadLetterUrl: environment.WEIGHTSMITH_EXPERIMENT_DEAD_LETTER_URL,
    },
  },
};
const dispatcher = Outbox.dispatcher(db, queues, {
  log: (level, message, fields = {}) => {
    const { error, ...rest } = fields;
    log[level]({ ...rest, ...(error === undefined ? {} : { err: error }) }, message);
  },
});
const tracer = Trace.tracer({
  endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
  service: "weightsmith-worker",
  version: manifest.version,
});
const meter = environment.WEIGHTSMITH_METRICS === "emf" ? Metrics.emfMeter() : undefined;
const worker = startWorker(
  { db, storage, queues, dispatcher, tracer, meter },
  handlers,
  {
    workerId,
    device,
    leaseSeconds: environment.WEIGHTSMITH_LEASE_SECONDS,
    heartbeatSeconds: environment.WEIGHTSMITH_HEARTBEAT_SECONDS,
    attemptSeconds: environment.WEIGHTSMITH_ATTEMPT_SECONDS,
    progressMs: 250,
    visibilitySeconds: environment.WEIGHTSMITH_VISIBILITY_SECONDS,
    waitSeconds: environment.WEIGHTSMITH_WAIT_SECONDS,
    concurrency: 1,
    drainSeconds: environment.WEIGHTSMITH_DRAIN_SECONDS,
  },
  log,
);
const { WEIGHTSMITH_CODE_REQUESTS_QUEUE_URL: requestsUrl, WEIGHTSMITH_CODE_RESULTS_QUEUE_URL: resultsUrl } =
  environment;
const codeQueue =
  requestsUrl === undefined || resultsUrl === undefined
    ? undefined
    : startCodeQueue(
        { sqs: queues.sqs, requestsUrl, resultsUrl },
        {
          visibilitySeconds: environment.WEIGHTSMITH_VISIBILITY_SECONDS,
          waitSeconds: environment.WEIGHTSMITH_WAIT_SECONDS,
          modelsFolder: environment.WEIGHTSMITH_MODELS,
          variables: process.env,
        },
        log.child({ queue: "code requests" }),
      );
const health = await serveHealth(
  { host: environment.WEIGHTSMITH_HEALTH_HOST, port: environment.WEIGHTSMITH_HEALTH_PORT },
  () => ({ ...worker.health(), ...(codeQueue ? { codeGenerator: codeQueue.health() } : {}) }),
);
log.info({ device, healthPort: health.port, queues: Object.keys(handlers) }, "worker ready");
// A parent that started this process waits for this.
process.send?.({ type: "ready", device, healthPort: health.port });
if (environment.WEIGHTSMITH_JOB_TYPES.includes("experiment")) {
  // Behind everybody's back: jobs do not wait for it, and the next worker tries again if it fails.
  seedLeaderboard(db, storage)
    .then((tasks) => tasks > 0 && log.info({ tasks }, "leaderboard tasks published"))
    .catch((error: unknown) => log.warn({ err: error }, "leaderboard tasks were not published"));
}

let asked = 0;
for (const signal of signals) {
  process.off(signal, endAtOnce);
  process.on(signal, () => {
    asked++;
    if (asked > 1) process.exit(1);
    log.info({ signal }, "asked to end");
    worker.stop().catch((error: unknown) => log.error({ err: error }, "draining failed"));
  });
}

await worker.ended;
await codeQueue?.stop();
await Promise.all([...executors.values()].map((executor) => executor.stop()));
await health.stop();
await dispatcher.drained();
await tracer.close();
await Database.close(db);
storage.s3.destroy();
queues.sqs.destroy();
log.info("worker ended");
