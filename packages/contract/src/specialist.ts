/** Specialists on a generalist: what `/v1/specialists` takes and shows, and what its jobs store. */
import { z } from "zod";
import { webhookSchema } from "./compile.ts";
import { AppError } from "./error.ts";
import { jobIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { timestampSchema } from "./page.ts";
import { prioritySchema } from "./priority.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

/** The name of the generalist and of its corpus. */
export const GENERALIST = "general";

const SPECIALIST_NAME = /^[a-z0-9][a-z0-9_-]{0,49}$/;
export const isSpecialistName = (name: string): boolean => SPECIALIST_NAME.test(name) && name !== GENERALIST;

/** @throws AppError specialist.invalid_name */
export function requireSpecialistName(name: string): string {
  if (isSpecialistName(name)) return name;
  throw new AppError("specialist.invalid_name", {
    message:
      name === GENERALIST
        ? "`general` is the generalist: every mixture has it, and nobody adds or deletes it."
        : `${JSON.stringify(name.slice(0, 60))} cannot be a specialist's name: it is 1 to 50 lower-case letters, digits, - and _.`,
  });
}

export const SPECIALIST_STATES = ["training", "ready", "deleting"] as const;
export type SpecialistState = (typeof SPECIALIST_STATES)[number];

export const specialistReportSchema = z
  .object({
    steps: z.int(),
    seconds: z.number(),
    validationLossBefore: z.number().nullable().meta({
      description: "Nats a token of validation text under the generalist alone; null for the generalist.",
    }),
    validationLoss: z.number().meta({ description: "The same, after training." }),
    parameters: z.int(),
    corpus: z.object({
      paragraphs: z.int(),
      characters: z.int(),
      trainingTokens: z.int(),
      sha256: z.string(),
    }),
  })
  .meta({ id: "SpecialistReport" });
export type SpecialistReport = z.infer<typeof specialistReportSchema>;

export const specialistSchema = z
  .object({
    name: z.string(),
    state: z.enum(SPECIALIST_STATES),
    artifact: z.object({ sha256: z.string() }).nullable(),
    report: specialistReportSchema.nullable(),
    jobId: jobIdSchema.nullable(),
    createdAt: timestampSchema,
  })
  .meta({ id: "Specialist" });
export type Specialist = z.infer<typeof specialistSchema>;

export const specialistListSchema = z
  .object({ items: z.array(specialistSchema), generalist: specialistSchema.nullable() })
  .meta({ id: "SpecialistList" });
export type SpecialistList = z.infer<typeof specialistListSchema>;

const corpusFileSchema = z.object({ name: z.string(), bytes: z.int().min(0) });
export const corpusSchema = z
  .object({ name: z.string(), files: z.array(corpusFileSchema) })
  .meta({ id: "Corpus" });
export type Corpus = z.infer<typeof corpusSchema>;

export const specialistStatusSchema = z
  .object({
    initialized: z
      .boolean()
      .meta({ description: "Whether there is a generalist and at least one specialist." }),
    device: z.string().nullable().meta({ description: "Where text is generated." }),
    checkpoints: z.array(z.object({ name: z.string(), sha256: z.string() })),
    specialists: z.array(z.string()),
    corpora: z.array(corpusSchema),
    training: z
      .array(
        z.object({
          jobId: jobIdSchema,
          state: z.string(),
          what: z.string().nullable(),
          done: z.number(),
          total: z.number().nullable(),
        }),
      )
      .meta({ description: "Jobs that are not finished." }),
  })
  .meta({ id: "SpecialistStatus" });
export type SpecialistStatus = z.infer<typeof specialistStatusSchema>;

export const specialistRequestSchema = z
  .strictObject({
    kind: z
      .literal("specialist")
      .default("specialist")
      .meta({ description: "Needed at `POST /v1/compile`, where it says that no program is meant." }),
    name: z.string().meta({ description: "Of the specialist, and of the corpus that it is trained on." }),
    priority: prioritySchema.optional(),
    webhook: webhookSchema.optional(),
  })
  .meta({ id: "SpecialistRequest", examples: [{ name: "datascience" }] });

/** @throws AppError specialist.invalid_name, request.* */
export function parseSpecialistRequest(body: unknown): z.output<typeof specialistRequestSchema> {
  const request = parseBody(specialistRequestSchema, body);
  requireSpecialistName(request.name);
  return request;
}

/** What a specialist job stores for the worker. */
export const specialistJobSchema = z.strictObject({
  kind: z.literal("specialist"),
  action: z.enum(["initialize", "add", "delete"]),
  /** Undefined: what is missing. */
  name: z.string().optional(),
  priority: prioritySchema.optional(),
  webhook: webhookSchema.optional(),
});
export type SpecialistJob = z.output<typeof specialistJobSchema>;

export const corpusUploadSchema = z
  .strictObject({
    files: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.txt$/, "must be a plain file name that ends in .txt"),
        }),
      )
      .min(1)
      .max(1_000),
  })
  .meta({ id: "CorpusUpload", examples: [{ files: [{ name: "notes.txt" }] }] });
