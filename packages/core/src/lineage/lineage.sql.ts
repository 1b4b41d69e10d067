/** Which programs a program was forked from. The parent may be another workspace's, and may be deleted meanwhile. */
import type { ProgramId, WorkspaceId } from "@weightsmith/contract";
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt } from "../database/columns.ts";

export const lineageTable = pgTable(
  "program_parent",
  {
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    programId: text("program_id").$type<ProgramId>().notNull(),
    parentId: text("parent_id").$type<ProgramId>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.programId, table.parentId] }),
    index("program_parent_of").on(table.parentId),
  ],
);
