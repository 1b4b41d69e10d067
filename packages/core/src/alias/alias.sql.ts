/**
 * Aliases: a workspace's names for programs. Versions are numbered from 1 and never change; which of them is current
 * does. A version names its program by id alone, so that deleting a program does not rewrite history.
 */
import type { Gate, ProgramId, WorkspaceId } from "@weightsmith/contract";
import { boolean, foreignKey, index, integer, json, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt, instant } from "../database/columns.ts";

export const aliasTable = pgTable(
  "alias",
  {
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** The number of the current version. */
    version: integer("version").notNull(),
    /** The number of the newest version: the next one is one more, also after a rollback. */
    lastVersion: integer("last_version").notNull(),
    gate: json("gate").$type<Gate>().notNull(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.name] }),
    index("alias_of_workspace").on(table.workspaceId, table.createdAt, table.name),
  ],
);

export const aliasVersionTable = pgTable(
  "alias_version",
  {
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    name: text("name").notNull(),
    version: integer("version").notNull(),
    programId: text("program_id").$type<ProgramId>().notNull(),
    forced: boolean("forced").notNull().default(false),
    note: text("note"),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.name, table.version] }),
    foreignKey({
      columns: [table.workspaceId, table.name],
      foreignColumns: [aliasTable.workspaceId, aliasTable.name],
    }).onDelete("cascade"),
    index("alias_version_program").on(table.programId),
  ],
);
