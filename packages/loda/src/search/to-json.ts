// Answers as JSON: the one form of the command, of jobs and of archives. Terms are strings, since large ones are no
// JSON numbers.
import { print } from "../language/print.ts";
import type { GeneratedProgram, Route } from "./answer.ts";

export interface GeneratedProgramJson {
  readonly code: string;
  /** The code in one line; the offset stands beside it. */
  readonly pipes: string;
  readonly offset: number;
  readonly route: Route;
  readonly origin: string;
  readonly verifiedTerms: number;
  readonly givenTerms: number;
  readonly terms: readonly string[];
  readonly stepsPerTerm: number;
}

export function generatedProgramJson(answer: GeneratedProgram): GeneratedProgramJson {
  const { program, code, route, origin, verifiedTerms, givenTerms, terms, stepsPerTerm } = answer;
  return {
    code,
    pipes: print(program, "pipes"),
    offset: program.offset,
    route,
    origin,
    verifiedTerms,
    givenTerms,
    terms: terms.map(String),
    stepsPerTerm,
  };
}
