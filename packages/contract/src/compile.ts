/** What a compile request is: `POST /v1/compile` and the command line's `compile` both parse it here. */
import { z } from "zod";
import { aliasNameSchema } from "./alias-name.ts";
import { constraintSchema } from "./constraint.ts";
import { AppError } from "./error.ts";
import {
  checkExamples,
  distinctExamples,
  type Example,
  exampleSchema,
  parseExampleLines,
} from "./example.ts";
import { programIdSchema } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { prioritySchema } from "./priority.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

/** What a server may make; what is said of specialists is in specialist.ts. */
export const COMPILE_KINDS = ["weights", "specialist"] as const;
export type CompileKind = (typeof COMPILE_KINDS)[number];

/**
 * `context` encodes spec and examples into the interpreter's KV cache and trains nothing; `fast` lets a compiler network
 * emit low-rank updates of the weights in one pass; `train` trains them from there; `lora` trains them from nothing;
 * `prefix` trains a KV prefix; `dummy` makes the spec the prompt, reads no examples and is done at once, for demos and
 * tests; `auto` trains and keeps what does best on validation examples.
 */
export const METHODS = ["auto", "context", "fast", "train", "lora", "prefix", "dummy"] as const;
export type Method = (typeof METHODS)[number];
export const methodSchema = z.enum(METHODS);

export const webhookSchema = z
  .strictObject({ url: text(LIMITS.webhookUrlCharacters, { minCharacters: 1 }) })
  .meta({
    id: "Webhook",
    description: "Where the finished job is posted, signed as standard-webhooks describes.",
  });

export const nameSchema = text(LIMITS.nameCharacters, { minCharacters: 1 });
export const tagsSchema = z.array(text(LIMITS.tagCharacters, { minCharacters: 1 })).max(LIMITS.tags);

const interpreterName = text(200, { minCharacters: 1 });

export const compileRequestSchema = z
  .strictObject({
    kind: z.enum(["weights"]).default("weights"),
    spec: text(LIMITS.specCharacters, { minCharacters: 1 }).meta({
      description: "What the program should do, in plain language.",
      examples: ["Return the file extension of a path, in lower case."],
    }),
    examples: z
      .union([
        z.array(exampleSchema).max(LIMITS.examples),
        z.string().meta({ description: "JSON Lines: one example a line." }),
      ])
      .default([])
      .meta({
        description: "What it should answer; the service keeps some of them back to measure the program.",
      }),
    method: methodSchema.default("auto"),
    interpreter: interpreterName
      .optional()
      .meta({ description: "The fixed model that runs the program. Default: the server's own." }),
    name: nameSchema.optional(),
    tags: tagsSchema.default([]),
    seed: z.int().min(0).max(2_147_483_647).default(0),
    public: z.boolean().default(false).meta({ description: "Whether anyone may see, download and run it." }),
    constraint: constraintSchema
      .optional()
      .meta({ description: "What every answer of the program is held to. Part of what it is." }),
    alias: aliasNameSchema.optional().meta({
      description: "A name of yours that moves to the program once it is made, if the alias's gate lets it.",
    }),
    parents: z
      .array(programIdSchema)
      .max(LIMITS.parents)
      .default([])
      .meta({ description: "The programs that this one was forked from." }),
    priority: prioritySchema.optional(),
    webhook: webhookSchema.optional(),
  })
  .meta({ id: "CompileRequest" });
/** What a caller may send. */
export type CompileRequestInput = z.input<typeof compileRequestSchema>;

/** What the service works with: defaults filled in, the examples a list without repetitions. */
export interface CompileRequest extends Omit<z.output<typeof compileRequestSchema>, "examples"> {
  readonly examples: readonly Example[];
}

/** The form in which a compile request is stored and read back: everything explicit. */
export const storedCompileRequestSchema = compileRequestSchema.extend({ examples: z.array(exampleSchema) });

/** Examples are checked apart, by code that is fast and names the place. */
const envelopeSchema = compileRequestSchema.extend({ examples: z.unknown().optional() });

/**
 * @throws AppError kind.unknown, spec.empty, spec.too_long, method.unknown, examples.*, request.missing_field,
 * request.unknown_field, request.invalid, request.invalid_text
 */
export function parseCompileRequest(body: unknown): CompileRequest {
  const request = parseBody(envelopeSchema, body);
  if (request.spec.trim() === "") throw new AppError("spec.empty");
  const examples = distinctExamples(readExamples(request.examples));
  requireExamples(request.method, examples.length);
  return {
    ...request,
    examples: examples.map(({ input, output, generated }) => ({
      input,
      output,
      ...(generated ? { generated } : {}),
    })),
  };
}

function readExamples(value: unknown): Example[] {
  if (value === undefined) return [];
  if (typeof value === "string") return parseExampleLines(value);
  if (Array.isArray(value)) return checkExamples(value);
  throw new AppError("examples.invalid", {
    message: '`examples` must be an array of {"input": "…", "output": "…"}, or a string of JSON Lines.',
  });
}

/** @throws AppError examples.too_few if the method trains and has fewer than two different examples */
export function requireExamples(method: Method, given: number): void {
  if (method === "context" || method === "fast" || method === "dummy" || given >= LIMITS.examplesForTraining)
    return;
  const have = given === 0 ? "no examples" : "one example";
  throw new AppError("examples.too_few", {
    message: `The method \`${method}\` needs at least ${LIMITS.examplesForTraining} different examples, one to learn from and one to be measured on; there ${given === 0 ? "are" : "is"} ${have}.`,
    context: { given, needed: LIMITS.examplesForTraining },
  });
}
