/** What an experiment request is (`POST /v1/experiments`): a model on a task, with or without a playbook. */
import { z } from "zod";
import { nameSchema, tagsSchema, webhookSchema } from "./compile.ts";
import { AppError } from "./error.ts";
import { prioritySchema } from "./priority.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const EXPERIMENT_KINDS = ["playbook"] as const;
/** What goes through the queue of experiments, whichever endpoint starts it. */
export const EXPERIMENT_QUEUE_KINDS = [...EXPERIMENT_KINDS, "batch"] as const;
export type ExperimentKind = (typeof EXPERIMENT_QUEUE_KINDS)[number];

const taskItemSchema = z.strictObject({
  id: text(200, { minCharacters: 1 }),
  question: text(8_000, { minCharacters: 1 }),
  answer: text(8_000),
  context: text(32_000).optional(),
  domain: text(100).optional(),
});

/** What a registered task is about; the worker knows its questions. */
export const EXPERIMENT_TASKS = [
  { name: "tatqa_tiny", domain: "finance", questions: 3 },
  { name: "medqa_tiny", domain: "medical", questions: 3 },
  { name: "iot_tiny", domain: "iot", questions: 5 },
  { name: "finance_generated", domain: "finance", questions: 620 },
  { name: "medical_generated", domain: "medical", questions: 620 },
  { name: "iot_generated", domain: "iot", questions: 620 },
] as const;

/** Of a playbook given with a request, in characters. */
const PLAYBOOK_CHARACTERS = 400_000;

export const experimentRequestSchema = z
  .strictObject({
    kind: z.enum(EXPERIMENT_KINDS).default("playbook"),
    model: text(200, { minCharacters: 1 }).meta({
      description:
        "A model's registry name, such as `anvil-reader` or `random-tiny-gpt2`, a program's id, or an OpenAI-compatible endpoint that needs no key, as `https://host/v1#model`.",
    }),
    task: text(200, { minCharacters: 1 })
      .optional()
      .meta({
        description: `A registered task (${EXPERIMENT_TASKS.map(({ name }) => name).join(", ")}), or give \`dataset\`.`,
      }),
    dataset: z.array(taskItemSchema).min(1).max(10_000).optional(),
    domain: text(100, { minCharacters: 1 }).optional(),
    mode: z.enum(["baseline", "ace"]).default("baseline").meta({
      description: "`baseline` asks the model as it is; `ace` lets it learn lessons as it goes.",
    }),
    adaptation: z.enum(["offline", "online"]).default("online").meta({
      description:
        "`offline` learns on the training part, keeps the playbook that does best on the validation part, and measures on the test part; `online` answers each test question and then learns from it.",
    }),
    reflector: z.enum(["rules", "model", "none"]).default("rules").meta({
      description:
        "Who turns mistakes into lessons: rules that count, the model itself, or nobody (cases are kept as they are).",
    }),
    curator: z.enum(["rules", "model"]).default("rules"),
    feedback: z.enum(["labels", "self-consistency"]).default("labels").meta({
      description: "What is learnt from: the right answers, or what most of several answers agree on.",
    }),
    deduplicate: z.boolean().default(true),
    lessons: z
      .int()
      .min(1)
      .max(50)
      .default(3)
      .meta({ description: "Lessons shown with a question, at most." }),
    epochs: z.int().min(1).max(100).default(1),
    limit: z.int().min(1).max(1_000_000).optional(),
    playbook: text(PLAYBOOK_CHARACTERS).optional().meta({
      description:
        "A playbook to start from: JSON Lines of entries, or lines of `[slug-00001] helpful=5 harmful=0 :: text`.",
    }),
    playbookId: text(100, { minCharacters: 1 }).optional().meta({
      description: "An earlier experiment (`job_…`) whose playbook to start from, instead of `playbook`.",
    }),
    seed: z.int().min(0).max(2_147_483_647).default(0),
    name: nameSchema.optional(),
    tags: tagsSchema.default([]),
    priority: prioritySchema.optional(),
    webhook: webhookSchema.optional(),
  })
  .meta({ id: "ExperimentRequest" });
export type ExperimentRequest = z.output<typeof experimentRequestSchema>;
export type ExperimentRequestInput = z.input<typeof experimentRequestSchema>;

/** @throws AppError kind.unknown, request.* */
export function parseExperimentRequest(body: unknown): ExperimentRequest {
  const request = parseBody(experimentRequestSchema, body);
  if ((request.task === undefined) === (request.dataset === undefined)) {
    throw new AppError(request.task === undefined ? "request.missing_field" : "request.invalid", {
      message: "Give either `task`, the name of a registered task, or `dataset`, the items themselves.",
    });
  }
  if (request.playbook !== undefined && request.playbookId !== undefined) {
    throw new AppError("request.invalid", { message: "Give either `playbook` or `playbookId`." });
  }
  return request;
}

const intervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const latencySchema = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), mean: z.number() });

/** What an experiment measured: the job's `output.report`. Shares are from 0 to 1, times in milliseconds. */
export const experimentReportSchema = z
  .object({
    model: z.object({ id: z.string(), identity: z.string(), device: z.string() }),
    task: z.object({ name: z.string(), domain: z.string() }),
    settings: z.record(z.string(), z.unknown()),
    scores: z.object({
      n: z.int().min(0),
      exactMatch: intervalSchema,
      numericMatch: z.number(),
      tokenF1: z.number(),
      tatQa: z.object({ exactMatch: z.number(), f1: z.number() }),
      optionAccuracy: z.number().nullable(),
      similarity: z.number(),
    }),
    epochs: z.array(z.object({ epoch: z.int(), part: z.string(), accuracy: z.number(), n: z.int() })),
    bestEpoch: z.int().nullable(),
    latency: z.object({
      answer: latencySchema,
      generation: latencySchema,
      reflection: latencySchema.nullable(),
    }),
    resources: z.object({
      peakMemoryBytes: z.number(),
      energyJoules: z.number().nullable(),
      energySource: z.string(),
    }),
    playbook: z.object({ entries: z.int(), characters: z.int() }),
    growth: z.array(z.tuple([z.number(), z.number()])),
  })
  .meta({ id: "ExperimentReport" });
export type ExperimentReport = z.infer<typeof experimentReportSchema>;

/** The `output` of an experiment's result. */
export const experimentOutputSchema = z
  .object({
    report: experimentReportSchema,
    playbook: z.string().meta({ description: "The playbook that was measured, as JSON Lines." }),
    lessons: z
      .string()
      .meta({ description: "The same for people: `[slug-00001] helpful=5 harmful=0 :: text`." }),
    resultsGzip: z.base64().meta({
      description: "The CSV of all samples, compressed; GET /v1/experiments/{id}/results gives it as it is.",
    }),
    pictures: z
      .object({ accuracy: z.string(), latency: z.string(), growth: z.string() })
      .meta({ description: "SVG documents." }),
  })
  .meta({ id: "ExperimentOutput" });
export type ExperimentOutput = z.infer<typeof experimentOutputSchema>;
