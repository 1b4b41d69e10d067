/**
 * Tasks, what programs scored on them, and who submitted when. A task's hidden examples are an object in storage; the row
 * knows where it is and its hash, no view shows either's content. A task that changes gets a new version; entries belong to
 * the version they were measured on.
 */
import type { Example, JobId, Prediction, ProgramId, ProgramKind, WorkspaceId } from "@weightsmith/contract";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { workspaceTable } from "../account/account.sql.ts";
import { createdAt } from "../database/columns.ts";
import { programTable } from "../program/program.sql.ts";

export const taskTable = pgTable(
  "leaderboard_task",
  {
    /** Such as `file-extension`. */
    id: text("id").notNull(),
    version: integer("version").notNull(),
    /** Whether submissions go to this version. */
    current: boolean("current").notNull().default(true),
    title: text("title").notNull(),
    description: text("description").notNull(),
    /** The kinds of program that may enter. */
    kinds: text("kinds").array().$type<ProgramKind[]>().notNull(),
    suites: text("suites").array().notNull().default([]),
    publicExamples: json("public_examples").$type<Example[]>().notNull(),
    hiddenKey: text("hidden_key").notNull(),
    hiddenSha256: text("hidden_sha256").notNull(),
    hiddenCount: integer("hidden_count").notNull(),
    /** What one workspace may submit in a day. */
    dailySubmissions: integer("daily_submissions").notNull().default(20),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.version] }),
    uniqueIndex("leaderboard_task_current").on(table.id).where(sql`${table.current}`),
  ],
);

export const entryTable = pgTable(
  "leaderboard_entry",
  {
    id: text("id").primaryKey(),
    taskId: text("task_id").notNull(),
    taskVersion: integer("task_version").notNull(),
    /** The program's name, or the baseline's. */
    name: text("name").notNull(),
    /** Who entered it, as the board shows it. */
    submitter: text("submitter").notNull(),
    kind: text("kind").$type<ProgramKind>(),
    /** null: a baseline, which no program is behind. */
    workspaceId: text("workspace_id").$type<WorkspaceId>(),
    programId: text("program_id").$type<ProgramId>(),
    baseline: boolean("baseline").notNull().default(false),
    correct: integer("correct").notNull(),
    n: integer("n").notNull(),
    score: real("score").notNull(),
    /** 95 % Wilson interval of the score. */
    low: real("low").notNull(),
    high: real("high").notNull(),
    artifactBytes: bigint("artifact_bytes", { mode: "number" }).notNull(),
    /** The median over inputs, each run by itself. */
    latencyMilliseconds: real("latency_milliseconds").notNull(),
    /** Hidden examples that the program's own training examples come close to. */
    nearDuplicates: integer("near_duplicates").notNull().default(0),
    /** On the hidden examples that they do not come close to; null when none are left. */
    unseenScore: real("unseen_score"),
    /** What it answered to the task's public examples. */
    predictions: json("predictions").$type<Prediction[]>().notNull(),
    jobId: text("job_id").$type<JobId>(),
    createdAt: createdAt(),
  },
  (table) => [
    foreignKey({
      name: "leaderboard_entry_task",
      columns: [table.taskId, table.taskVersion],
      foreignColumns: [taskTable.id, taskTable.version],
    }).onDelete("cascade"),
    // A program that is deleted for good takes its entries with it.
    foreignKey({
      name: "leaderboard_entry_program",
      columns: [table.workspaceId, table.programId],
      foreignColumns: [programTable.workspaceId, programTable.id],
    }).onDelete("cascade"),
    uniqueIndex("leaderboard_entry_of_program").on(
      table.taskId,
      table.taskVersion,
      table.workspaceId,
      table.programId,
    ),
    uniqueIndex("leaderboard_entry_of_baseline")
      .on(table.taskId, table.taskVersion, table.name)
      .where(sql`${table.baseline}`),
    index("leaderboard_entry_rank").on(
      table.taskId,
      table.taskVersion,
      table.score.desc(),
      table.artifactBytes,
      table.latencyMilliseconds,
      table.id,
    ),
    index("leaderboard_entry_program_rows").on(table.workspaceId, table.programId),
  ],
);

export const submissionTable = pgTable(
  "leaderboard_submission",
  {
    jobId: text("job_id").$type<JobId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaceTable.id, { onDelete: "cascade" }),
    taskId: text("task_id").notNull(),
    taskVersion: integer("task_version").notNull(),
    programId: text("program_id").$type<ProgramId>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("leaderboard_submission_of").on(table.workspaceId, table.taskId, table.createdAt)],
);
