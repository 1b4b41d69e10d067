/**
 * Entry point of the worker: environment in, clients out, one process a GPU. SIGTERM and SIGINT drain it; a second one
 * ends it at once. Exit status 0 after a drain, 1 if it could not start or a handler would not stop.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Database, Outbox } from "@weightsmith/core";
import { pino } from "pino";
import { chooseDevice } from "./devices.ts";
import { makeHandlers } from "./handlers/index.ts";
import { serveHealth } from "./health.ts";
import { parseEnvironment } from "./settings.ts";
import { startWorker } from "./worker.ts";

const environment = parseEnvironment(process.env);
const workerId = environment.WEIGHTSMITH_WORKER_ID;
const log = pino({ level: environment.WEIGHTSMITH_LOG_LEVEL, base: { workerId } });

const device = await chooseDevice(environment.WEIGHTSMITH_DEVICE, log);
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
const handlers = makeHandlers({
  device,
  threads: environment.WEIGHTSMITH_THREADS,
  modelsFolder: environment.WEIGHTSMITH_MODELS,
});

const worker = startWorker(
  { db, storage, queues, dispatcher },
  handlers,
  {
    workerId,
    device,
    leaseSeconds: environment.WEIGHTSMITH_LEASE_SECONDS,
    heartbeatSeconds: environment.WEIGHTSMITH_HEARTBEAT_SECONDS,
    attemptSeconds: environment.WEIGHTSMITH_ATTEMPT_SECONDS,
    stopSeconds: 20,
    progressMs: 250,
    visibilitySeconds: environment.WEIGHTSMITH_VISIBILITY_SECONDS,
    waitSeconds: environment.WEIGHTSMITH_WAIT_SECONDS,
    concurrency: 1,
    drainSeconds: environment.WEIGHTSMITH_DRAIN_SECONDS,
  },
  log,
);
const health = await serveHealth(
  { host: environment.WEIGHTSMITH_HEALTH_HOST, port: environment.WEIGHTSMITH_HEALTH_PORT },
  worker.health,
);
log.info({ device, healthPort: health.port, queues: Object.keys(handlers) }, "worker ready");
// A parent that started this process waits for this.
process.send?.({ type: "ready", device, healthPort: health.port });

let signals = 0;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    signals++;
    if (signals > 1) process.exit(1);
    log.info({ signal }, "asked to end");
    worker.stop().catch((error: unknown) => log.error({ err: error }, "draining failed"));
  });
}

const outcome = await worker.ended;
await health.stop();
await dispatcher.drained();
await Database.close(db);
log.info({ outcome }, "worker ended");
// A handler that would not stop may still hold the event loop.
process.exit(outcome === "stopped" ? 0 : 1);
