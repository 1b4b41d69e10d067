/**
 * Examples out of pasted or uploaded text: JSON Lines, a JSON list, or CSV/TSV with the input first and the output second.
 * Only takes apart; what is wrong with an example as such is for the API to say.
 */
import type { Example } from "@weightsmith/contract";
import type { Problem } from "./problem.ts";

/** Text that is no list of examples, with the place where that shows. */
export class ExampleTextError extends Error implements Problem {
  override readonly name = "ExampleTextError";
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

const jsonRemedy = 'Each example is {"input": "…", "output": "…"}, and both are texts in double quotes.';

/** @throws ExampleTextError, which names the line */
export function parseExamples(text: string): Example[] {
  const clean = text.replace(/^\uFEFF/, "");
  const first = clean.trimStart()[0];
  if (first === "[") return parseJsonList(clean);
  if (first === "{") return parseJsonLines(clean);
  return parseRows(clean);
}

/** Whether a paste into a single field is rather a list of examples: nobody means to paste JSON Lines into one cell. */
export function looksLikeExamples(text: string): boolean {
  const lines = text.trim().split(/\r?\n/);
  if (lines.every((line) => /^\{\s*"(?:in|out)put"\s*:/.test(line))) return true;
  return lines.length > 1 && lines.every((line) => line.split("\t").length === 2);
}

function parseJsonLines(text: string): Example[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) =>
      line.trim() === "" ? [] : [exampleOf(parseJson(line, `Line ${index + 1}`), `Line ${index + 1}`)],
    );
}

function parseJsonList(text: string): Example[] {
  const list = parseJson(text, "The list");
  if (!Array.isArray(list)) throw new ExampleTextError("This is JSON, but no list of examples.", jsonRemedy);
  return list.map((value, index) => exampleOf(value, `Example ${index + 1}`));
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ExampleTextError(`${where} is not JSON: ${(error as Error).message}`, jsonRemedy);
  }
}

function exampleOf(value: unknown, where: string): Example {
  const { input, output, generated } = (value ?? {}) as Record<string, unknown>;
  if (typeof input === "string" && typeof output === "string") {
    return { input, output, ...(generated === true ? { generated } : {}) };
  }
  const missing = typeof input === "string" ? "output" : "input";
  throw new ExampleTextError(`${where} has no text as "${missing}".`, jsonRemedy);
}

function parseRows(text: string): Example[] {
  const rows = parseSeparated(text, text.includes("\t") ? "\t" : ",");
  const [head, ...rest] = rows;
  const named = head?.[0]?.trim().toLowerCase() === "input" && head[1]?.trim().toLowerCase() === "output";
  return (named ? rest : rows).map((cells, index) => {
    const [input, output] = cells;
    if (input === undefined || output === undefined || cells.length > 2) {
      const count = `${cells.length} ${cells.length === 1 ? "cell" : "cells"}`;
      throw new ExampleTextError(
        `Row ${index + (named ? 2 : 1)} has ${count}; an input and an output are needed.`,
        "Put a cell with commas in double quotes, or separate the two with a tab, or use JSON Lines.",
      );
    }
    return { input, output };
  });
}

/** RFC 4180: quoted cells may hold separators, line ends and doubled quotes. */
function parseSeparated(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === separator) {
      row.push(cell);
      cell = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r") cell += character;
  }
  endRow();
  return rows;
}
