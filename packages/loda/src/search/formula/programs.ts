// Whole programs around formulas: a(n) = f(n), and recurrences.
import {
  constant,
  direct,
  indirect,
  type Operand,
  type Operation,
  operation,
  type Program,
} from "../../language/program.ts";
import { literal } from "../fit/assemble.ts";
import { Emitter, type Known } from "./emit.ts";
import { binary, call, type Expression, num, partsOf, substitute, UnreadableFormula } from "./expression.ts";
import { integerForm } from "./integer-form.ts";
import { isReal, seemsIntegral } from "./real-value.ts";
import type { Scope } from "./scope.ts";

/** What programs may be made of, and where they begin. */
export interface ProgramOptions {
  readonly offset: number;
  /** Whether the program of a sequence can be called. */
  readonly known: Known;
}

/**
 * a(n) = f(n); a real value is rounded to the nearest integer.
 * @param exceptions terms that are not f(n), by their index; all of them come before the others
 * @throws UnreadableFormula
 */
export function directProgram(
  formula: Expression,
  { offset, known }: ProgramOptions,
  exceptions: ReadonlyMap<number, bigint> = new Map(),
): Program {
  if (isReal(formula) && !seemsIntegral(formula)) throw new UnreadableFormula("a real number");
  const emitter = new Emitter(1, known);
  const n = emitter.cell();
  emitter.add("mov", n, direct(0));
  // The formula need not have a value where there is an exception.
  if (exceptions.size > 0) emitter.add("max", n, constant(Math.max(...exceptions.keys()) + 1));
  const whole = isReal(formula)
    ? call("floorOfReal", binary("+", formula, binary("/", num(1), num(2))))
    : integerForm(formula);
  const result = emitter.cell();
  emitter.add("mov", result, emitter.operand(whole, { cells: new Map([["n", n]]) }));
  for (const [index, value] of exceptions) {
    const here = emitter.cell();
    emitter.add("mov", here, direct(0));
    emitter.add("equ", here, constant(index));
    const change = emitter.cell();
    emitter.add("mov", change, literal(value));
    emitter.add("sub", change, direct(result));
    emitter.add("mul", change, direct(here));
    emitter.add("add", result, direct(change));
  }
  emitter.add("mov", 0, direct(result));
  return { operations: emitter.operations, offset };
}

/**
 * a(n) from the terms before it. Where only the last few are asked for, they are in a window that moves, one round a
 * term; else all of them are kept.
 * @param initial the first terms by their index
 * @throws UnreadableFormula if terms are missing
 */
export function recurrenceFormula(
  formula: Expression,
  initial: ReadonlyMap<number, bigint>,
  { offset, known }: { readonly offset?: number | undefined; readonly known: Known },
): Program {
  const start = Math.min(...initial.keys());
  const count = initial.size;
  for (let i = start; i < start + count; i++)
    if (!initial.has(i)) throw new UnreadableFormula(`the term a(${i}) is missing`);
  if (count === 0) throw new UnreadableFormula("a recurrence without first terms");
  const first = offset ?? start;
  if (first < start) throw new UnreadableFormula(`the recurrence begins at ${start}`);
  const terms = Array.from({ length: count }, (_, i) => initial.get(start + i)!);
  const reaches = [...partsOf(formula)].flatMap((part) =>
    part.kind === "self" ? [distanceBack(part.index)] : [],
  );
  const near = reaches.every((back) => back !== undefined && back >= 1 && back <= count);
  const make = near ? windowRecurrence : keptRecurrence;
  return { operations: make(integerForm(formula), start, terms, known), offset: first };
}

function windowRecurrence(
  formula: Expression,
  start: number,
  terms: readonly bigint[],
  known: Known,
): readonly Operation[] {
  const count = terms.length;
  const emitter = new Emitter(1, known);
  const window = terms.map(() => emitter.cell());
  for (const [i, cell] of window.entries()) emitter.add("mov", cell, literal(terms[i]!));
  const index = emitter.cell();
  emitter.add("mov", index, constant(start + count));
  emitter.add("sub", 0, constant(start));
  emitter.add("lpb", 0);
  const self = (at: Expression): Operand => direct(window[count - distanceBack(at)!]!);
  const next = emitter.value(formula, { cells: new Map([["n", index]]), self });
  for (const [i, cell] of window.slice(0, -1).entries()) emitter.add("mov", cell, direct(window[i + 1]!));
  emitter.add("mov", window.at(-1)!, direct(next));
  emitter.add("add", index, constant(1));
  emitter.add("sub", 0, constant(1));
  emitter.endLoop();
  emitter.add("mov", 0, direct(window[0]!));
  return emitter.operations;
}

/** Where the kept terms begin. */
const keptFrom = 300;

/** Term `start` + i is in cell `keptFrom` + i. */
function keptRecurrence(
  formula: Expression,
  start: number,
  terms: readonly bigint[],
  known: Known,
): readonly Operation[] {
  const emitter = new Emitter(1, known);
  for (const [i, term] of terms.entries()) emitter.add("mov", keptFrom + i, literal(term));
  const index = emitter.cell();
  emitter.add("mov", index, constant(start + terms.length));
  const rounds = emitter.cell();
  emitter.add("mov", rounds, direct(0));
  emitter.add("sub", rounds, direct(index));
  emitter.add("add", rounds, constant(1));
  // No round at all if the term is a first one.
  emitter.add("max", rounds, constant(0));
  const cells = new Map([["n", index]]);
  emitter.add("lpb", rounds);
  const self = (at: Expression, scope: Scope): Operand => {
    const cell = emitter.value(at, scope);
    emitter.add("sub", cell, constant(start - keptFrom));
    return indirect(cell);
  };
  const next = emitter.value(formula, { cells, self });
  const place = emitter.cell();
  emitter.add("mov", place, direct(index));
  emitter.add("sub", place, constant(start - keptFrom));
  emitter.operations.push(operation("mov", indirect(place), direct(next)));
  emitter.add("add", index, constant(1));
  emitter.add("sub", rounds, constant(1));
  emitter.endLoop();
  emitter.add("sub", 0, constant(start - keptFrom));
  const result = emitter.cell();
  if (result >= keptFrom) throw new UnreadableFormula("the recurrence is too long");
  emitter.operations.push(operation("mov", direct(result), indirect(0)));
  emitter.add("mov", 0, direct(result));
  return emitter.operations;
}

/** k of n − k; nothing if it is anything else. */
function distanceBack(index: Expression): number | undefined {
  const [at0, at1] = [0, 1].map((n) => constantValue(substitute(index, "n", num(n))));
  return at0 === undefined || at1 === undefined || at1 - at0 !== 1n ? undefined : Number(-at0);
}

function constantValue(expression: Expression): bigint | undefined {
  if (expression.kind === "number") return expression.value;
  if (expression.kind !== "binary") return undefined;
  const [left, right] = [constantValue(expression.left), constantValue(expression.right)];
  if (left === undefined || right === undefined) return undefined;
  if (expression.operator === "+") return left + right;
  if (expression.operator === "-") return left - right;
  return expression.operator === "*" ? left * right : undefined;
}

/** Whether the formula says anything about n. */
export function mentions(formula: Expression, name: string): boolean {
  return [...partsOf(formula)].some((part) => part.kind === "variable" && part.name === name);
}

export function recurs(formula: Expression): boolean {
  return [...partsOf(formula)].some(({ kind }) => kind === "self");
}
