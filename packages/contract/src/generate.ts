/** What a generate request is (`POST /v1/generate`): source code, LODA assembly for a sequence, or text. */
import { z } from "zod";
import { nameSchema, tagsSchema, webhookSchema } from "./compile.ts";
import { AppError } from "./error.ts";
import { LIMITS } from "./limits.ts";
import { prioritySchema } from "./priority.ts";
import { jsonDepth, parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const GENERATE_KINDS = ["code", "loda", "text"] as const;
export type GenerateKind = (typeof GENERATE_KINDS)[number];

const common = {
  name: nameSchema.optional(),
  tags: tagsSchema.default([]),
  public: z.boolean().default(false),
  seed: z.int().min(0).max(2_147_483_647).default(0),
  priority: prioritySchema.optional(),
  webhook: webhookSchema.optional(),
};

const budgetSeconds = z
  .number()
  .min(0.1)
  .max(600)
  .default(30)
  .meta({ description: "How long the search may take." });

const identifier = text(100, { minCharacters: 1 }).regex(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  "must be an identifier: letters, digits and _, not starting with a digit",
);
const typeName = text(200, { minCharacters: 1 }).meta({ examples: ["list[str]"] });

/** How deep a value is, is checked before this schema sees it, so that `z.json()` cannot recurse without end. */
const codeExampleSchema = z.strictObject({
  input: z
    .json()
    .meta({ description: "The argument, or an array of arguments when there are several parameters." }),
  output: z.json(),
});

export const generateCodeSchema = z
  .strictObject({
    kind: z.literal("code"),
    spec: text(LIMITS.specCharacters).optional().meta({ description: "What the function should do." }),
    language: z.enum(["python", "typescript"]).default("python"),
    functionName: identifier.optional(),
    parameters: z
      .array(z.strictObject({ name: identifier, type: typeName }))
      .max(50)
      .optional(),
    returnType: typeName.optional(),
    constraints: z
      .array(text(1_000, { minCharacters: 1 }))
      .max(100)
      .default([]),
    examples: z.array(codeExampleSchema).max(1_000).default([]),
    technique: z.enum(["all", "rag", "tree", "hierarchical", "beam", "hybrid"]).default("all"),
    budgetSeconds,
    ...common,
  })
  .meta({ id: "GenerateCodeRequest" });

const integerText = z
  .string()
  .max(10_000)
  .regex(/^-?\d+$/, "must be an integer");

export const generateLodaSchema = z
  .strictObject({
    kind: z.literal("loda"),
    description: text(2_000)
      .optional()
      .meta({ examples: ["Fibonacci numbers"] }),
    terms: z
      .array(z.union([z.int(), integerText]))
      .max(1_000)
      .default([])
      .meta({ description: "The first terms; a large one as a string.", examples: [[0, 1, 1, 2, 3, 5]] }),
    count: z.int().min(1).max(50).default(5).meta({ description: "How many programs to return at most." }),
    budgetSeconds,
    ...common,
  })
  .meta({ id: "GenerateLodaRequest" });

export const generateTextSchema = z
  .strictObject({
    kind: z.literal("text"),
    prompt: text(LIMITS.specCharacters, { minCharacters: 1 }),
    model: text(200, { minCharacters: 1 }).optional(),
    maxTokens: z.int().min(1).max(4_096).default(200),
    temperature: z.number().min(0).max(2).default(0),
    topK: z.int().min(0).max(1_000_000).default(0).meta({ description: "0 is the whole distribution." }),
    ...common,
  })
  .meta({ id: "GenerateTextRequest" });

export const generateRequestSchema = z
  .discriminatedUnion("kind", [generateCodeSchema, generateLodaSchema, generateTextSchema])
  .meta({ id: "GenerateRequest" });
export type GenerateRequest = z.output<typeof generateRequestSchema>;
export type GenerateRequestInput = z.input<typeof generateRequestSchema>;

/** @throws AppError kind.unknown, spec.empty, spec.too_long, request.* */
export function parseGenerateRequest(body: unknown): GenerateRequest {
  if (jsonDepth(body, LIMITS.jsonDepth) > LIMITS.jsonDepth) {
    throw new AppError("request.invalid", {
      message: `The body nests arrays and objects more than ${LIMITS.jsonDepth} levels deep.`,
    });
  }
  const request = parseBody(generateRequestSchema, body);
  if (request.kind === "code" && (request.spec ?? "").trim() === "" && request.examples.length === 0) {
    throw new AppError("spec.empty", { message: "A code request needs a spec, examples, or both." });
  }
  if (request.kind === "loda" && (request.description ?? "").trim() === "" && request.terms.length === 0) {
    throw new AppError("spec.empty", { message: "A LODA request needs a description, terms, or both." });
  }
  return request;
}
