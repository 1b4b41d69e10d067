// One program file as training examples, or the reason why not.
import { readFileSync } from "node:fs";
import { readProgramFile } from "../corpus/program-file.ts";
import { EvaluationError } from "../evaluate/error.ts";
import type { FastEvaluator } from "../evaluate/fast.ts";
import { LodaSyntaxError } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { formatId } from "../language/program.ts";
import { validate } from "../language/validate.ts";
import { cleanDescription } from "./description.ts";
import { programShape, type Split, splitOf } from "./normal-form.ts";

export interface DatasetExample {
  /** `A000045` */
  readonly id: string;
  readonly split: Split;
  readonly description: string;
  /** `description` is the cleaned name of the sequence, or a variant of it. */
  readonly variant: boolean;
  readonly offset: number;
  /** The program in the text form with pipes. */
  readonly code: string;
  /** The first published terms, in decimal. */
  readonly terms: readonly string[];
}

export type Rejection = "syntax" | "invalid" | "noDescription" | "noTerms" | "failed" | "wrongTerms";

export interface ExampleOptions {
  /** Terms that the program has to reproduce, and that are written. */
  readonly terms: number;
}

/** The example of a program file, without variants. */
export function readExample(
  file: string,
  evaluator: FastEvaluator,
  options: ExampleOptions,
): DatasetExample | Rejection {
  const text = readFileSync(file, "utf8");
  let parsed: ReturnType<typeof readProgramFile>;
  try {
    parsed = readProgramFile(text);
  } catch (error) {
    if (error instanceof LodaSyntaxError) return "syntax";
    throw error;
  }
  const { id, program } = parsed;
  const description = cleanDescription(parsed.description);
  if (id === undefined || description === "") return "noDescription";
  if (validate(program).some(({ severity }) => severity === "error")) return "invalid";
  const terms = parsed.terms.slice(0, options.terms);
  if (terms.length === 0) return "noTerms";
  evaluator.start();
  try {
    for (const [i, wanted] of terms.entries())
      if (evaluator.term(program, program.offset + i, id).value !== wanted) return "wrongTerms";
  } catch (error) {
    if (error instanceof EvaluationError) return "failed";
    throw error;
  }
  return {
    id: formatId(id),
    split: splitOf(programShape(program)),
    description,
    variant: false,
    offset: program.offset,
    code: print(program, "pipes"),
    terms: terms.map(String),
  };
}
