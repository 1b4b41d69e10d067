/**
 * The parts of a workspace's mixture that are trained: `general`, the generalist with its tokenizer, and one row a
 * specialist. What is being trained is in the jobs.
 */
import type { JobId, SpecialistReport, WorkspaceId } from "@weightsmith/contract";
import { json, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { artifactTable } from "../artifact/artifact.sql.ts";
import { createdAt, instant } from "../database/columns.ts";

export const specialistTable = pgTable(
  "specialist",
  {
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    artifactSha256: text("artifact_sha256")
      .notNull()
      .references(() => artifactTable.sha256),
    report: json("report").$type<SpecialistReport>().notNull(),
    /** The job that trained it. */
    jobId: text("job_id").$type<JobId>(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] })],
);
