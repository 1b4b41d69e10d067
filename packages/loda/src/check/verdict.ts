// Checking one program file: does the program reproduce the published terms?
import { readFileSync } from "node:fs";
import { type ProgramFile, readProgramFile } from "../corpus/program-file.ts";
import { EvaluationError, type EvaluationErrorCode } from "../evaluate/error.ts";
import type { FastEvaluator } from "../evaluate/fast.ts";
import { LodaSyntaxError } from "../language/parse.ts";

/**
 * - `ok`: every published term came out
 * - `mismatch`: a term came out differently
 * - `error`: the program is malformed or failed
 * - `limit`: a limit ended the run
 * - `notCheckable`: a called program is missing, or no terms are published
 */
export type Status = "ok" | "mismatch" | "error" | "limit" | "notCheckable";

export interface Verdict {
  readonly file: string;
  readonly status: Status;
  /** Terms that came out right. */
  readonly terms: number;
  /** What went wrong; empty for `ok`. */
  readonly message: string;
}

const statusOf: Partial<Record<EvaluationErrorCode, Status>> = {
  "missing-program": "notCheckable",
  steps: "limit",
  time: "limit",
  memory: "limit",
};

/** Checks a program file. The evaluator's time limit counts for the whole file. */
export function checkFile(file: string, evaluator: FastEvaluator): Verdict {
  let parsed: ProgramFile;
  try {
    parsed = readProgramFile(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof LodaSyntaxError) return { file, status: "error", terms: 0, message: error.message };
    throw error;
  }
  const { program, terms: published, id } = parsed;
  if (published.length === 0)
    return { file, status: "notCheckable", terms: 0, message: "no published terms" };
  evaluator.start();
  let terms = 0;
  try {
    for (const wanted of published) {
      const { value } = evaluator.term(program, program.offset + terms, id);
      if (value !== wanted) {
        const index = program.offset + terms;
        return {
          file,
          status: "mismatch",
          terms,
          message: `a(${index}) is ${value}, published is ${wanted}`,
        };
      }
      terms++;
    }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return {
      file,
      status: statusOf[error.code] ?? "error",
      terms,
      message: `${error.code}: ${error.message}`,
    };
  }
  return { file, status: "ok", terms, message: "" };
}
