// A file of loda-programs: comments that say what the sequence is and which terms are published, then the program.
//
//     ; A000045: Fibonacci numbers: F(n) = F(n-1) + F(n-2) with F(0) = 0 and F(1) = 1.
//     ; Submitted by loader3229
//     ; 0,1,1,2,3,5,8,13
//     ; Formula: …
import { parse } from "../language/parse.ts";
import { type Program, parseId } from "../language/program.ts";
import { parseValue, type Value } from "../number/value.ts";

export interface ProgramHeader {
  readonly id: number | undefined;
  readonly description: string;
  /** The published terms, from the offset on. */
  readonly terms: readonly Value[];
  readonly submitter: string | undefined;
  readonly formula: string | undefined;
}

export interface ProgramFile extends ProgramHeader {
  readonly program: Program;
}

const termList = /^-?\d+(?:\s*,\s*-?\d+)*,?$/;

/** Reads the comments of a program file; anything may be missing. */
export function readHeader(text: string): ProgramHeader {
  let id: number | undefined;
  let description = "";
  let terms: Value[] = [];
  let submitter: string | undefined;
  let formula: string | undefined;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    // What follows the first operation comments on operations.
    if (!line.startsWith(";")) break;
    const comment = line.slice(1).trim();
    const title = /^(A\d{6,}):\s*(.*)$/.exec(comment);
    if (title && id === undefined) {
      id = parseId(title[1]!);
      description = title[2]!;
    } else if (termList.test(comment))
      terms = comment.split(",").flatMap((term) => (term.trim() === "" ? [] : [parseValue(term.trim())]));
    else if (comment.startsWith("Submitted by ")) submitter = comment.slice("Submitted by ".length);
    else if (comment.startsWith("Formula: ")) formula = comment.slice("Formula: ".length);
  }
  return { id, description, terms, submitter, formula };
}

/** @throws LodaSyntaxError */
export function readProgramFile(text: string): ProgramFile {
  return { ...readHeader(text), program: parse(text) };
}
