/**
 * Fresh databases, buckets and queues on the servers that global-setup.ts started, for tests named
 * `*.integration.test.ts`. What a fixture opened is closed when the test file ends.
 */
import { randomBytes } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { JobType, WorkspaceId } from "@weightsmith/contract";
import { Account, type Artifact, Database, type Queue } from "@weightsmith/core";
import { afterAll, inject } from "vitest";
import { type Endpoint, type SharedServers, withDatabase } from "./global-setup.ts";

export { type FailingProxy, failingProxy } from "./failing-proxy.ts";
export type { Endpoint, SharedServers } from "./global-setup.ts";
export { type OwnPostgres, ownPostgres } from "./own-postgres.ts";

const fresh = (): string => randomBytes(6).toString("hex");

export interface FreshDatabase {
  readonly db: Database.Database;
  readonly url: string;
}

/** A migrated, empty database of its own. */
export async function freshDatabase(options: Database.ConnectOptions = {}): Promise<FreshDatabase> {
  const url = await freshDatabaseUrl();
  const db = Database.connect(url, { maxConnections: 8, ...options });
  afterAll(() => Database.close(db));
  return { db, url };
}

/** Where a database is, migrated unless it should be `empty`. */
export async function freshDatabaseUrl({ empty = false } = {}): Promise<string> {
  const { databaseUrl, templateDatabase } = inject("servers");
  const name = `test_${fresh()}`;
  const server = Database.connect(databaseUrl, { maxConnections: 1 });
  await server.sql.unsafe(`create database ${name} template ${empty ? "template0" : templateDatabase}`);
  await Database.close(server);
  return withDatabase(databaseUrl, name);
}

/** An empty bucket and a client that reaches it. */
export async function freshBucket(): Promise<Artifact.Storage> {
  const s3 = s3ClientOf(inject("servers").objectStore);
  const bucket = `test-${fresh()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  afterAll(() => s3.destroy());
  return { s3, bucket };
}

export const s3ClientOf = ({ endpoint, region, credentials }: Endpoint): S3Client =>
  new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });

export const sqsClientOf = ({ endpoint, region, credentials }: Endpoint): SQSClient =>
  new SQSClient({ endpoint, region, credentials });

export interface QueueSettings {
  /** Default 30. */
  readonly visibilitySeconds?: number;
  /** Default 5. */
  readonly maxReceiveCount?: number;
}

/** A queue for each type of job, each with its dead-letter queue. */
export async function freshQueues(settings: QueueSettings = {}): Promise<Queue.Queues> {
  const { visibilitySeconds = 30, maxReceiveCount = 5 } = settings;
  const sqs = sqsClientOf(inject("servers").queues);
  afterAll(() => sqs.destroy());
  const create = async (name: string, attributes: Record<string, string> = {}): Promise<string> => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return QueueUrl!;
  };
  const pair = async (type: JobType): Promise<{ url: string; deadLetterUrl: string }> => {
    const name = `${type}-${fresh()}`;
    const deadLetterUrl = await create(`${name}-dead`);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ["QueueArn"] }),
    );
    const url = await create(name, {
      VisibilityTimeout: String(visibilitySeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount }),
    });
    return { url, deadLetterUrl };
  };
  const [compile, generate, experiment] = await Promise.all([
    pair("compile"),
    pair("generate"),
    pair("experiment"),
  ]);
  return { sqs, urls: { compile, generate, experiment } };
}

/** A tenant of its own. */
export async function freshWorkspace(db: Database.Database): Promise<WorkspaceId> {
  return (await Account.ensureWorkspace(db, { name: `test ${fresh()}` })).id;
}

/** The servers of this run, for a test that makes its own clients. */
export const sharedServers = (): SharedServers => inject("servers");
