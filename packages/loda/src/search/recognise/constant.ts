// Terms that are the digits of a constant, the quotients of its continued fraction, or the convergents of that: the
// constant is computed from the terms and looked for among roots, logarithms and multiples of π and e.
import type { Program } from "../../language/program.ts";
import { digitProgram, type FractionPart, fractionProgram } from "../formula/constant-programs.ts";
import { binary, call, type Expression, num, variable } from "../formula/expression.ts";
import type { ProgramOptions } from "../formula/programs.ts";

export interface Recognised {
  readonly program: Program;
  /** What was recognised, in words. */
  readonly origin: string;
}

/** Terms that a constant has to have shown. */
const leastTerms = 12;
/** How far the value of the terms may be from that of the formula. */
const tolerance = 3e-14;

export function recogniseConstant(terms: readonly bigint[], options: ProgramOptions): Recognised[] {
  if (terms.length < leastTerms) return [];
  return [...digits(terms, options), ...fractions(terms, options)];
}

function digits(terms: readonly bigint[], options: ProgramOptions): Recognised[] {
  if (terms.some((x) => x < 0n || x > 9n) || new Set(terms).size < 4) return [];
  const fraction = Number(`0.${terms.slice(0, 20).join("")}`);
  const leads = [...new Set([options.offset, 1, 0, 2, -1])].filter((lead) => Math.abs(lead) <= 12);
  return leads.flatMap((lead) =>
    formsOf(fraction * 10 ** lead, tolerance * 10 + 10 ** -(terms.length - 1)).map((value) => ({
      program: digitProgram(value, lead, options),
      origin: "the digits of a constant",
    })),
  );
}

function fractions(terms: readonly bigint[], options: ProgramOptions): Recognised[] {
  const asked: readonly (readonly [FractionPart, readonly bigint[] | undefined])[] = [
    ["quotient", terms],
    ["numerator", quotientsOf(terms, 1n)],
    ["denominator", quotientsOf(terms, 0n)],
  ];
  return asked.flatMap(([part, quotients]) => {
    if (!quotients || quotients.slice(1).some((x) => x < 1n)) return [];
    const value = fractionValue(quotients);
    if (value === undefined) return [];
    // The denominators say nothing about what stands before the point.
    const wholes =
      part === "denominator"
        ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]
        : [0];
    return wholes
      .flatMap((whole) => formsOf(value + whole, tolerance * 30))
      .slice(0, 2)
      .map((form) => ({
        program: fractionProgram(form, part, options),
        origin: "the continued fraction of a constant",
      }));
  });
}

/** a_n with h_n = a_n·h_(n−1) + h_(n−2), from numerators (h_(−1) = 1) or denominators (h_(−1) = 0). */
function quotientsOf(convergents: readonly bigint[], before: 0n | 1n): bigint[] | undefined {
  const quotients: bigint[] = [before === 1n ? convergents[0]! : 0n];
  if (before === 0n && convergents[0] !== 1n) return undefined;
  for (let i = 1; i < convergents.length; i++) {
    const last = convergents[i - 1]!;
    const rest = convergents[i]! - (i === 1 ? before : convergents[i - 2]!);
    if (last <= 0n || rest <= 0n || rest % last !== 0n) return undefined;
    quotients.push(rest / last);
  }
  return quotients;
}

/** The value of a continued fraction, if its terms determine it well enough. */
function fractionValue(quotients: readonly bigint[]): number | undefined {
  let [h, before, k, behind] = [1n, 0n, 0n, 1n];
  for (const a of quotients) {
    [h, before] = [a * h + before, h];
    [k, behind] = [a * k + behind, k];
    // The value is within 1/k² of h/k.
    if (k > 10n ** 7n) return Number((h * 10n ** 24n) / k) / 1e24;
  }
  return undefined;
}

const Pi = variable("Pi");
const e = variable("e");

/** Formulas with this value; few of them, the simplest first. */
function formsOf(x: number, near: number): Expression[] {
  if (!(x > 1e-6 && x < 1e6)) return [];
  const found: Expression[] = [];
  for (const { of, back } of views) {
    const value = of(x);
    const fraction = Number.isFinite(value) ? rational(value, near * sensitivity(of, x)) : undefined;
    if (fraction) found.push(back(over(fraction)));
    if (found.length > 1) return found;
  }
  const root = quadratic(x, near);
  if (root) found.push(root);
  const ratio = logarithms(x, near);
  if (ratio) found.push(ratio);
  return found;
}

interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** How much more uncertain f(x) is than x, relative to both. */
function sensitivity(of: (x: number) => number, x: number): number {
  const step = x * 1e-6;
  const change = Math.abs((of(x + step) - of(x)) / of(x)) / 1e-6;
  return Math.max(1, change) * 2;
}

