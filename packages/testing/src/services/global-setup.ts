/**
 * One Postgres, one S3 and one SQS server for a whole run of the integration tests (vitest's `globalSetup`). Tests reach
 * them through fresh databases, buckets and queues: see index.ts.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Database } from "@weightsmith/core";
import { startObjectStore, startPostgres, startQueues } from "@weightsmith/embedded";
import type { TestProject } from "vitest/node";

export interface SharedServers {
  /** Of the server's own database. */
  readonly databaseUrl: string;
  /** A migrated database to copy. */
  readonly templateDatabase: string;
  readonly objectStore: Endpoint;
  readonly queues: Endpoint;
}

export interface Endpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

declare module "vitest" {
  interface ProvidedContext {
    servers: SharedServers;
  }
}

const templateDatabase = "weightsmith_template";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(path.join(tmpdir(), "weightsmith-test-"));
  const [postgres, objectStore, queues] = await Promise.all([
    startPostgres({ directory: path.join(directory, "postgres"), durable: false }),
    startObjectStore({ directory: path.join(directory, "objects"), buckets: [], durable: false }),
    startQueues({ queues: [] }),
  ]);
  await createTemplate(postgres.url);
  project.provide("servers", {
    databaseUrl: postgres.url,
    templateDatabase,
    objectStore: endpointOf(objectStore),
    queues: endpointOf(queues),
  });
  return async () => {
    await Promise.all([postgres.stop(), objectStore.stop(), queues.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
}

async function createTemplate(serverUrl: string): Promise<void> {
  const server = Database.connect(serverUrl, { maxConnections: 1 });
  await server.sql.unsafe(`create database ${templateDatabase}`);
  await Database.close(server);
  const template = Database.connect(withDatabase(serverUrl, templateDatabase), { maxConnections: 1 });
  await Database.migrate(template);
  await Database.close(template);
}

export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

const endpointOf = ({ endpoint, region, credentials }: Endpoint): Endpoint => ({
  endpoint,
  region,
  credentials: { ...credentials },
});
