/** Votes and cases. They belong to a program by its id, which is a hash: whoever has the same program sees the same. */
import type { CaseId, CaseKind, ProgramId, WorkspaceId } from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt } from "../database/columns.ts";

/** One vote a workspace and program; a vote taken back has no row. */
export const voteTable = pgTable(
  "program_vote",
  {
    programId: text("program_id").$type<ProgramId>().notNull(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    value: smallint("value").$type<1 | -1>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.programId, table.workspaceId] }),
    check("program_vote_value", sql`${table.value} in (1, -1)`),
  ],
);

/** An input with the answer that somebody expects of the program. */
export const caseTable = pgTable(
  "program_case",
  {
    id: text("id").$type<CaseId>().primaryKey(),
    programId: text("program_id").$type<ProgramId>().notNull(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    kind: text("kind").$type<CaseKind>().notNull().default("edge_case"),
    input: text("input").notNull(),
    output: text("output").notNull(),
    note: text("note"),
    createdAt: createdAt(),
  },
  (table) => [index("program_case_of").on(table.programId, table.createdAt, table.id)],
);
