/** Every table, for drizzle-kit. */
export * from "./account/account.sql.ts";
export * from "./alias/alias.sql.ts";
export * from "./artifact/artifact.sql.ts";
export * from "./feedback/feedback.sql.ts";
export * from "./hub/hub.sql.ts";
export * from "./idempotency/idempotency.sql.ts";
export * from "./job/job.sql.ts";
export * from "./job/turn.sql.ts";
export * from "./leaderboard/leaderboard.sql.ts";
export * from "./limit/limit.sql.ts";
export * from "./lineage/lineage.sql.ts";
export * from "./outbox/outbox.sql.ts";
export * from "./program/program.sql.ts";
export * from "./program-import/program-import.sql.ts";
export * from "./session/session.sql.ts";
export * from "./specialist/specialist.sql.ts";
export * from "./webhook/webhook.sql.ts";
