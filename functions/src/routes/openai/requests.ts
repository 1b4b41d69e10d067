/** What OpenAI's clients send to /v1/chat/completions and /v1/completions. What cannot be honoured is refused by name. */
import { AppError, type Constraint, constraintSchema, LIMITS, parseBody, text } from "@weightsmith/contract";
import { z } from "zod";

const promptText = text(2 * LIMITS.specCharacters);
const stops = z.array(text(100, { minCharacters: 1 })).max(4);

const sampling = {
  model: text(200, { minCharacters: 1 }),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  n: z.int().min(1).max(16).nullish(),
  stop: z.union([text(100, { minCharacters: 1 }), stops]).nullish(),
  seed: z.int().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().nullish(),
};

const part = z.object({ type: z.literal("text"), text: promptText });
const messageSchema = z.object({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([promptText, z.array(part)]),
  name: z.string().nullish(),
});

const responseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({
      name: z.string().nullish(),
      strict: z.boolean().nullish(),
      schema: z.unknown(),
    }),
  }),
]);

export const chatSchema = z.object({
  ...sampling,
  messages: z.array(messageSchema).min(1).max(LIMITS.examples),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  response_format: responseFormat.nullish(),
});
export type ChatRequest = z.output<typeof chatSchema>;

export const completionSchema = z.object({
  ...sampling,
  prompt: z.union([promptText, z.array(promptText).min(1).max(64)]),
  max_tokens: z.int().min(1).nullish(),
  logprobs: z.int().min(0).max(5).nullish(),
  echo: z.boolean().nullish(),
  suffix: z.string().nullish(),
});
export type CompletionRequest = z.output<typeof completionSchema>;

/** Parameters that change the answer and that we do not have: ignoring them would be a lie. */
const UNSUPPORTED = ["tools", "functions", "logit_bias", "audio", "modalities", "best_of", "suffix"] as const;

function refuseUnsupported(body: unknown): void {
  if (typeof body !== "object" || body === null) return;
  for (const name of UNSUPPORTED) {
    const value = (body as Record<string, unknown>)[name];
    const empty = value == null || (Array.isArray(value) && value.length === 0);
    if (empty || (typeof value === "object" && Object.keys(value).length === 0)) continue;
    throw new AppError("request.unknown_field", { message: `The parameter \`${name}\` is not supported.` });
  }
}

export function parseChat(body: unknown): ChatRequest {
  refuseUnsupported(body);
  return parseBody(chatSchema, body);
}

export function parseCompletion(body: unknown): CompletionRequest {
  refuseUnsupported(body);
  return parseBody(completionSchema, body);
}

export const messageText = ({ content }: ChatRequest["messages"][number]): string =>
  typeof content === "string" ? content : content.map((each) => each.text).join("\n");

/** undefined: the program's own, if it has one. */
export function constraintOf({ response_format: format }: ChatRequest): Constraint | undefined {
  if (format == null || format.type === "text") return undefined;
  const schema = format.type === "json_object" ? { type: "object" } : format.json_schema.schema;
  const constraint = constraintSchema.safeParse({ kind: "jsonSchema", schema });
  if (constraint.success) return constraint.data;
  throw new AppError("constraint.invalid", {
    message: "`response_format.json_schema.schema` is not a JSON Schema, or too large a one.",
  });
}
