/**
 * Batches: many inputs of one program or of many, as JSON Lines, answered as JSON Lines. The batch object, and the lines
 * of the endpoints that OpenAI has too, are OpenAI's, so that its clients work unchanged; the endpoint of our own has
 * shorter lines.
 */
import { z } from "zod";
import { webhookSchema } from "./compile.ts";
import { constraintSchema } from "./constraint.ts";
import { AppError } from "./error.ts";
import { afterPageOf } from "./file.ts";
import { type BatchId, batchIdSchema, fileIdSchema, jobIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { prioritySchema } from "./priority.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

/** Of our own: a line is a program's input. */
export const RUN_ENDPOINT = "/v1/programs/run";
export const BATCH_ENDPOINTS = [RUN_ENDPOINT, "/v1/chat/completions", "/v1/completions"] as const;
export type BatchEndpoint = (typeof BATCH_ENDPOINTS)[number];
const endpointSchema = z.enum(BATCH_ENDPOINTS);

/** A program by its id or an alias; for OpenAI's endpoints also an interpreter by its name. */
const programName = text(200, { minCharacters: 1 });
const customId = text(512, { minCharacters: 1 });

const metadataSchema = z
  .record(z.string().min(1).max(64), z.string().max(512))
  .refine((value) => Object.keys(value).length <= 16, "must have at most 16 entries");

export const batchRequestSchema = z
  .strictObject({
    input_file_id: z.string().meta({ description: "A file of purpose `batch`, `file_…`." }),
    endpoint: endpointSchema.default(RUN_ENDPOINT),
    program: programName
      .optional()
      .meta({ description: `The program of lines that name none; for \`${RUN_ENDPOINT}\`.` }),
    completion_window: z.literal("24h").default("24h").meta({ description: "As OpenAI's clients send it." }),
    metadata: metadataSchema.nullish(),
    priority: prioritySchema.default("low"),
    webhook: webhookSchema.optional(),
  })
  .meta({
    id: "BatchRequest",
    examples: [
      { input_file_id: "file_01jd3v8q2k7m4n5p6r8s9t0vwx", program: "3f9a1c0be7d25a684f10" },
      { input_file_id: "file_01jd3v8q2k7m4n5p6r8s9t0vwx", endpoint: "/v1/chat/completions" },
    ],
  });
export type BatchRequest = z.output<typeof batchRequestSchema>;
export type BatchRequestInput = z.input<typeof batchRequestSchema>;

/** @throws AppError request.* */
export function parseBatchRequest(body: unknown): BatchRequest {
  const request = parseBody(batchRequestSchema, body);
  if (request.program !== undefined && request.endpoint !== RUN_ENDPOINT) {
    throw new AppError("request.invalid", {
      message: `\`program\` goes with the endpoint ${RUN_ENDPOINT}; a line for ${request.endpoint} names its \`model\` in its body.`,
    });
  }
  return request;
}

/** What a batch job stores for the worker. */
export const storedBatchSchema = z.strictObject({
  kind: z.literal("batch"),
  inputFileId: fileIdSchema,
  outputFileId: fileIdSchema,
  errorFileId: fileIdSchema,
  inputBytes: z.int().min(0),
  endpoint: endpointSchema,
  program: programName.optional(),
  metadata: metadataSchema.nullish(),
  webhook: webhookSchema.optional(),
  /** The input's, by which lists of jobs call the batch. */
  name: z.string(),
});
export type StoredBatch = z.output<typeof storedBatchSchema>;

const moment = z.int().nullable().meta({ description: "Seconds since 1970." });

export const BATCH_STATUSES = [
  "validating",
  "in_progress",
  "cancelling",
  "completed",
  "failed",
  "cancelled",
] as const;

export const batchSchema = z
  .object({
    id: batchIdSchema,
    object: z.literal("batch"),
    endpoint: endpointSchema,
    status: z.enum(BATCH_STATUSES).meta({ description: "validating: it waits for a worker." }),
    errors: z
      .object({
        object: z.literal("list"),
        data: z.array(z.object({ code: z.string(), message: z.string(), line: z.int().nullable() })),
      })
      .nullable()
      .meta({ description: "Why the batch as a whole failed; errors of lines are in the error file." }),
    input_file_id: z.string(),
    output_file_id: z.string().nullable().meta({ description: "Once it has completed." }),
    error_file_id: z.string().nullable().meta({ description: "Once it has completed, if any line failed." }),
    completion_window: z.string(),
    created_at: z.int(),
    in_progress_at: moment,
    expires_at: moment,
    finalizing_at: moment,
    completed_at: moment,
    failed_at: moment,
    expired_at: moment,
    cancelling_at: moment,
    cancelled_at: moment,
    request_counts: z.object({
      total: z.int().min(0).meta({ description: "Lines read so far; all of them once it has completed." }),
      completed: z.int().min(0),
      failed: z.int().min(0),
    }),
    metadata: z.record(z.string(), z.string()).nullable(),
    program: z.string().nullable(),
    job_id: jobIdSchema.meta({ description: "The job that does the work: its events, its attempts." }),
    progress: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: "The share of the input's bytes that is answered." }),
  })
  .meta({ id: "Batch" });
