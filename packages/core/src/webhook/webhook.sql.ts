import type { JobId, WebhookMessageId, WorkspaceId } from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt, instant } from "../database/columns.ts";
import { jobTable } from "../job/job.sql.ts";

/** One message to one address, written in the transaction that finished the job. What it says is read from the job. */
export const webhookDeliveryTable = pgTable(
  "webhook_delivery",
  {
    /** The same on every try, so that a receiver can tell a repetition. */
    id: text("id").$type<WebhookMessageId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    jobId: text("job_id")
      .$type<JobId>()
      .notNull()
      .references(() => jobTable.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** Null once it was delivered or given up. */
    nextAttemptAt: instant("next_attempt_at").defaultNow(),
    deliveredAt: instant("delivered_at"),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: createdAt(),
  },
  (table) => [
    index("webhook_delivery_due").on(table.nextAttemptAt).where(sql`${table.nextAttemptAt} is not null`),
    index("webhook_delivery_job").on(table.jobId),
  ],
);
