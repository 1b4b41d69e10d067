/**
 * What crosses an edge: HTTP bodies, queue messages, artifacts, errors, ids. Everything here is data and its parsing;
 * nothing talks to a network, a disk or a database.
 */
export * from "./account.ts";
export * from "./alias.ts";
export * from "./alias-name.ts";
export * from "./batch.ts";
export * from "./comparison.ts";
export * from "./compile.ts";
export * from "./constraint.ts";
export * from "./error.ts";
export * from "./error-catalogue.ts";
export * from "./event.ts";
export * from "./example.ts";
export * from "./example-writing.ts";
export * from "./experiment.ts";
export * from "./feedback.ts";
export * from "./file.ts";
export * from "./generate.ts";
export * from "./health.ts";
export * from "./hub.ts";
export * from "./ids.ts";
export * from "./interpreter.ts";
export * from "./job.ts";
export * from "./leaderboard.ts";
export * from "./limits.ts";
export * from "./manifest.ts";
export * from "./page.ts";
export * from "./priority.ts";
export * from "./program.ts";
export * from "./program-id.ts";
export * from "./queue-message.ts";
export * from "./report.ts";
export * from "./request-parsing.ts";
export * from "./session.ts";
export * from "./specialist.ts";
export * from "./text.ts";
export * from "./webhook.ts";
