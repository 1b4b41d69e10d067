// Programs for constants: their digits, and their continued fractions with the convergents.
import { direct as cellOf, constant, type Operand, type Program } from "../../language/program.ts";
import { Emitter } from "./emit.ts";
import type { Expression } from "./expression.ts";
import type { ProgramOptions } from "./programs.ts";
import { RealEmitter } from "./real.ts";
import { copy } from "./scope.ts";

/** Digits that may be wrong at the end. */
const guard = 20;

/** What is asked of a continued fraction. */
export type FractionPart = "quotient" | "numerator" | "denominator";

/** Digit number n − offset, where the digit with number 0 stands for 10^(lead − 1). */
export function digitProgram(value: Expression, lead: number, { offset, known }: ProgramOptions): Program {
  const emitter = new Emitter(1, known);
  const digits = copy(emitter, cellOf(0));
  emitter.add("add", digits, constant(guard + 1 - lead - offset));
  const real = realValue(emitter, value, digits);
  const negative = copy(emitter, constant(0));
  emitter.add("sub", negative, cellOf(real));
  emitter.add("max", real, cellOf(negative));
  const cut = copy(emitter, constant(10));
  emitter.add("pow", cut, constant(guard));
  emitter.add("div", real, cellOf(cut));
  emitter.add("mod", real, constant(10));
  emitter.add("mov", 0, cellOf(real));
  return { operations: emitter.operations, offset };
}

function realValue(emitter: Emitter, value: Expression, digits: number): number {
  const scale = copy(emitter, constant(10));
  emitter.add("pow", scale, cellOf(digits));
  return new RealEmitter(emitter, { cells: new Map() }, { digits, scale }).value(value);
}

/** Euclid's algorithm on x·10^D and 10^D, with the convergents beside it. */
export function fractionProgram(
  value: Expression,
  part: FractionPart,
  { offset, known }: ProgramOptions,
): Program {
  const emitter = new Emitter(1, known);
  const rounds = copy(emitter, cellOf(0));
  emitter.add("sub", rounds, constant(offset - 1));
  const digits = copy(emitter, cellOf(rounds));
  emitter.add("mul", digits, constant(3));
  emitter.add("add", digits, constant(2 * guard));
  let left = realValue(emitter, value, digits);
  left = copy(emitter, cellOf(left));
  const right = copy(emitter, constant(10));
  emitter.add("pow", right, cellOf(digits));
  const quotient = copy(emitter, constant(0));
  // h(−1) = 1, h(−2) = 0 for numerators; the other way round for denominators.
  const last = copy(emitter, constant(part === "numerator" ? 1 : 0));
  const before = copy(emitter, constant(part === "numerator" ? 0 : 1));
  emitter.add("lpb", rounds);
  const move = (to: number, from: Operand) => emitter.add("mov", to, from);
  move(quotient, cellOf(left));
  emitter.add("div", quotient, cellOf(right));
  const rest = copy(emitter, cellOf(left));
  emitter.add("mod", rest, cellOf(right));
  move(left, cellOf(right));
  move(right, cellOf(rest));
  // A rational number ends: what comes after it is not asked for.
  emitter.add("max", right, constant(1));
  if (part !== "quotient") {
    const next = copy(emitter, cellOf(quotient));
    emitter.add("mul", next, cellOf(last));
    emitter.add("add", next, cellOf(before));
    move(before, cellOf(last));
    move(last, cellOf(next));
  }
  emitter.add("sub", rounds, constant(1));
  emitter.endLoop();
  emitter.add("mov", 0, cellOf(part === "quotient" ? quotient : last));
  return { operations: emitter.operations, offset };
}
