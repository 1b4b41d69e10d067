/** Adapters made elsewhere on their way to becoming programs: described, uploaded, validated, registered. */
import type { ImportId, ProgramId, WorkspaceId } from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { check, index, json, pgTable, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt, instant, type JsonObject } from "../database/columns.ts";

export const programImportTable = pgTable(
  "program_import",
  {
    id: text("id").$type<ImportId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    state: text("state").$type<"created" | "uploaded" | "validated" | "rejected" | "registered">().notNull(),
    /** What the program is said to be. */
    request: json("request").$type<JsonObject>().notNull(),
    /** The uploaded adapter, kept by a row of artifact_use. */
    weightsSha256: text("weights_sha256"),
    /** The program's archive, once validated. */
    artifactSha256: text("artifact_sha256"),
    /** What the archive's program is, once validated: a `Program.Draft`. */
    draft: json("draft").$type<JsonObject>(),
    /** Why it was rejected. */
    problem: text("problem"),
    programId: text("program_id").$type<ProgramId>(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [
    check(
      "program_import_state",
      sql`${table.state} in ('created', 'uploaded', 'validated', 'rejected', 'registered')`,
    ),
    index("program_import_of").on(table.workspaceId, table.createdAt),
  ],
);
