/** A program as the API shows it, and what can be asked of it. */
import { z } from "zod";
import { methodSchema, nameSchema, tagsSchema } from "./compile.ts";
import { constraintSchema } from "./constraint.ts";
import { AppError } from "./error.ts";
import { jobIdSchema, programIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { sha256Schema } from "./manifest.ts";
import { cursorSchema, limitSchema, pageOf, timestampSchema } from "./page.ts";
import { reportSchema, scoreSchema } from "./report.ts";
import { parseBody } from "./request-parsing.ts";
import { codePoints, fits, text } from "./text.ts";

export const PROGRAM_KINDS = ["weights", "code", "loda"] as const;
export const programKindSchema = z.enum(PROGRAM_KINDS);
export type ProgramKind = z.infer<typeof programKindSchema>;

export const programSummarySchema = z
  .object({
    id: programIdSchema,
    kind: programKindSchema,
    name: z.string().nullable(),
    spec: z.string(),
    tags: z.array(z.string()),
    method: methodSchema.nullable(),
    interpreter: z.object({ id: z.string(), sha256: sha256Schema }).nullable(),
    seed: z.int(),
    public: z.boolean(),
    publishedAt: timestampSchema.nullable().meta({ description: "When it was made public." }),
    license: z.string().meta({ description: "An SPDX identifier.", examples: ["Apache-2.0"] }),
    downloads: z.int().min(0),
    own: z.boolean().meta({ description: "Whether it belongs to the caller's workspace." }),
    scores: z.object({ heldOut: scoreSchema, training: scoreSchema }).nullable(),
    artifact: z.object({ sha256: sha256Schema, bytes: z.int().min(0) }),
    jobId: jobIdSchema.nullable().meta({ description: "The job that made it; only its owner sees it." }),
    createdAt: timestampSchema,
  })
  .meta({ id: "ProgramSummary" });
export type ProgramSummary = z.infer<typeof programSummarySchema>;

export const programSchema = programSummarySchema
  .extend({ report: reportSchema.nullable() })
  .meta({ id: "Program" });
export type Program = z.infer<typeof programSchema>;

export const programPageSchema = pageOf(programSummarySchema).meta({ id: "ProgramPage" });
export type ProgramPage = z.infer<typeof programPageSchema>;

export const programListQuerySchema = z.strictObject({
  limit: limitSchema,
  cursor: cursorSchema,
  q: text(200).optional().meta({ description: "Words to look for in name, spec and tags." }),
  kind: programKindSchema.optional(),
  tag: text(LIMITS.tagCharacters).optional(),
  public: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "true: everybody's public programs; otherwise your own." }),
});

export const downloadLinkSchema = z
  .object({
    url: z.string().meta({ description: "Where the archive can be fetched, without a key." }),
    expiresAt: timestampSchema,
  })
  .meta({ id: "DownloadLink" });
export type DownloadLink = z.infer<typeof downloadLinkSchema>;

/** Under which terms a published program may be used: an SPDX identifier or expression. */
export const licenseSchema = text(60, { minCharacters: 1 }).regex(
  /^[A-Za-z0-9][A-Za-z0-9.+() -]*$/,
  "must be an SPDX identifier such as Apache-2.0",
);

export const programChangeSchema = z
  .strictObject({
    name: nameSchema.nullable().optional(),
    tags: tagsSchema.optional(),
    public: z.boolean().optional(),
    license: licenseSchema.optional(),
  })
  .meta({ id: "ProgramChange" });
export type ProgramChange = z.infer<typeof programChangeSchema>;

/** @throws AppError request.* */
export function parseProgramChange(body: unknown): ProgramChange {
  const change = parseBody(programChangeSchema, body);
  if (Object.keys(change).length === 0) {
    throw new AppError("request.missing_field", {
      message: "There is nothing to change: give `name`, `tags`, `public` or `license`.",
    });
  }
  return change;
}

const runInput = text(LIMITS.runInputCharacters);

