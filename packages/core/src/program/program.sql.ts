/**
 * What jobs make. The id is a hash of everything that determines the program, so two workspaces that compile the same
 * have the same id, each with a row of its own.
 */
import type { JobId, Method, ProgramId, ProgramKind, Report, WorkspaceId } from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import { boolean, index, integer, json, pgTable, primaryKey, real, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { artifactTable } from "../artifact/artifact.sql.ts";
import { createdAt, instant } from "../database/columns.ts";

export const programTable = pgTable(
  "program",
  {
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    id: text("id").$type<ProgramId>().notNull(),
    kind: text("kind").$type<ProgramKind>().notNull(),
    name: text("name"),
    tags: text("tags").array().notNull().default([]),
    public: boolean("public").notNull().default(false),
    spec: text("spec").notNull(),
    method: text("method").$type<Method>(),
    interpreterId: text("interpreter_id"),
    interpreterSha256: text("interpreter_sha256"),
    seed: integer("seed").notNull(),
    artifactSha256: text("artifact_sha256")
      .notNull()
      .references(() => artifactTable.sha256),
    report: json("report").$type<Report>(),
    /** Exact match on held-out examples, where there were any: programs are sorted by it. */
    heldOutExactMatch: real("held_out_exact_match"),
    license: text("license").notNull().default("Apache-2.0"),
    /** When it was last made public. */
    publishedAt: instant("published_at"),
    /** How often its files were fetched. */
    downloads: integer("downloads").notNull().default(0),
    /** The job that made it. */
    jobId: text("job_id").$type<JobId>(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
    /** Hidden from everyone since then; purged later. */
    removedAt: instant("removed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index("program_of_workspace").on(table.workspaceId, table.createdAt, table.id),
    index("program_public").on(table.createdAt, table.id).where(sql`${table.public}`),
    index("program_public_score")
      .on(table.heldOutExactMatch.desc().nullsLast(), table.id)
      .where(sql`${table.public}`),
    index("program_public_downloads").on(table.downloads.desc(), table.id).where(sql`${table.public}`),
    // The column `search` and its index are raw SQL (drizzle/*_hub.sql), so that no query reads it by accident.
    index("program_id").on(table.id),
    index("program_tags").using("gin", table.tags),
    index("program_removed").on(table.removedAt).where(sql`${table.removedAt} is not null`),
  ],
);
