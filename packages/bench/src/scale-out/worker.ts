/** One worker process of the benchmark: the real one, whose work is to wait for as long as it is told. */
import { setTimeout as sleep } from "node:timers/promises";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { Database, noLog, Outbox, type Queue } from "@weightsmith/core";
import { startWorker } from "@weightsmith/gpu-worker";
import { pino } from "pino";

export interface WorkerParts {
  readonly databaseUrl: string;
  readonly queues: { readonly endpoint: string; readonly region: string; readonly credentials: Credentials };
  readonly urls: Queue.Queues["urls"];
  readonly workerId: string;
  readonly workMs: number;
}
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const parts = JSON.parse(process.argv[2]!) as WorkerParts;
const { endpoint, region, credentials } = parts.queues;
const db = Database.connect(parts.databaseUrl, { maxConnections: 4 });
const queues = { sqs: new SQSClient({ endpoint, region, credentials }), urls: parts.urls };
const worker = startWorker(
  {
    db,
    // Nothing is stored here.
    storage: { s3: new S3Client({ region, credentials }), bucket: "none" },
    queues,
    dispatcher: Outbox.dispatcher(db, queues, { log: noLog }),
  },
  {
    compile: async () => {
      await sleep(parts.workMs);
      return { result: { programId: null, report: null } };
    },
  },
  {
    workerId: parts.workerId,
    device: "cpu",
    leaseSeconds: 60,
    heartbeatSeconds: 2,
    attemptSeconds: 60,
    progressMs: 250,
    visibilitySeconds: 60,
    waitSeconds: 1,
    concurrency: 1,
    drainSeconds: 5,
  },
  pino({ level: "warn" }),
);
process.send?.("ready");
// The benchmark is gone.
process.on("disconnect", () => process.exit(1));
process.on("message", () => {
  worker
    .stop()
    .then(() => Database.close(db))
    .then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
});