export type Batch = z.infer<typeof batchSchema>;

export const batchPageSchema = afterPageOf(batchSchema).meta({ id: "BatchPage" });
export type BatchPage = z.infer<typeof batchPageSchema>;

const pieceSchema = z.object({
  url: z.string().meta({ description: "Where the piece can be fetched for an hour, without a key." }),
  lines: z.int().min(0),
  bytes: z.int().min(0),
});
export const batchResultsSchema = z
  .object({
    complete: z.boolean().meta({ description: "false: these are the lines answered so far." }),
    results: z.array(pieceSchema).meta({ description: "One after the other they are the output." }),
    errors: z.array(pieceSchema),
  })
  .meta({ id: "BatchResults" });
export type BatchResults = z.infer<typeof batchResultsSchema>;

/** A line of the endpoint of our own. */
export const runLineSchema = z
  .strictObject({
    custom_id: customId.optional(),
    program: programName.optional(),
    input: text(LIMITS.runInputCharacters),
    constraint: constraintSchema.nullable().optional(),
    maxTokens: z.int().min(1).max(LIMITS.answerTokens).optional(),
    details: z.boolean().default(false),
  })
  .meta({ id: "BatchRunLine", examples: [{ custom_id: "1", input: "photo.JPG" }] });
export type RunLine = z.output<typeof runLineSchema>;

/** A line of an endpoint that OpenAI has too. */
export const openaiLineSchema = z
  .strictObject({
    custom_id: customId,
    method: z.literal("POST").default("POST"),
    url: z.string(),
    body: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "BatchOpenAiLine" });
export type OpenAiLine = z.output<typeof openaiLineSchema>;

/** How far a batch has come: the checkpoint of its job, as JSON. */
export const batchCheckpointSchema = z.object({
  /** Where in the input the first line begins that is not answered. */
  offset: z.int().min(0),
  /** Lines read, empty ones too. */
  line: z.int().min(0),
  completed: z.int().min(0),
  failed: z.int().min(0),
  /** What was written so far: keys by number and by the attempt that wrote it. */
  pieces: z.array(
    z.object({
      attempt: z.int().min(1),
      results: z.object({ lines: z.int().min(0), bytes: z.int().min(0) }),
      errors: z.object({ lines: z.int().min(0), bytes: z.int().min(0) }),
    }),
  ),
});
export type BatchCheckpoint = z.output<typeof batchCheckpointSchema>;

/** An id of the wrong form cannot exist. @throws AppError batch.not_found */
export function requireBatchId(id: string): BatchId {
  const parsed = batchIdSchema.safeParse(id);
  if (!parsed.success) throw new AppError("batch.not_found");
  return parsed.data;
}
