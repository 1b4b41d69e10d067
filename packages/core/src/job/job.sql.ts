/**
 * A job is one queued unit of work. `request`, `result` and event data are opaque here (`json`, kept to the letter);
 * their shapes are the contract's.
 */
import type {
  JobEventType,
  JobId,
  JobState,
  JobType,
  Problem,
  ProgramId,
  Progress,
  WorkspaceId,
} from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { check, index, integer, json, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt, instant, type JsonObject } from "../database/columns.ts";

export const jobTable = pgTable(
  "job",
  {
    id: text("id").$type<JobId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    /** The endpoint that started it, and so the queue it goes through. */
    type: text("type").$type<JobType>().notNull(),
    /** What it makes, such as `weights`. */
    kind: text("kind").notNull(),
    state: text("state").$type<JobState>().notNull(),
    request: json("request").$type<JsonObject>().notNull(),
    /** The id of the HTTP request that made it, for the worker's log. */
    requestId: text("request_id"),
    /** The span of that request, of which the worker's is a part (W3C Trace Context). */
    traceparent: text("traceparent"),
    /** The program that the job makes, where that is known beforehand; after success, the one it made. */
    programId: text("program_id").$type<ProgramId>(),
    result: json("result").$type<JsonObject>(),
    /** Of the last failed attempt; what the caller sees once the job has failed. */
    error: json("error").$type<Problem>(),
    webhookUrl: text("webhook_url"),

    /** Within its lane, higher goes first. */
    priority: smallint("priority").notNull().default(0),
    /** Jobs of one lane take turns with jobs of other lanes; the workspace unless said otherwise. */
    lane: text("lane").notNull(),
    /** Not before this time, while it backs off. */
    availableAt: instant("available_at").notNull().defaultNow(),
    attempts: smallint("attempts").notNull().default(0),
    maxAttempts: smallint("max_attempts").notNull().default(3),
    cancelRequestedAt: instant("cancel_requested_at"),

    /** Only the worker that holds the newest token may change a running job. */
    leaseToken: uuid("lease_token"),
    leaseExpiresAt: instant("lease_expires_at"),
    workerId: text("worker_id"),

    /** As last reported. */
    progress: json("progress").$type<Progress>(),
    /** The number of the last event. */
    eventSequence: integer("event_sequence").notNull().default(0),
    /** How many checkpoints were begun; numbers their objects. */
    checkpoints: integer("checkpoints").notNull().default(0),
    checkpointKey: text("checkpoint_key"),

    createdAt: createdAt(),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    /** When its checkpoints were removed, after it finished. */
    cleanedAt: instant("cleaned_at"),
  },
  (table) => [
    check("job_state", sql`${table.state} in ('queued', 'running', 'succeeded', 'failed', 'canceled')`),
    check("job_lease", sql`(${table.state} = 'running') = (${table.leaseToken} is not null)`),
    check(
      "job_finished",
      sql`(${table.state} in ('succeeded', 'failed', 'canceled')) = (${table.finishedAt} is not null)`,
    ),
    index("job_of_workspace").on(table.workspaceId, table.createdAt, table.id),
    // No index holds a column that heartbeats and progress change: their updates stay within the row's own page.
    index("job_waiting")
      .on(table.type, table.lane, table.priority.desc().nullsFirst(), table.createdAt)
      .where(sql`${table.state} = 'queued'`),
    index("job_unfinished").on(table.workspaceId).where(sql`${table.state} in ('queued', 'running')`),
    index("job_running").on(table.id).where(sql`${table.state} = 'running'`),
    index("job_to_clean")
      .on(table.finishedAt)
      .where(sql`${table.finishedAt} is not null and ${table.cleanedAt} is null`),
  ],
);

/** Append-only: what a caller who follows a job sees, numbered from 1 within the job without gaps. */
export const jobEventTable = pgTable(
  "job_event",
  {
    jobId: text("job_id")
      .$type<JobId>()
      .notNull()
      .references(() => jobTable.id, { onDelete: "cascade" }),
    sequence: integer("sequence").notNull(),
    type: text("type").$type<JobEventType>().notNull(),
    data: json("data").$type<JsonObject>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.sequence] })],
);
