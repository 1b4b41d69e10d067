// What the ways to read a description have in common.
import type { Program } from "../../../language/program.ts";
import type { Known } from "../emit.ts";
import { type Expression, UnreadableFormula } from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { directProgram } from "../programs.ts";

export interface FormulaOptions {
  /** The index of the first term; without it, the likely ones are tried. */
  readonly offset?: number;
  /** The first index of a known sequence, whose program can be called. */
  readonly offsetOf: (id: number) => number | undefined;
}

export interface FormulaProgram {
  readonly program: Program;
  /** What was understood, in words. */
  readonly reading: string;
}

/** A way to read a description; answers nothing if it is not of its kind. @throws UnreadableFormula */
export type Reading = (text: string, options: FormulaOptions) => FormulaProgram[];

export const offsetsOf = ({ offset }: FormulaOptions, likely: readonly number[]): readonly number[] =>
  offset === undefined ? likely : [offset];

export function knownOf({ offsetOf }: FormulaOptions): Known {
  return (id) => offsetOf(id) !== undefined;
}

/** a(n) = f(n), once for each first index that is likely. */
export function direct(
  formula: Expression | ((offset: number) => Expression),
  options: FormulaOptions,
  likely: readonly number[],
  reading: string,
): FormulaProgram[] {
  const known = knownOf(options);
  return offsetsOf(options, likely).map((offset) => ({
    program: directProgram(typeof formula === "function" ? formula(offset) : formula, { offset, known }),
    reading,
  }));
}

/** The formula that the whole text is, up to a remark. @throws UnreadableFormula */
export function wholeFormula(text: string): Expression {
  const { expression, rest } = parseFormula(text, "");
  if (!/^\s*(?:$|[.,;:([]|where\b|with\b)/i.test(rest)) throw new UnreadableFormula(rest);
  return expression;
}

const numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** "3", "three" and "no" as numbers. */
export function countOf(word: string): number | undefined {
  const lower = word.toLowerCase();
  if (lower === "no" || lower === "none") return 0;
  if (lower === "a" || lower === "an" || lower === "a single") return 1;
  const named = numbers.indexOf(lower);
  if (named >= 0) return named;
  return /^\d+$/.test(word) ? Number(word) : undefined;
}
