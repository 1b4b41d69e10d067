// Constants: decimal expansions, continued fractions, their convergents, Beatty sequences.
import type { Program } from "../../../language/program.ts";
import { direct as cellOf, constant, type Operand } from "../../../language/program.ts";
import { Emitter } from "../emit.ts";
import { binary, call, type Expression, UnreadableFormula, variable } from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { RealEmitter } from "../real.ts";
import { approximate } from "../real-value.ts";
import { copy } from "../scope.ts";
import { direct, type FormulaOptions, type FormulaProgram, knownOf, offsetsOf } from "./reading.ts";

/** Digits that may be wrong at the end. */
const guard = 20;

export function readConstant(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(decimal expansion|continued fraction(?: expansion)?|simple continued fraction(?: expansion)?|(numerators|denominators) of (?:the )?continued fraction convergents|beatty sequence|numerators of convergents|denominators of convergents)\s+(?:of|for|to)\s+(.*)$/i.exec(
      text,
    );
  if (!match) return [];
  const kind = match[1]!.toLowerCase();
  const value = constantOf(match[3]!);
  const size = approximate(value);
  if (!Number.isFinite(size) || size === 0) return [];
  if (kind.startsWith("decimal")) return decimals(value, size, text, options);
  if (size < 0) return [];
  if (kind.startsWith("beatty"))
    return direct(call("floor", binary("*", variable("n"), value)), options, [1, 0], text);
  const part = kind.startsWith("numerators")
    ? "numerator"
    : kind.startsWith("denominators")
      ? "denominator"
      : "quotient";
  return offsetsOf(options, [0, 1]).map((offset) => ({
    program: fractionProgram(value, part, offset, options),
    reading: text,
  }));
}

/** The constant that a text begins with. @throws UnreadableFormula */
function constantOf(text: string): Expression {
  const named = text
    .replace(/^(?:the )?(?:constant|number|value of|positive root of)\s+(?=[(\dsePl])/i, "")
    .replace(/^[A-Za-z]{1,2}\s*=\s*/, "");
  const { expression, rest } = parseFormula(named, "");
  if (!/^\s*(?:$|[.,;:([=]|where\b|with\b|and its\b|\bor\b|in base 10)/i.test(rest))
    throw new UnreadableFormula(rest);
  // "8th root of unity": what follows "=" may be another form of the same.
  return expression;
}

/** The digits from the first that is not 0 on; a second program has the zeros after the point, too. */
function decimals(value: Expression, size: number, text: string, options: FormulaOptions): FormulaProgram[] {
  const whole = Math.floor(Math.log10(Math.abs(size)) + 1e-12) + 1;
  const leads = whole < 0 ? [whole, 0] : [whole];
  if (Math.abs(whole) > 40) return [];
  return [
    ...leads.map((lead) => ({ lead, offset: options.offset ?? lead })),
    // Many lists of a value below 1 begin with the 0 before the point.
    ...(whole <= 0 ? [{ lead: 1, offset: options.offset ?? 1 }] : []),
  ].map(({ lead, offset }) => ({
    program: digitProgram(value, lead, Math.max(offset, -40), options),
    reading: text,
  }));
}

/** Digit number n − offset, where the digit with number 0 stands for 10^(lead − 1). */
function digitProgram(value: Expression, lead: number, offset: number, options: FormulaOptions): Program {
  const emitter = new Emitter(1, knownOf(options));
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
function fractionProgram(
  value: Expression,
  part: "quotient" | "numerator" | "denominator",
  offset: number,
  options: FormulaOptions,
): Program {
  const emitter = new Emitter(1, knownOf(options));
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
