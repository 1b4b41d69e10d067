/** What answers are held to, as flags of a command: of `run` for these answers, of `compile` for all of the program's. */
import { AppError, type CompileRequest, type Constraint, constraintSchema } from "@weightsmith/contract";
import type { Command } from "commander";
import { readText } from "./files.ts";

export interface ConstraintFlags {
  readonly labels?: string[];
  readonly regex?: string;
  readonly jsonSchema?: string;
}

export const withConstraintOptions = (command: Command): Command =>
  command
    .option("--labels <text...>", "hold the answers to these labels")
    .option("--regex <pattern>", "hold the answers to a regular expression")
    .option("--json-schema <file>", "hold the answers to a JSON Schema");

/** @throws AppError constraint.invalid */
export async function constraintOf({
  labels,
  regex,
  jsonSchema,
}: ConstraintFlags): Promise<Constraint | undefined> {
  const given = [labels, regex, jsonSchema].filter((each) => each !== undefined);
  if (given.length > 1) {
    throw new AppError("constraint.invalid", {
      message: "Give one of --labels, --regex and --json-schema, not several.",
    });
  }
  if (labels !== undefined) return { kind: "labels", labels };
  if (regex !== undefined) return { kind: "regex", pattern: regex };
  if (jsonSchema === undefined) return undefined;
  const text = await readText(jsonSchema, "the JSON Schema");
  const parsed = constraintSchema.safeParse({ kind: "jsonSchema", schema: jsonOf(text, jsonSchema) });
  if (parsed.success) return parsed.data;
  throw new AppError("constraint.invalid", {
    message: `${jsonSchema} is not a JSON Schema, or too large a one.`,
  });
}

/**
 * What the outputs of a request's examples have in common, if enough of them do: of those that train and choose, since
 * what is held out to measure the program must not help it.
 */
export async function constraintOfExamples({
  examples,
  seed,
}: Pick<CompileRequest, "examples" | "seed">): Promise<Constraint | undefined> {
  const { constraintFromOutputs, splitExamples } = await import("@weightsmith/programs");
  const { training, validation } = splitExamples(examples, seed);
  return constraintFromOutputs([...training, ...validation].map(({ output }) => output));
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("constraint.invalid", { message: `${file} is not JSON.`, cause });
  }
}
