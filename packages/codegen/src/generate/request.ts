/**
 * Requests: the service's own form (`generateCodeSchema`) and the one that event-driven users send (`request_id`,
 * `function_name`, `ast`). Both become a problem for the techniques.
 */
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import type { Problem } from "../search/synthesize.ts";
import { parseType } from "../values/type.ts";
import type { Value } from "../values/value.ts";

export const TECHNIQUES = ["all", "rag", "tree", "hierarchical", "beam", "hybrid"] as const;
export type Technique = (typeof TECHNIQUES)[number];
export type Language = "python" | "typescript";

/** What a caller asks for; the HTTP schema's output has this form. */
export interface CodeRequest {
  readonly spec?: string | undefined;
  readonly language: Language;
  readonly functionName?: string | undefined;
  readonly parameters?: readonly { readonly name: string; readonly type: string }[] | undefined;
  readonly returnType?: string | undefined;
  readonly constraints: readonly string[];
  readonly examples: readonly { readonly input: unknown; readonly output: unknown }[];
  readonly technique: Technique;
  readonly budgetSeconds: number;
}

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);

/** A message on the request queue. */
export const queuedRequestSchema = z.object({
  request_id: z.string().min(1).max(200),
  function_name: identifier.optional(),
  language: z.enum(["python", "typescript"]).default("python"),
  spec: z.string().max(20_000).optional(),
  ast: z
    .object({
      name: identifier.optional(),
      parameters: z.array(z.object({ name: identifier, type: z.string().default("") })).default([]),
      return_type: z.string().optional(),
    })
    .optional(),
  constraints: z.array(z.string()).default([]),
  examples: z.array(z.object({ input: z.json(), output: z.json() })).default([]),
  technique: z.enum(TECHNIQUES).default("all"),
  budget_seconds: z.number().min(0.1).max(600).default(30),
});
export type QueuedRequest = z.output<typeof queuedRequestSchema>;

/** @throws AppError request.invalid, spec.empty */
export function parseQueuedRequest(message: unknown): QueuedRequest {
  const parsed = queuedRequestSchema.safeParse(message);
  if (!parsed.success) {
    throw new AppError("request.invalid", { message: z.prettifyError(parsed.error), cause: parsed.error });
  }
  if (parsed.data.examples.length === 0 && (parsed.data.spec ?? "").trim() === "") {
    throw new AppError("spec.empty", { message: "A code request needs a spec, examples, or both." });
  }
  return parsed.data;
}

export function fromQueued(request: QueuedRequest): CodeRequest {
  return {
    spec: request.spec,
    language: request.language,
    functionName: request.function_name ?? request.ast?.name,
    parameters: request.ast && request.ast.parameters.length > 0 ? request.ast.parameters : undefined,
    returnType: request.ast?.return_type,
    constraints: request.constraints,
    examples: request.examples,
    technique: request.technique,
    budgetSeconds: request.budget_seconds,
  };
}

/** @throws AppError request.invalid if an example has another number of arguments than there are parameters */
export function problemOf(request: CodeRequest): Problem {
  const { parameters } = request;
  const examples = request.examples.map(({ input, output }, at) => ({
    inputs: argumentsOf(input as Value, parameters, at),
    output: output as Value,
  }));
  return {
    parameters: parameters ?? [{ name: guessName(examples.map(({ inputs }) => inputs[0] ?? null)) }],
    ...(request.returnType === undefined ? {} : { returns: request.returnType }),
    examples,
    spec: [request.spec ?? "", ...request.constraints].join("\n").trim(),
  };
}

/** One parameter: the input is the argument. Several: a list of arguments, or a record by name. */
function argumentsOf(input: Value, parameters: CodeRequest["parameters"], at: number): readonly Value[] {
  if (parameters === undefined) return [input];
  if (parameters.length === 1) {
    const type = parseType(parameters[0]!.type);
    // A lone argument may come wrapped, as the several do.
    const wrapped =
      Array.isArray(input) && input.length === 1 && type !== undefined && !type.startsWith("list");
    return wrapped ? (input as readonly Value[]) : [input];
  }
  if (Array.isArray(input) && input.length === parameters.length) return input as readonly Value[];
  if (typeof input === "object" && input !== null && !Array.isArray(input)) {
    const fields = input as Readonly<Record<string, Value>>;
    if (parameters.every(({ name }) => Object.hasOwn(fields, name)))
      return parameters.map(({ name }) => fields[name]!);
  }
  throw new AppError("request.invalid", {
    message: `The input of example ${at + 1} must be a list of ${parameters.length} arguments, one for each parameter.`,
  });
}

function guessName(values: readonly Value[]): string {
  if (values.every((value) => typeof value === "string")) return "text";
  if (values.every((value) => typeof value === "number")) return "n";
  if (values.every(Array.isArray)) return "items";
  return "value";
}

/** A name for a function that was given none: the first words of its spec. */
export function nameFor(spec: string | undefined, language: Language): string {
  const words = (spec ?? "")
    .toLowerCase()
    .match(/[a-z]+/g)
    ?.filter((word) => !["a", "an", "the", "of", "to", "and", "return", "returns", "given"].includes(word))
    .slice(0, 4);
  if (!words || words.length === 0) return language === "python" ? "transform" : "transform";
  return language === "python"
    ? words.join("_")
    : words.map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join("");
}
