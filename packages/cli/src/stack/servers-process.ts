/**
 * Entry point of the process that holds the embedded object store and the queues: apart from the API, so that a large
 * upload does not delay its answers. Ports and credentials come from the parent and stay the same if it starts again.
 */
import { startObjectStore, startQueues } from "@weightsmith/embedded";
import { z } from "zod";

export const serversSchema = z.object({
  objectsFolder: z.string(),
  bucket: z.string(),
  queues: z.array(z.string()),
  objectStorePort: z.int(),
  queuesPort: z.int(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
});
export type ServersConfiguration = z.infer<typeof serversSchema>;

/** What it says when it is ready. */
export const serversReadySchema = z.object({
  objectStoreUrl: z.string(),
  queuesUrl: z.string(),
  region: z.string(),
  queueUrls: z.record(z.string(), z.object({ url: z.string(), deadLetterUrl: z.string() })),
});

/** The variable in which the parent passes the configuration. */
export const serversVariable = "WEIGHTSMITH_SERVERS";

if (import.meta.main) await serve();

async function serve(): Promise<void> {
  const configuration = serversSchema.parse(JSON.parse(process.env[serversVariable] ?? "null"));
  const { credentials } = configuration;
  const queues = await startQueues({
    port: configuration.queuesPort,
    credentials,
    // Workers extend the time of a message while they work on it.
    queues: configuration.queues.map((name) => ({ name, visibilitySeconds: 60, maxReceiveCount: 5 })),
  });
  const objectStore = await startObjectStore({
    directory: configuration.objectsFolder,
    port: configuration.objectStorePort,
    buckets: [configuration.bucket],
    credentials,
    onError: (error) => console.error(new Date().toISOString(), error),
  });
  process.send?.({
    type: "ready",
    objectStoreUrl: objectStore.endpoint,
    queuesUrl: queues.endpoint,
    region: objectStore.region,
    queueUrls: queues.urls,
  });
  process.once("SIGTERM", () => {
    Promise.all([queues.stop(), objectStore.stop()])
      .catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      })
      .finally(() => process.connected && process.disconnect());
  });
}
