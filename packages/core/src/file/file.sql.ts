/**
 * Files of a workspace: what batches read and write. The bytes are in the object store, below `batches/WORKSPACE/`; a
 * row may be there before its bytes are.
 */
import type { FileId, FilePurpose, JobId, WorkspaceId } from "@weightsmith/contract";
import { bigint, index, pgTable, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt, instant } from "../database/columns.ts";

export const fileTable = pgTable(
  "file",
  {
    id: text("id").$type<FileId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    purpose: text("purpose").$type<FilePurpose>().notNull(),
    name: text("name").notNull(),
    /** As announced; for an output, as written. */
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    /** The batch's job that writes it; not set for what callers upload. */
    jobId: text("job_id").$type<JobId>(),
    /** An output: when it was written whole. */
    writtenAt: instant("written_at"),
    /** An output: when the pieces that it was put together from were removed. */
    piecesRemovedAt: instant("pieces_removed_at"),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("file_of_workspace").on(table.workspaceId, table.id),
    index("file_expires").on(table.expiresAt),
  ],
);
