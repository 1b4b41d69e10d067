// Families that go by a name and a few numbers: periods, multiples, Fibonacci-like, figurate and cyclotomic ones, and
// multiplicative functions.
import { toValue } from "../../../number/value.ts";
import { recurrenceProgram } from "../../fit/recurrence.ts";
import {
  binary,
  call,
  digitCount,
  type Expression,
  factors,
  num,
  substitute,
  UnreadableFormula,
  variable,
} from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { cyclotomic, quotientProgram } from "../polynomial.ts";
import { mentions } from "../programs.ts";
import { direct, type FormulaOptions, type FormulaProgram, offsetsOf, wholeFormula } from "./reading.ts";

const n = variable("n");

/** "Period 4: repeat [1, 2, 3, 4]" */
export function readPeriod(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(?:period \d+|periodic(?: sequence)?(?: with period \d+)?)?\s*(?:sequence)?\s*[:,;(]?\s*(?:repeat(?:ing)?|repeated|\(?repeat:?)\s*(?:of|the terms)?\s*[:[({]*\s*(-?\d+(?:\s*,\s*-?\d+)*)\s*[\])}]?\s*(?:$|[.;,(])/i.exec(
      text,
    );
  if (!match) return [];
  const period = match[1]!.split(",").map((value) => BigInt(value.trim()));
  return offsetsOf(options, [0, 1]).map((offset) => ({
    program: recurrenceProgram(
      { coefficients: period.map((_, i) => (i === period.length - 1 ? 1n : 0n)) },
      period,
      offset,
    ),
    reading: `period ${period.length}: ${period.join(", ")}`,
  }));
}

/** "12th cyclotomic polynomial", "Inverse of 30th cyclotomic polynomial" */
export function readCyclotomic(text: string, options: FormulaOptions): FormulaProgram[] {
  const match = /^(inverse of\s+)?(?:the\s+)?(\d+)(?:st|nd|rd|th) cyclotomic polynomial/i.exec(text);
  if (!match) return [];
  const order = Number(match[2]);
  if (order === 0 || order > 3000) return [];
  const { polynomial, cofactor } = cyclotomic(order);
  return offsetsOf(options, [0]).map((offset) => ({
    // 1/Φ = (Π of the other factors of 1 − x^m)/(1 − x^m): the inverse repeats itself.
    program: match[1]
      ? quotientProgram(cofactor, order, offset)
      : quotientProgram(polynomial, undefined, offset),
    reading: text,
  }));
}

export function readFamilies(text: string, options: FormulaOptions): FormulaProgram[] {
  const multiples = /^(?:the\s+)?(?:(positive|nonnegative)\s+)?multiples of (\d+)\s*(?:$|[.;,(:])/i.exec(
    text,
  );
  if (multiples)
    return direct(
      (offset) => binary("*", num(BigInt(multiples[2]!)), multiples[1] ? indexFrom(offset, 1) : n),
      options,
      [0, 1],
      text,
    );
  const fibonacci =
    /^(?:a\s+)?(?:generali[sz]ed\s+)?fibonacci sequence (?:beginning|starting)(?: with)?\s*:?\s*(-?\d+)\s*(?:,|and)\s*(-?\d+)/i.exec(
      text,
    );
  if (fibonacci)
    return offsetsOf(options, [0, 1]).map((offset) => ({
      program: recurrenceProgram(
        { coefficients: [1n, 1n] },
        [BigInt(fibonacci[1]!), BigInt(fibonacci[2]!)],
        offset,
      ),
      reading: text,
    }));
  const sided = /^(centered\s+|second\s+)?(\d+)-gonal (?:\(or \w+\) )?numbers\s*(?:$|[.;,:(])/i.exec(text);
  if (sided) return figurate(BigInt(sided[2]!), sided[1]?.trim().toLowerCase(), text, options);
  return readCounted(text, options);
}

function indexFrom(offset: number, first: number): Expression {
  return binary("+", n, num(first - offset));
}

function figurate(
  sides: bigint,
  kind: string | undefined,
  text: string,
  options: FormulaOptions,
): FormulaProgram[] {
  // Centered: s·n(n−1)/2 + 1. Second: n((s−2)n + s−4)/2.
  const half = (product: Expression) => binary("/", product, num(2));
  const formula =
    kind === "centered"
      ? binary("+", half(binary("*", num(sides), binary("*", n, binary("-", n, num(1))))), num(1))
      : kind === "second"
        ? half(binary("*", n, binary("+", binary("*", num(sides - 2n), n), num(sides - 4n))))
        : call("polygonal", num(sides), n);
  return direct(formula, options, kind === "centered" ? [1, 0] : [0, 1], text);
}

/** "Number of 1's in binary expansion of n^2", "Sum of digits of 2^n", "Number of divisors of n^2" */
function readCounted(text: string, options: FormulaOptions): FormulaProgram[] {
  const digit =
    /^(?:a\(n\) (?:is the )?|the )?number of (\d+)'?s in (?:the )?(?:(binary|ternary|decimal)|base[- ](\d+)) (?:expansion|representation) of\s+(.*)$/i.exec(
      text,
    );
  if (digit) {
    const base = digit[3]
      ? Number(digit[3])
      : { binary: 2, ternary: 3, decimal: 10 }[digit[2]!.toLowerCase()]!;
    const of = argument(digit[4]!);
    return direct(digitCount(of, num(base), num(BigInt(digit[1]!))), options, [0, 1, 2], text);
  }
  for (const [pattern, make] of counted) {
    const match = pattern.exec(text);
    if (!match) continue;
    const of = argument(match[1]!);
    return direct(make(of), options, [1, 0, 2], text);
  }
  return [];
}

const counted: readonly (readonly [RegExp, (of: Expression) => Expression])[] = [
  [
    /^(?:the )?(?:sum of|digital sum of|digit sum of)(?: the)?(?: decimal)? ?(?:digits)?(?: of)?\s+(.*)$/i,
    (of) => call("digsum", of),
  ],
  [/^(?:the )?number of divisors of\s+(.*)$/i, (of) => call("tau", of)],
  [/^(?:the )?sum of (?:the )?divisors of\s+(.*)$/i, (of) => call("sigma", of)],
  [
    /^(?:the )?number of distinct primes? (?:dividing|divisors of|factors of)\s+(.*)$/i,
    (of) => call("omega", of),
  ],
  [
    /^(?:the )?number of (?:prime (?:divisors|factors) of|primes dividing)\s+(.*?)(?:,? \(?counted with multiplicity\)?)?$/i,
    (of) => call("bigomega", of),
  ],
  [/^(?:the )?(?:largest|greatest) prime (?:factor|divisor) of\s+(.*)$/i, (of) => call("gpf", of)],
  [/^(?:the )?(?:smallest|least) prime (?:factor|divisor) of\s+(.*)$/i, (of) => call("lpf", of)],
  [/^(?:integer part|floor) of\s+(.*)$/i, (of) => call("floor", of)],
  [/^(?:nearest integer to|.*\bnearest integer to)\s+(.*)$/i, (of) => call("round", of)],
  [/^(?:digital root of)\s+(.*)$/i, (of) => call("dgr", of, num(10))],
  [/^(?:characteristic function of (?:the )?)primes\s*(?:$|[:.,;])/i, () => call("isprime", n)],
];

function argument(text: string): Expression {
  const expression = wholeFormula(text);
  if (!mentions(expression, "n")) throw new UnreadableFormula("nothing about n");
  return expression;
}

/** "Multiplicative with a(p^e) = p^e + 1", "Totally multiplicative with a(p) = 2p", "If n = Product (p_j^k_j) …" */
export function readMultiplicative(text: string, options: FormulaOptions): FormulaProgram[] {
  const total = /\b(?:totally|completely) multiplicative(?: sequence)? with a\(p\)\s*=\s*(.*)$/i.exec(text);
  const match =
    total ?? /\bmultiplicative(?: sequence)?(?:\s+function)? with a\(p\^e\)\s*=\s*(.*)$/i.exec(text);
  if (match) {
    const { expression, rest } = parseFormula(match[1]!, "");
    if (!/^\s*(?:$|[.,;(]|for prime|if p|=)/i.test(rest)) return [];
    return multiplicative("product", total ? power(expression) : expression, text, options);
  }
  const product =
    /^if n = product_?\{?\s*\(?p(?:\(k\)|_j|_i|_k|\(i\)|\(j\))\^e(?:\(k\)|_j|_i|_k|\(i\)|\(j\))\)?\s*,?\s*then a\(n\)\s*=\s*(product|sum)\s*(.*)$/i.exec(
      text.replace(/k_j/g, "e_j").replace(/Product_\{[a-z]\s*>=\s*1\}/gi, "Product"),
    );
  if (!product) return [];
  const body = product[2]!.replace(/\b([pe])(?:\([ijk]\)|_[ijk])/g, "$1");
  const { expression, rest } = parseFormula(body, "");
  if (!/^\s*(?:$|[.,;])/.test(rest)) return [];
  return multiplicative(product[1]!.toLowerCase() as "product" | "sum", expression, text, options);
}

function power(base: Expression): Expression {
  return binary("^", base, variable("e"));
}

function multiplicative(
  by: "product" | "sum",
  body: Expression,
  text: string,
  options: FormulaOptions,
): FormulaProgram[] {
  if (!mentions(body, "p") && !mentions(body, "e")) return [];
  const small = substitute(body, "P", variable("p"));
  return direct(factors(by, n, small), options, [1], text);
}

/** Numbers congruent to residues, as a sum of a period and its share of n. */
export function readCongruence(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(?:positive\s+|nonnegative\s+)?(?:numbers|integers)\b.*?\b(?:congruent\s+to|==|=)\s+\{?([\d\s,or]+?)\}?\s*\(?\s*mod(?:ulo)?\s*(\d+)/i.exec(
      text,
    );
  if (!match || /such that|for which|whose/i.test(text)) return [];
  const modulus = BigInt(match[2]!);
  const residues = [...new Set(match[1]!.match(/\d+/g)?.map((digits) => BigInt(digits) % modulus))].sort(
    (a, b) => Number(a - b),
  );
  if (residues.length === 0 || modulus > 1000n) return [];
  const period = residues.length;
  // a(n) = a(n−1) + a(n−P) − a(n−P−1)
  const coefficients: bigint[] = Array.from({ length: period + 1 }, (_, i) =>
    i === 0 ? 1n : i === period ? -1n : 0n,
  );
  coefficients[period - 1] = coefficients[period - 1]! + 1n;
  const first = [...residues, residues[0]! + modulus];
  return offsetsOf(options, [1, 0]).map((offset) => ({
    program: recurrenceProgram(
      { coefficients },
      first.map((x) => BigInt(toValue(x))),
      offset,
    ),
    reading: `numbers congruent to ${residues.join(", ")} mod ${modulus}`,
  }));
}
