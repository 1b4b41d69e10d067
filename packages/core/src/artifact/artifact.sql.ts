/**
 * Immutable objects, named by their SHA-256 and shared by everyone who made the same bytes. Who uses one is a row in
 * artifact_use; an artifact without uses is collected some time after it was last put.
 */
import { bigint, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { createdAt, instant } from "../database/columns.ts";

export const artifactTable = pgTable(
  "artifact",
  {
    /** 64 hex digits. */
    sha256: text("sha256").primaryKey(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    mediaType: text("media_type").notNull(),
    createdAt: createdAt(),
    /** When somebody last put the same bytes: an upload in progress protects the object from collection. */
    touchedAt: instant("touched_at").notNull().defaultNow(),
  },
  (table) => [index("artifact_touched").on(table.touchedAt)],
);

export const artifactUseTable = pgTable(
  "artifact_use",
  {
    sha256: text("sha256")
      .notNull()
      .references(() => artifactTable.sha256),
    /** What uses it, such as `program:ws_…/3f9a1c0be7d25a684f10`. */
    usedBy: text("used_by").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.sha256, table.usedBy] }),
    index("artifact_use_by").on(table.usedBy),
  ],
);
