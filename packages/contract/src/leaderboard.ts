/**
 * The leaderboard: tasks with public examples and hidden ones, and what programs scored on the hidden ones. A score is
 * measured by a worker; nothing that a caller sends becomes one.
 */
import { z } from "zod";
import { exampleSchema } from "./example.ts";
import { jobIdSchema, programIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { pageOf, timestampSchema } from "./page.ts";
import { programKindSchema } from "./program.ts";
import { predictionSchema } from "./report.ts";
import { parseBody } from "./request-parsing.ts";

export const TASK_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;

export const leaderboardEntrySchema = z
  .object({
    id: z.string().meta({ description: "`ent_…`" }),
    rank: z.int().min(1).meta({ description: "By score; ties by size, then by latency." }),
    name: z.string(),
    submitter: z.string(),
    kind: programKindSchema.nullable(),
    programId: programIdSchema.nullable().meta({ description: "null: a baseline." }),
    baseline: z.boolean(),
    own: z.boolean(),
    score: z.number().min(0).max(1).meta({ description: "The share of hidden examples answered exactly." }),
    correct: z.int().min(0),
    n: z.int().min(1).meta({ description: "How many hidden examples there are." }),
    low: z.number().meta({ description: "Lower end of the 95 % Wilson interval." }),
    high: z.number().meta({ description: "Upper end of the 95 % Wilson interval." }),
    artifactBytes: z.int().min(0),
    latencyMilliseconds: z.number().min(0).meta({ description: "The median of inputs run one by one." }),
    nearDuplicates: z.int().min(0).meta({
      description: "Hidden examples to which an example that the program learnt from comes close.",
    }),
    unseenScore: z.number().min(0).max(1).nullable().meta({ description: "The score without those." }),
    taskVersion: z.int().min(1),
    createdAt: timestampSchema,
  })
  .meta({ id: "LeaderboardEntry" });
export type LeaderboardEntry = z.infer<typeof leaderboardEntrySchema>;

export const leaderboardTaskSummarySchema = z
  .object({
    id: z.string(),
    version: z.int().min(1),
    title: z.string(),
    description: z.string(),
    kinds: z.array(programKindSchema).meta({ description: "The kinds of program that may enter." }),
    suites: z.array(z.string()),
    hiddenExamples: z.int().min(1),
    entries: z.int().min(0),
    best: z
      .object({ name: z.string(), score: z.number(), baseline: z.boolean() })
      .nullable()
      .meta({ description: "Who leads." }),
    createdAt: timestampSchema,
  })
  .meta({ id: "LeaderboardTaskSummary" });
export type LeaderboardTaskSummary = z.infer<typeof leaderboardTaskSummarySchema>;

export const leaderboardTaskSchema = leaderboardTaskSummarySchema
  .extend({
    publicExamples: z.array(exampleSchema).meta({ description: "To learn from and to test with." }),
    dailySubmissions: z.int().min(1).meta({ description: "What one workspace may submit within a day." }),
    submissionsLeft: z.int().min(0).nullable().meta({ description: "null for callers without a workspace." }),
  })
  .meta({ id: "LeaderboardTask" });
export type LeaderboardTask = z.infer<typeof leaderboardTaskSchema>;

export const leaderboardTaskListSchema = z
  .object({ items: z.array(leaderboardTaskSummarySchema) })
  .meta({ id: "LeaderboardTaskList" });
export type LeaderboardTaskList = z.infer<typeof leaderboardTaskListSchema>;

export const leaderboardEntryPageSchema = pageOf(leaderboardEntrySchema).meta({ id: "LeaderboardEntryPage" });
export type LeaderboardEntryPage = z.infer<typeof leaderboardEntryPageSchema>;

export const leaderboardPredictionsSchema = z
  .object({
    entryId: z.string(),
    taskId: z.string(),
    taskVersion: z.int(),
    predictions: z.array(predictionSchema).meta({ description: "To the task's public examples." }),
  })
  .meta({ id: "LeaderboardPredictions" });
export type LeaderboardPredictions = z.infer<typeof leaderboardPredictionsSchema>;

export const suiteStandingSchema = z
  .object({
    submitter: z.string(),
    baseline: z.boolean(),
    score: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: "Mean of the best score on each task; 0 where none." }),
    tasksEntered: z.int().min(0),
  })
  .meta({ id: "SuiteStanding" });
export type SuiteStanding = z.infer<typeof suiteStandingSchema>;

export const suiteSchema = z
  .object({ id: z.string(), tasks: z.array(z.string()), standings: z.array(suiteStandingSchema) })
  .meta({ id: "Suite" });
export type Suite = z.infer<typeof suiteSchema>;

export const suiteListSchema = z.object({ items: z.array(suiteSchema) }).meta({ id: "SuiteList" });
export type SuiteList = z.infer<typeof suiteListSchema>;

export const entryListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LIMITS.pageItems).default(50),
  cursor: z.string().min(1).max(200).optional().meta({ description: "`nextCursor` of the page before." }),
});

export const submissionRequestSchema = z
  .strictObject({ programId: programIdSchema })
  .meta({ id: "SubmissionRequest" });
export type SubmissionRequest = z.infer<typeof submissionRequestSchema>;

/** @throws AppError request.* */
export const parseSubmissionRequest = (body: unknown): SubmissionRequest =>
  parseBody(submissionRequestSchema, body);

/** What a scoring job is told: who runs what on which task. */
export const storedSubmissionSchema = z.object({
  kind: z.literal("leaderboard"),
  taskId: z.string(),
  taskVersion: z.int(),
  programId: programIdSchema,
});
export type StoredSubmission = z.infer<typeof storedSubmissionSchema>;

/** What a scoring job leaves in its result besides the entry on the board. */
export const submissionOutputSchema = z.object({
  kind: z.literal("leaderboard"),
  taskId: z.string(),
  taskVersion: z.int(),
  programId: programIdSchema,
  score: z.number(),
  correct: z.int(),
  n: z.int(),
  low: z.number(),
  high: z.number(),
  latencyMilliseconds: z.number(),
  nearDuplicates: z.int(),
  unseenScore: z.number().nullable(),
  jobId: jobIdSchema.optional(),
});
export type SubmissionOutput = z.infer<typeof submissionOutputSchema>;
