/**
 * The servers that a cloud would provide, on a laptop: a real Postgres, the SQS protocol and the S3 protocol, each
 * bound to 127.0.0.1. The clients that talk to them are the same that talk to AWS; only endpoints differ.
 */
export { type Credentials, newCredentials } from "./credentials.ts";
export { EmbeddedServerError, FolderInUseError, PortTakenError } from "./errors.ts";
export { claimFolder, type FolderClaim } from "./folder-claim.ts";
export { type ObjectStore, type ObjectStoreOptions, startObjectStore } from "./object-store/index.ts";
export { freePort } from "./ports.ts";
export { type Postgres, type PostgresOptions, startPostgres } from "./postgres.ts";
export { type QueueOptions, type Queues, type QueuesOptions, startQueues } from "./queues.ts";