const powers = Array.from({ length: 8 }, (_, i) => i + 2);

/** Ways to look at a number that make it rational, and back. */
const views: readonly {
  readonly of: (x: number) => number;
  readonly back: (q: Expression) => Expression;
}[] = [
  { of: (x) => x, back: (q) => q },
  { of: (x) => x ** 2, back: (q) => call("sqrt", q) },
  ...[1, 2, 3, -1, -2].map((k) => ({
    of: (x: number) => x / Math.PI ** k,
    back: (q: Expression) => binary("*", q, binary("^", Pi, num(k))),
  })),
  { of: (x) => x ** 2 / Math.PI, back: (q) => call("sqrt", binary("*", q, Pi)) },
  { of: (x) => x ** 2 * Math.PI, back: (q) => call("sqrt", binary("/", q, Pi)) },
  { of: (x) => (x / Math.PI) ** 2, back: (q) => binary("*", Pi, call("sqrt", q)) },
  ...[1, 2, -1].map((k) => ({
    of: (x: number) => x / Math.E ** k,
    back: (q: Expression) => binary("*", q, binary("^", e, num(k))),
  })),
  { of: Math.exp, back: (q) => call("log", q) },
  { of: (x) => Math.exp(2 * x), back: (q) => binary("/", call("log", q), num(2)) },
  { of: (x) => Math.exp(1 / x), back: (q) => binary("/", num(1), call("log", q)) },
  { of: Math.log, back: (q) => call("exp", q) },
  { of: (x) => x / Math.LN2, back: (q) => binary("*", q, call("log", num(2))) },
  { of: (x) => Math.log(x) / Math.PI, back: (q) => call("exp", binary("*", q, Pi)) },
  { of: Math.tan, back: (q) => call("arctan", q) },
  { of: Math.atan, back: (q) => call("tan", q) },
  { of: Math.asin, back: (q) => call("sin", q) },
  { of: Math.acos, back: (q) => call("cos", q) },
  { of: Math.asinh, back: (q) => call("sinh", q) },
  { of: Math.acosh, back: (q) => call("cosh", q) },
  { of: Math.atanh, back: (q) => call("tanh", q) },
  ...powers.slice(1).map((k) => ({
    of: (x: number) => x ** k,
    back: (q: Expression) => binary("^", q, binary("/", num(1), num(k))),
  })),
];

function over({ numerator, denominator }: Fraction): Expression {
  return denominator === 1 ? num(numerator) : binary("/", num(numerator), num(denominator));
}

/** Numerator times denominator at most, so that 14 digits are no accident. */
const greatestHeight = 200_000;

/** A simple fraction near a number, by its continued fraction. */
function rational(value: number, near: number): Fraction | undefined {
  if (!(Math.abs(value) > 1e-9) || Math.abs(value) > greatestHeight) return undefined;
  let [h, before, k, behind] = [1, 0, 0, 1];
  let rest = value;
  for (let i = 0; i < 20; i++) {
    const a = Math.floor(rest);
    [h, before] = [a * h + before, h];
    [k, behind] = [a * k + behind, k];
    if (Math.abs(h) * k > greatestHeight) return undefined;
    if (Math.abs(h / k - value) <= near * Math.abs(value)) return { numerator: h, denominator: k };
    rest = 1 / (rest - a);
    if (!Number.isFinite(rest)) return undefined;
  }
  return undefined;
}

const greatestCoefficient = 40;

/** a·x² + b·x + c = 0 with small coefficients. */
function quadratic(x: number, near: number): Expression | undefined {
  for (let a = 1; a <= greatestCoefficient; a++)
    for (let b = -greatestCoefficient; b <= greatestCoefficient; b++) {
      const value = (a * x + b) * x;
      const c = -Math.round(value);
      const discriminant = b * b - 4 * a * c;
      if (discriminant <= 0 || Math.abs(c) > 2000) continue;
      const size = a * x * x + Math.abs(b) * x;
      if (Math.abs(value + c) > near * size * 2) continue;
      const sign = 2 * a * x + b > 0 ? "+" : "-";
      return binary("/", binary(sign, num(-b), call("sqrt", num(discriminant))), num(2 * a));
    }
  return undefined;
}

const greatestArgument = 40;

/** log(a)/log(b) and log(a)·log(b)-free ratios of small numbers. */
function logarithms(x: number, near: number): Expression | undefined {
  for (let b = 2; b <= greatestArgument; b++) {
    const a = Math.round(b ** x);
    if (a < 2 || a > 1000) continue;
    if (Math.abs(Math.log(a) / Math.log(b) - x) <= near * x)
      return binary("/", call("log", num(a)), call("log", num(b)));
  }
  return undefined;
}
