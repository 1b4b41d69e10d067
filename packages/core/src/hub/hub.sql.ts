/** What people say about a published program to those who run the service. One report a workspace and program. */
import type { ProgramId, WorkspaceId } from "@weightsmith/contract";
import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt } from "../database/columns.ts";

export const reportTable = pgTable(
  "program_report",
  {
    programId: text("program_id").$type<ProgramId>().notNull(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    reason: text("reason").notNull(),
    note: text("note").notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.programId, table.workspaceId] })],
);
