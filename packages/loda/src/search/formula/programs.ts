// Whole programs around formulas: a(n) = f(n), recurrences, and numbers with a property.
import { constant, direct, type Operand, type Program } from "../../language/program.ts";
import { literal } from "../fit/assemble.ts";
import { Emitter } from "./emit.ts";
import { type Expression, num, partsOf, substitute, UnreadableFormula } from "./expression.ts";
import { integerForm } from "./integer-form.ts";

/** a(n) = f(n). @throws UnreadableFormula */
export function directProgram(formula: Expression, offset: number): Program {
  const emitter = new Emitter(1);
  const result = emitter.operand(integerForm(formula), { cells: new Map([["n", 0]]) });
  emitter.add("mov", 0, result);
  return { operations: emitter.operations, offset };
}

/**
 * a(n) from the terms before it. The last terms are in a window that moves, one round a term.
 * @param initial the first terms by their index
 * @throws UnreadableFormula if terms are missing or a(…) asks for anything but a fixed distance back
 */
export function recurrenceFormula(
  formula: Expression,
  initial: ReadonlyMap<number, bigint>,
  offset?: number,
): Program {
  const start = Math.min(...initial.keys());
  const count = initial.size;
  for (let i = start; i < start + count; i++)
    if (!initial.has(i)) throw new UnreadableFormula(`the term a(${i}) is missing`);
  if (count === 0) throw new UnreadableFormula("a recurrence without first terms");
  const first = offset ?? start;
  if (first < start) throw new UnreadableFormula(`the recurrence begins at ${start}`);
  const emitter = new Emitter(1);
  const window = Array.from({ length: count }, () => emitter.cell());
  for (const [i, cell] of window.entries()) emitter.add("mov", cell, literal(initial.get(start + i)!));
  const index = emitter.cell();
  emitter.add("mov", index, constant(start + count));
  emitter.add("sub", 0, constant(start));
  emitter.add("lpb", 0);
  const self = (at: Expression): Operand => {
    const back = distanceBack(at);
    if (back < 1 || back > count) throw new UnreadableFormula(`a(n-${back}) needs more first terms`);
    return direct(window[count - back]!);
  };
  const next = emitter.value(integerForm(formula), { cells: new Map([["n", index]]), self });
  for (const [i, cell] of window.slice(0, -1).entries()) emitter.add("mov", cell, direct(window[i + 1]!));
  emitter.add("mov", window.at(-1)!, direct(next));
  emitter.add("add", index, constant(1));
  emitter.add("sub", 0, constant(1));
  emitter.endLoop();
  emitter.add("mov", 0, direct(window[0]!));
  return { operations: emitter.operations, offset: first };
}

/** k of n − k. */
function distanceBack(index: Expression): number {
  const [at0, at1] = [0, 1].map((n) => constantValue(substitute(index, "n", num(n))));
  if (at0 === undefined || at1 === undefined || at1 - at0 !== 1n)
    throw new UnreadableFormula("only a(n-k) is understood in a recurrence");
  return Number(-at0);
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

/** A010051: 1 for primes, 0 for others, from 1 on. */
const isPrimeSequence = 10_051;
/** Numbers that are tried before the search gives up; a step limit ends it sooner. */
const triedNumbers = 1_000_000_000;

/**
 * The n-th number k ≥ `from` for which all the values are prime, counted from index `offset`.
 * @param answer what to give for k; default k itself
 * @throws UnreadableFormula
 */
export function primeConditionProgram(
  conditions: readonly Expression[],
  variable: string,
  from: number,
  offset: number,
  answer?: Expression,
): Program {
  const emitter = new Emitter(1);
  const [candidate, wanted, rounds] = [emitter.cell(), emitter.cell(), emitter.cell()];
  emitter.add("mov", candidate, constant(from - 1));
  emitter.add("mov", wanted, direct(0));
  emitter.add("sub", wanted, constant(offset - 1));
  emitter.add("mov", rounds, constant(triedNumbers));
  emitter.add("lpb", rounds);
  // Once all are found nothing changes any more, and the counter falls to 0 and ends the loop.
  const searching = emitter.cell();
  emitter.add("mov", searching, direct(wanted));
  emitter.add("min", searching, constant(1));
  emitter.add("add", candidate, direct(searching));
  const scope = { cells: new Map([[variable, candidate]]) };
  for (const condition of conditions) {
    const value = emitter.value(integerForm(condition), scope);
    emitter.add("max", value, constant(1));
    emitter.add("seq", value, constant(isPrimeSequence));
    emitter.add("mul", searching, direct(value));
  }
  emitter.add("sub", wanted, direct(searching));
  emitter.add("sub", rounds, constant(1));
  const more = emitter.cell();
  emitter.add("mov", more, direct(wanted));
  emitter.add("min", more, constant(1));
  emitter.add("mul", rounds, direct(more));
  emitter.endLoop();
  const result = answer ? emitter.operand(integerForm(answer), scope) : direct(candidate);
  emitter.add("mov", 0, result);
  return { operations: emitter.operations, offset };
}

/** Whether the formula says anything about n. */
export function mentions(formula: Expression, name: string): boolean {
  return [...partsOf(formula)].some((part) => part.kind === "variable" && part.name === name);
}

export function recurs(formula: Expression): boolean {
  return [...partsOf(formula)].some(({ kind }) => kind === "self");
}
