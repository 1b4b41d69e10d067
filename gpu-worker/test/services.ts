/** The servers that a worker talks to, real ones, and a workspace to accept jobs for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { JobType, WorkspaceId } from "@weightsmith/contract";
import { Account, Database, Job, noLog, Outbox, type Queue } from "@weightsmith/core";
import { startObjectStore, startPostgres, startQueues } from "@weightsmith/embedded";

export const bucket = "artifacts";

/** Short, so that a test sees a message come back. */
const visibilitySeconds = 2;

export async function startServices() {
  const directory = mkdtempSync(path.join(tmpdir(), "weightsmith-worker-"));
  const types: readonly JobType[] = ["compile", "generate", "experiment"];
  const [postgres, sqsServer, s3Server] = await Promise.all([
    startPostgres({ directory: path.join(directory, "postgres"), durable: false }),
    startQueues({ queues: types.map((name) => ({ name, visibilitySeconds, maxReceiveCount: 10 })) }),
    startObjectStore({ directory: path.join(directory, "objects"), buckets: [bucket], durable: false }),
  ]);
  const db = Database.connect(postgres.url);
  await Database.migrate(db);
  const { region } = s3Server;
  const storage = {
    s3: new S3Client({
      region,
      endpoint: s3Server.endpoint,
      credentials: s3Server.credentials,
      forcePathStyle: true,
    }),
    bucket,
  };
  const queues: Queue.Queues = {
    sqs: new SQSClient({ region, endpoint: sqsServer.endpoint, credentials: sqsServer.credentials }),
    urls: sqsServer.urls as Queue.Queues["urls"],
  };
  const dispatcher = Outbox.dispatcher(db, queues, { log: noLog });
  const workspace = await Account.ensureWorkspace(db, { slug: "test", name: "Test" });

  return {
    db,
    storage,
    queues,
    dispatcher,
    workspaceId: workspace.id as WorkspaceId,
    /** Accepts a job and sends its message. */
    async submit(type: JobType = "compile", request: Parameters<typeof Job.create>[1]["request"] = {}) {
      const { job } = await Job.create(db, { workspaceId: workspace.id, type, kind: "weights", request });
      await dispatcher.send(job);
      return job;
    },
    /** The environment in which a worker process finds these servers. */
    environment: {
      DATABASE_URL: postgres.url,
      WEIGHTSMITH_BUCKET: bucket,
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: s3Server.endpoint,
      AWS_ENDPOINT_URL_SQS: sqsServer.endpoint,
    },
    async stop() {
      await Database.close(db);
      await Promise.all([postgres.stop(), sqsServer.stop(), s3Server.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export type Services = Awaited<ReturnType<typeof startServices>>;
