/** Examples: an input with its wanted output, given as a list or as JSON Lines. */
import { z } from "zod";
import { AppError } from "./error.ts";
import { LIMITS } from "./limits.ts";
import { codePoints, fits, text } from "./text.ts";

export const exampleSchema = z
  .strictObject({
    input: text(LIMITS.exampleInputCharacters),
    output: text(LIMITS.exampleOutputCharacters),
    generated: z.boolean().optional().meta({
      description:
        "Written by a model and not checked by a person: learnt from, and never used to measure the program.",
    }),
  })
  .meta({ id: "Example", examples: [{ input: "/var/log/app.LOG", output: "log" }] });
export type Example = z.infer<typeof exampleSchema>;

export interface NumberedExample extends Example {
  /** The line it came from; the first line is 1. */
  readonly line: number;
}

/**
 * Parses JSON Lines: one `{"input": "…", "output": "…"}` a line. Empty lines, a byte-order mark and CRLF are fine.
 * @throws AppError examples.malformed_line, examples.invalid, examples.too_long, examples.too_many, request.invalid_text;
 * each names the line
 */
export function parseExampleLines(lines: string): NumberedExample[] {
  const examples: NumberedExample[] = [];
  let line = 0;
  for (const raw of lines.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    line++;
    if (raw.trim() === "") continue;
    const where = `Line ${line}`;
    examples.push({ ...checkExample(parseLine(raw, line), where, { line }), line });
    if (examples.length > LIMITS.examples) throw tooMany();
  }
  return examples;
}

function parseLine(raw: string, line: number): unknown {
  try {
    return JSON.parse(raw);
  } catch (cause) {
    throw new AppError("examples.malformed_line", {
      message: `Line ${line} is not JSON: ${jsonErrorText(cause)}.`,
      context: { line },
      cause,
    });
  }
}

/** What the JSON parser said, without the part of the text that it quotes. */
export const jsonErrorText = (error: unknown): string =>
  error instanceof Error
    ? error.message.replace(/, "?\.{0,3}"[\s\S]*$/, "").replace(/ \(line.*$/s, "")
    : String(error);

/** Checks a list of examples that came as JSON. */
export function checkExamples(value: readonly unknown[]): Example[] {
  if (value.length > LIMITS.examples) throw tooMany(value.length);
  return value.map((item, index) => checkExample(item, `Example ${index + 1}`, { index }));
}

function tooMany(given?: number): AppError {
  const most = LIMITS.examples.toLocaleString("en-US");
  return new AppError("examples.too_many", {
    message: `There are ${given ?? `more than ${most}`} examples; at most ${most} are allowed.`,
    context: { limit: LIMITS.examples, ...(given === undefined ? {} : { given }) },
  });
}

/** By hand rather than by the schema: this runs for every example of every request, and its messages name the place. */
function checkExample(value: unknown, where: string, context: Record<string, unknown>): Example {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const what = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
    throw new AppError("examples.invalid", {
      message: `${where} is ${what}; expected an object with "input" and "output".`,
      context,
    });
  }
  for (const key of Object.keys(value)) {
    if (key !== "input" && key !== "output" && key !== "generated") {
      throw new AppError("examples.invalid", {
        message: `${where} has the unknown field ${JSON.stringify(key.slice(0, 60))}; an example has "input" and "output", and nothing else.`,
        context: { ...context, field: key.slice(0, 60) },
      });
    }
  }
  const { input, output, generated } = value as Record<string, unknown>;
  if (generated !== undefined && typeof generated !== "boolean") {
    throw new AppError("examples.invalid", {
      message: `${where} has a "generated" that is neither true nor false.`,
      context: { ...context, field: "generated" },
    });
  }
  return {
    input: checkSide(input, "input", LIMITS.exampleInputCharacters, where, context),
    output: checkSide(output, "output", LIMITS.exampleOutputCharacters, where, context),
    ...(generated === true ? { generated } : {}),
  };
}

function checkSide(
  value: unknown,
  field: "input" | "output",
  limit: number,
  where: string,
  context: Record<string, unknown>,
): string {
  const at = { ...context, field };
  if (value === undefined) {
    throw new AppError("examples.invalid", { message: `${where} has no "${field}".`, context: at });
  }
  if (typeof value !== "string") {
    const what = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
    throw new AppError("examples.invalid", {
      message: `${where} has ${what} as "${field}"; expected a string.`,
      context: at,
    });
  }
  if (!fits(value, limit)) {
    throw new AppError("examples.too_long", {
      message: `${where} has an ${field} of ${codePoints(value)} characters; at most ${limit} are allowed.`,
      context: { ...at, limit },
    });
  }
  if (value.includes("\0") || !value.isWellFormed()) {
    throw new AppError("request.invalid_text", {
      message: `${where} has a NUL character or half of a surrogate pair in its ${field}.`,
      context: at,
    });
  }
  return value;
}

/**
 * Drops repetitions and refuses contradictions.
 * @throws AppError examples.contradictory, naming both places
 */
export function distinctExamples<T extends Example>(examples: readonly T[]): T[] {
  const first = new Map<string, number>();
  const distinct: T[] = [];
  for (const [index, example] of examples.entries()) {
    const before = first.get(example.input);
    if (before === undefined) {
      first.set(example.input, index);
      distinct.push(example);
      continue;
    }
    const earlier = examples[before]!;
    if (earlier.output !== example.output) {
      const places = [place(earlier, before), place(example, index)];
      throw new AppError("examples.contradictory", {
        message: `${capital(places[0]!)} and ${places[1]} have the same input ${quote(example.input)} and two outputs: ${quote(earlier.output)} and ${quote(example.output)}.`,
        context: { places },
      });
    }
  }
  return distinct;
}

const place = (example: Example, index: number): string =>
  "line" in example ? `line ${example.line}` : `example ${index + 1}`;
const capital = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1);
const quote = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