export const corpusUploadLinksSchema = z
  .object({
    uploads: z.array(z.object({ name: z.string(), method: z.literal("PUT"), url: z.string() })),
    expiresAt: timestampSchema,
  })
  .meta({ id: "CorpusUploadLinks" });
export type CorpusUploadLinks = z.infer<typeof corpusUploadLinksSchema>;

export const routingSchema = z
  .union([z.enum(["soft", "hard"]), z.strictObject({ topK: z.int().min(1).max(1_000) })])
  .meta({
    id: "Routing",
    description: "Whether all experts take part by their gate weight, the best alone, or the best few.",
  });

const prompt = text(LIMITS.specCharacters);
export const specialistGenerateSchema = z
  .strictObject({
    prompt,
    max_new_tokens: z.int().min(1).max(1_000).default(200),
    temperature: z.number().min(0).max(2).default(0).meta({ description: "0 is greedy." }),
    top_k: z.int().min(0).max(1_000_000).default(0).meta({ description: "0 is the whole distribution." }),
    stop: z
      .array(text(100, { minCharacters: 1 }))
      .max(8)
      .default([]),
    seed: z.int().min(0).max(2_147_483_647).default(0),
    routing: routingSchema.default("soft"),
    stream: z
      .boolean()
      .default(false)
      .meta({ description: "Server-sent events: `text` pieces, then `done`." }),
  })
  .meta({
    id: "SpecialistGenerate",
    examples: [{ prompt: "Before any model is fitted", max_new_tokens: 60 }],
  });
export type SpecialistGenerate = z.output<typeof specialistGenerateSchema>;

export const specialistCompletionSchema = z
  .object({
    prompt: z.string(),
    completion: z.string(),
    full_text: z.string(),
    specialists: z.record(z.string(), z.number()).meta({
      description: "The mean gate weight of each expert over the prompt.",
    }),
    tokens: z.int(),
    prompt_tokens: z.int(),
    finish: z.enum(["stop", "length", "aborted"]),
    milliseconds: z.number(),
  })
  .meta({ id: "SpecialistCompletion" });
export type SpecialistCompletion = z.infer<typeof specialistCompletionSchema>;

export const specialistGatesRequestSchema = z
  .strictObject({ prompt, routing: routingSchema.default("soft") })
  .meta({ id: "SpecialistGatesRequest" });
export const specialistGatesSchema = z
  .object({
    tokens: z.array(z.string()),
    experts: z.array(z.string()).meta({ description: "`general` first." }),
    weights: z
      .array(z.array(z.array(z.number())))
      .meta({ description: "[layer][token][expert], summing to 1 over experts." }),
  })
  .meta({ id: "SpecialistGates" });
export type SpecialistGates = z.infer<typeof specialistGatesSchema>;
