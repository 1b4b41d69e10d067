/** The domain nouns. `README.md` shows them at work. */
export * as Account from "./account/index.ts";
export * as Artifact from "./artifact/index.ts";
export * as Checkpoint from "./checkpoint/index.ts";
export * as Database from "./database/index.ts";
export * as Health from "./health/index.ts";
export * as Idempotency from "./idempotency/index.ts";
export * as Job from "./job/index.ts";
export * as Hub from "./hub/index.ts";
export * as Limit from "./limit/index.ts";
export { type Log, noLog } from "./log.ts";
export * as Leaderboard from "./leaderboard/index.ts";
export * as Outbox from "./outbox/index.ts";
export * as Program from "./program/index.ts";
export * as Queue from "./queue/index.ts";
export * as Sweeper from "./sweeper/index.ts";
export * as Webhook from "./webhook/index.ts";
export * as Session from "./session/index.ts";
