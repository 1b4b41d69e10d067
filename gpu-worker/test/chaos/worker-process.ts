/** A worker as a process of its own, with a killer inside. Its parts come as JSON in the first argument. */
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { jobTypeSchema } from "@weightsmith/contract";
import { Database, noLog, Outbox } from "@weightsmith/core";
import { pino } from "pino";
import { z } from "zod";
// Not index.ts, which also brings the devices and with them the runtime of models.
import { startWorker } from "../../src/worker.ts";
import { handler } from "./job.ts";
import { Assassin } from "./moments.ts";
import { workerSettings } from "./settings.ts";

const endpoint = z.object({
  endpoint: z.string(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
});
export const partsSchema = z.object({
  databaseUrl: z.string(),
  objectStore: endpoint,
  bucket: z.string(),
  queues: endpoint,
  urls: z.record(jobTypeSchema, z.object({ url: z.string(), deadLetterUrl: z.string() })),
  markers: z.string(),
});
export type Parts = z.infer<typeof partsSchema>;

const parts = partsSchema.parse(JSON.parse(process.argv[2] ?? ""));
const plain = Database.connect(parts.databaseUrl, { maxConnections: 3 });
const assassin = new Assassin(parts.markers, plain);
const db = assassin.db(plain);
const s3 = assassin.s3(
  new S3Client({ ...parts.objectStore, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" }),
);
const sqs = assassin.sqs(new SQSClient(parts.queues));
const queues = { sqs, urls: parts.urls };

const worker = startWorker(
  {
    db,
    storage: { s3, bucket: parts.bucket },
    queues,
    dispatcher: Outbox.dispatcher(db, queues, { log: noLog }),
  },
  { compile: assassin.handler(handler) },
  { ...workerSettings, workerId: `process-${process.pid}` },
  pino({ level: "silent" }),
);
process.on("SIGTERM", () => {
  worker.stop().catch(() => {});
});
await worker.ended;
await Database.close(plain);
