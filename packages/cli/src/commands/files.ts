/** Reading what a command line names: files of examples and of inputs, folders and ids of programs. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { AppError, type Example, isProgramId, MANIFEST_FILE, parseExampleLines } from "@weightsmith/contract";

/** @throws AppError request.invalid if the file cannot be read */
export async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    throw new AppError("request.invalid", {
      message: `The file of ${what}, ${file}, ${reason}.`,
      remedy: "Check the path.",
      cause,
    });
  }
}

/** @throws AppError examples.*, naming the line */
export async function readExamples(file: string): Promise<Example[]> {
  return parseExampleLines(await readText(file, "examples")).map(({ line: _, ...example }) => example);
}

/**
 * Inputs from JSON Lines: each line a string, or an object with an `input`.
 * @throws AppError request.invalid, naming the line
 */
export async function readInputs(file: string): Promise<string[]> {
  const inputs: string[] = [];
  for (const [index, line] of (await readText(file, "inputs")).split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    inputs.push(parseInput(line, index + 1));
  }
  return inputs;
}

function parseInput(line: string, number: number): string {
  const refuse = (message: string, cause?: unknown) =>
    new AppError("request.invalid", {
      message: `Line ${number} of the inputs ${message}.`,
      remedy: 'Write one JSON string or one {"input": "…"} a line.',
      context: { line: number },
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw refuse("is not JSON", cause);
  }
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "input" in value && typeof value.input === "string") {
    return value.input;
  }
  throw refuse('is neither a string nor an object with a string as its "input"');
}

/** A program as a command line names it: a folder that holds one runs here, an id runs on the server. */
export type ProgramName =
  | { readonly kind: "folder"; readonly directory: string }
  | { readonly kind: "id"; readonly programId: string };

/** @throws AppError artifact.not_found if it is neither a program's folder nor shaped like an id */
export async function resolveProgram(name: string): Promise<ProgramName> {
  const directory = path.resolve(name);
  const found = await stat(path.join(directory, MANIFEST_FILE)).catch(() => undefined);
  if (found?.isFile()) return { kind: "folder", directory };
  if (isProgramId(name)) return { kind: "id", programId: name };
  throw new AppError("artifact.not_found", {
    message: `${JSON.stringify(name)} is neither a folder with a program in it nor a program's id (20 hex digits).`,
    remedy: "Name a folder that holds a program.json, or an id as `weightsmith programs` lists them.",
  });
}
