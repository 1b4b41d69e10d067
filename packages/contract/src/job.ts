/** A job as the API shows it. `queued → running → succeeded | failed | canceled`. */
import { z } from "zod";
import { methodSchema } from "./compile.ts";
import { problemSchema } from "./error.ts";
import { progressSchema } from "./event.ts";
import { jobIdSchema, programIdSchema } from "./ids.ts";
import { cursorSchema, limitSchema, pageOf, timestampSchema } from "./page.ts";
import { reportSchema } from "./report.ts";

export const JOB_STATES = ["queued", "running", "succeeded", "failed", "canceled"] as const;
export const jobStateSchema = z.enum(JOB_STATES);
export type JobState = z.infer<typeof jobStateSchema>;

export const isFinalState = (state: JobState): boolean => state !== "queued" && state !== "running";

/** The endpoint that started it, and so the queue it goes through. */
export const JOB_TYPES = ["compile", "generate", "experiment"] as const;
export const jobTypeSchema = z.enum(JOB_TYPES);
export type JobType = z.infer<typeof jobTypeSchema>;

/** The request in brief: examples and other bulk are left out. */
export const jobRequestSchema = z
  .object({
    spec: z.string().nullable().meta({ description: "The spec, description or prompt." }),
    examples: z.int().min(0).meta({ description: "How many were given." }),
    method: methodSchema.nullable(),
    interpreter: z.string().nullable(),
    seed: z.int(),
    name: z.string().nullable(),
    tags: z.array(z.string()),
    public: z.boolean(),
  })
  .meta({ id: "JobRequest" });
export type JobRequest = z.infer<typeof jobRequestSchema>;

export const jobAliasSchema = z
  .object({
    reference: z.string(),
    version: z.int().min(1).nullable(),
    action: z.enum(["created", "moved", "unchanged", "refused"]),
    reason: z.string().optional().meta({ description: "Why the gate refused." }),
  })
  .meta({ id: "JobAlias", description: "What became of the alias that the request named." });
export type JobAlias = z.infer<typeof jobAliasSchema>;

export const jobResultSchema = z
  .object({
    programId: programIdSchema.nullable(),
    report: reportSchema.nullable(),
    alias: jobAliasSchema.optional(),
    output: z.unknown().optional().meta({ description: "What a generate or experiment job found." }),
  })
  .meta({ id: "JobResult" });
export type JobResult = z.infer<typeof jobResultSchema>;

export const jobSummarySchema = z
  .object({
    id: jobIdSchema,
    type: jobTypeSchema,
    kind: z.string().meta({ examples: ["weights"] }),
    state: jobStateSchema,
    request: jobRequestSchema,
    progress: progressSchema.nullable(),
    attempts: z.int().min(0),
    programId: programIdSchema
      .nullable()
      .meta({ description: "The program's id, known from the start where it is computed from the request." }),
    error: problemSchema.nullable(),
    cancelRequested: z.boolean(),
    createdAt: timestampSchema,
    startedAt: timestampSchema.nullable(),
    finishedAt: timestampSchema.nullable(),
    links: z.object({ self: z.string(), events: z.string(), program: z.string().nullable() }),
  })
  .meta({ id: "JobSummary" });
export type JobSummary = z.infer<typeof jobSummarySchema>;

export const jobSchema = jobSummarySchema.extend({ result: jobResultSchema.nullable() }).meta({ id: "Job" });
export type Job = z.infer<typeof jobSchema>;

export const jobPageSchema = pageOf(jobSummarySchema).meta({ id: "JobPage" });
export type JobPage = z.infer<typeof jobPageSchema>;

export const jobListQuerySchema = z.strictObject({
  limit: limitSchema,
  cursor: cursorSchema,
  state: jobStateSchema.optional(),
  type: jobTypeSchema.optional(),
});