/** How a run differs from the plain one. */
const runOptionsSchema = z.strictObject({
  constraint: constraintSchema
    .nullable()
    .optional()
    .meta({ description: "Default: the program's own constraint; null: none." }),
  details: z
    .boolean()
    .default(false)
    .meta({ description: "Whether to tell how sure the program is of each answer." }),
  abstainBelow: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .meta({ description: "Answers of a lower confidence come back as null." }),
  maxTokens: z.int().min(1).max(LIMITS.answerTokens).optional().meta({ description: "Of each answer." }),
  stream: z.boolean().default(false).meta({
    description: "Answer with server-sent events: `text` as it is written, then `answer`, then `result`.",
  }),
});

export const runRequestSchema = runOptionsSchema
  .extend({ input: z.union([runInput, z.array(runInput).min(1).max(LIMITS.runInputs)]) })
  .meta({
    id: "RunRequest",
    examples: [{ input: "photo.JPG" }, { input: ["photo.JPG", "notes.md"], abstainBelow: 0.8 }],
  });
export type RunRequest = z.output<typeof runRequestSchema>;
export type RunRequestInput = z.input<typeof runRequestSchema>;

export const answerSchema = z
  .object({
    output: z.string().nullable().meta({ description: "null: the program abstained." }),
    confidence: z.number().min(0).max(1).nullable().meta({
      description: "How likely the answer is to be right, calibrated on the program's own examples.",
    }),
    logProbability: z
      .number()
      .nullable()
      .meta({ description: "Of the whole answer, natural logarithm, as the interpreter sees it." }),
    tokens: z.int().min(0),
    complete: z.boolean().meta({ description: "false: cut off at the most tokens it might have." }),
    abstained: z.boolean(),
  })
  .meta({ id: "Answer" });
export type Answer = z.infer<typeof answerSchema>;

const outputSchema = z.string().nullable();
export const runResultSchema = z
  .object({
    output: z.union([outputSchema, z.array(outputSchema)]).meta({
      description:
        "A string for a string, a list for a list, in the same order. null only where `abstainBelow` was given.",
    }),
    answers: z
      .array(answerSchema)
      .optional()
      .meta({ description: "One for each input, where `details` or `abstainBelow` was asked for." }),
    milliseconds: z.number().min(0).meta({ description: "How long the program ran, without the way there." }),
  })
  .meta({ id: "RunResult", examples: [{ output: "jpg", milliseconds: 12.4 }] });
export type RunResult = z.infer<typeof runResultSchema>;

/** @throws AppError run.input_too_long, run.too_many_inputs, request.* */
export function parseRunRequest(body: unknown): RunRequest {
  const { input, ...options } = parseBody(runOptionsSchema.extend({ input: z.unknown() }), body);
  if (input === undefined) {
    throw new AppError("request.missing_field", { message: "The field `input` is missing." });
  }
  if (Array.isArray(input)) {
    if (input.length > LIMITS.runInputs) {
      throw new AppError("run.too_many_inputs", {
        message: `There are ${input.length} inputs; at most ${LIMITS.runInputs} are allowed.`,
        context: { limit: LIMITS.runInputs, given: input.length },
      });
    }
    if (input.length === 0) throw new AppError("request.invalid", { message: "`input` is an empty list." });
    return {
      ...options,
      input: input.map((item, i) => checkRunInput(item, `\`input[${i}]\``, { index: i })),
    };
  }
  return { ...options, input: checkRunInput(input, "`input`", {}) };
}

function checkRunInput(value: unknown, where: string, context: Record<string, unknown>): string {
  if (typeof value !== "string") {
    throw new AppError("request.invalid", { message: `${where} is not a string.`, context });
  }
  if (!fits(value, LIMITS.runInputCharacters)) {
    throw new AppError("run.input_too_long", {
      message: `${where} has ${codePoints(value)} characters; at most ${LIMITS.runInputCharacters} are allowed.`,
      context: { ...context, limit: LIMITS.runInputCharacters },
    });
  }
  if (value.includes("\0") || !value.isWellFormed()) {
    throw new AppError("request.invalid_text", {
      message: `${where} has a NUL character or half of a surrogate pair.`,
      context,
    });
  }
  return value;
}
