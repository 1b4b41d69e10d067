/**
 * Messages that are wanted: written in the transaction that wants them, removed when a worker claims the job. So a row
 * here is either unsent, or on its way, or lost; the sweeper tells these apart by time.
 */
import type { JobId, JobType } from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { createdAt, instant } from "../database/columns.ts";
import { jobTable } from "../job/job.sql.ts";

/** `work` goes to the queue of the job's type; `dead_letter` to its dead-letter queue, for people and alarms to see. */
export type OutboxTarget = "work" | "dead_letter";

export const outboxTable = pgTable(
  "outbox",
  {
    jobId: text("job_id")
      .$type<JobId>()
      .notNull()
      .references(() => jobTable.id, { onDelete: "cascade" }),
    target: text("target").$type<OutboxTarget>().notNull(),
    type: text("type").$type<JobType>().notNull(),
    requestId: text("request_id"),
    /** A message is not delivered before this time. */
    notBefore: instant("not_before").notNull().defaultNow(),
    /** From then on the sweeper sends it; until then, the process that wanted it may be about to. */
    sweepAt: instant("sweep_at").notNull().defaultNow(),
    sentAt: instant("sent_at"),
    sends: integer("sends").notNull().default(0),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.target] }),
    index("outbox_unsent").on(table.sweepAt).where(sql`${table.sentAt} is null`),
    index("outbox_sent").on(table.sentAt).where(sql`${table.sentAt} is not null`),
  ],
);
