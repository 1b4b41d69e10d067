import type { JobId, WorkspaceId } from "@weightsmith/contract";
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt, instant } from "../database/columns.ts";
import { jobTable } from "../job/job.sql.ts";

/** Which job an Idempotency-Key of a workspace stands for. */
export const idempotencyKeyTable = pgTable(
  "idempotency_key",
  {
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    key: text("key").notNull(),
    /** SHA-256 of the request: the same key with another request is a mistake of the caller. */
    requestHash: text("request_hash").notNull(),
    jobId: text("job_id")
      .$type<JobId>()
      .notNull()
      .references(() => jobTable.id, { onDelete: "cascade" }),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.key] }),
    index("idempotency_key_expires").on(table.expiresAt),
    index("idempotency_key_job").on(table.jobId),
  ],
);
