/** What an experiment request is (`POST /v1/experiments`): a model on a task, with or without a playbook. */
import { z } from "zod";
import { nameSchema, tagsSchema, webhookSchema } from "./compile.ts";
import { AppError } from "./error.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const EXPERIMENT_KINDS = ["playbook"] as const;
export type ExperimentKind = (typeof EXPERIMENT_KINDS)[number];

const taskItemSchema = z.strictObject({
  id: text(200, { minCharacters: 1 }),
  question: text(8_000, { minCharacters: 1 }),
  answer: text(8_000),
  context: text(32_000).optional(),
  domain: text(100).optional(),
});

export const experimentRequestSchema = z
  .strictObject({
    kind: z.enum(EXPERIMENT_KINDS).default("playbook"),
    model: text(200, { minCharacters: 1 }).meta({ description: "A model's registry name or a program id." }),
    task: text(200, { minCharacters: 1 })
      .optional()
      .meta({ description: "A registered task, or give `dataset`." }),
    dataset: z.array(taskItemSchema).min(1).max(10_000).optional(),
    domain: text(100, { minCharacters: 1 }).optional(),
    mode: z.enum(["baseline", "ace"]).default("baseline").meta({
      description: "`baseline` asks the model as it is; `ace` lets it learn lessons as it goes.",
    }),
    epochs: z.int().min(1).max(100).default(1),
    limit: z.int().min(1).max(1_000_000).optional(),
    playbookId: text(100, { minCharacters: 1 }).optional(),
    seed: z.int().min(0).max(2_147_483_647).default(0),
    name: nameSchema.optional(),
    tags: tagsSchema.default([]),
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
  return request;
}
