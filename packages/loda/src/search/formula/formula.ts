// Descriptions that say how the terms are computed: formulas, recurrences with their first terms, rational generating
// functions, triangles, congruences, sums and differences of other sequences, numbers for which a formula is prime.
import type { Program } from "../../language/program.ts";
import { toValue, type Value } from "../../number/value.ts";
import { fitTerms } from "../fit/fit.ts";
import { binary, call, type Expression, num, substitute, UnreadableFormula, variable } from "./expression.ts";
import { seriesProgram } from "./generating-function.ts";
import { parseFormula } from "./parse-formula.ts";
import { directProgram, mentions, primeConditionProgram, recurrenceFormula, recurs } from "./programs.ts";

export interface FormulaOptions {
  /** The index of the first term; without it, programs from 0 and from 1 on are tried. */
  readonly offset?: number;
  /** The first index of a known sequence. */
  readonly offsetOf: (id: number) => number | undefined;
}

export interface FormulaProgram {
  readonly program: Program;
  /** What was understood, in words. */
  readonly reading: string;
}

/** A way to read a description; answers nothing if it is not of its kind. @throws UnreadableFormula */
type Reading = (text: string, options: FormulaOptions) => FormulaProgram[];

const readings: readonly Reading[] = [
  readSeries,
  readCongruence,
  readTransform,
  readTriangle,
  readPrimes,
  readFormula,
];

/** Programs for what a description says, the likeliest reading first; none if it says nothing computable. */
export function formulaPrograms(description: string, options: FormulaOptions): FormulaProgram[] {
  const text = description
    .replace(/^(?:compute|sequence with|sequence of|formula:|program for|generate the|the)\s+/i, "")
    .replace(/\.$/, "")
    .trim();
  if (text === "") return [];
  for (const reading of readings) {
    try {
      const programs = reading(text, options);
      if (programs.length > 0) return programs;
    } catch (error) {
      if (!(error instanceof UnreadableFormula)) throw error;
    }
  }
  return [];
}

const offsetsOf = ({ offset }: FormulaOptions, likely: readonly number[]): readonly number[] =>
  offset === undefined ? likely : [offset];

function readSeries(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(?:expansion of|g\.?f\.?\s*:?)\s*(?:the\s+)?(?:g\.?f\.?:?\s*)?(?:[A-Z]\(x\)\s*=\s*)?(.*)$/i.exec(text);
  if (!match) return [];
  const { expression, rest } = parseFormula(match[1]!, "");
  if (!/^\s*(?:$|[.,;]|in powers of x)/.test(rest) || !mentions(expression, "x")) return [];
  return offsetsOf(options, [0, 1]).map((offset) => ({
    program: seriesProgram(expression, offset),
    reading: `the expansion of ${match[1]!.trim()}`,
  }));
}

function readCongruence(text: string, options: FormulaOptions): FormulaProgram[] {
  const match =
    /^(?:positive\s+|nonnegative\s+)?(?:numbers|integers)\b.*?\bcongruent\s+to\s+\{?([\d\s,or]+?)\}?\s*\(?\s*mod(?:ulo)?\s*(\d+)/i.exec(
      text,
    );
  if (!match) return [];
  const modulus = Number(match[2]);
  const residues = [...new Set(match[1]!.match(/\d+/g)?.map((digits) => Number(digits) % modulus))].sort(
    (a, b) => a - b,
  );
  if (residues.length === 0 || modulus > 1000) return [];
  const terms: Value[] = Array.from(
    { length: 4 * residues.length + 8 },
    (_, i) => modulus * Math.floor(i / residues.length) + residues[i % residues.length]!,
  );
  return offsetsOf(options, [1, 0]).flatMap((offset) =>
    fitTerms(
      terms.map((term) => toValue(BigInt(term))),
      offset,
    )
      .slice(0, 1)
      .map(({ program }) => ({
        program,
        reading: `numbers congruent to ${residues.join(", ")} mod ${modulus}`,
      })),
  );
}

const n = variable("n");
const k = variable("k");

/** What a transform makes of b, whose first index is `first`. */
const transforms: readonly (readonly [
  RegExp,
  (b: (at: Expression) => Expression, first: number) => Expression,
])[] = [
  [/^partial sums of\s+/i, (b, first) => sumOver("sum", num(first), n, b(k))],
  [/^partial products of\s+/i, (b, first) => sumOver("product", num(first), n, b(k))],
  [/^first differences of\s+/i, (b) => binary("-", b(binary("+", n, num(1))), b(n))],
  [
    /^second differences of\s+/i,
    (b) =>
      binary(
        "+",
        binary("-", b(binary("+", n, num(2))), binary("*", num(2), b(binary("+", n, num(1))))),
        b(n),
      ),
  ],
  [/^squares? of\s+/i, (b) => binary("^", b(n), num(2))],
  [/^binomial transform of\s+/i, (b) => sumOver("sum", num(0), n, binary("*", call("binomial", n, k), b(k)))],
  [
    /^inverse binomial transform of\s+/i,
    (b) =>
      sumOver(
        "sum",
        num(0),
        n,
        binary("*", binary("*", binary("^", num(-1), binary("-", n, k)), call("binomial", n, k)), b(k)),
      ),
  ],
  [
    /^(?:inverse m(?:ö|oe|o)bius transform|sum over divisors) of\s+/i,
    (b) => ({ kind: "fold", by: "sum", variable: "k", over: "divisors", from: num(1), to: n, body: b(k) }),
  ],
  [/^bisection of\s+/i, (b) => b(binary("*", num(2), n))],
];

function sumOver(by: "sum" | "product", from: Expression, to: Expression, body: Expression): Expression {
  return { kind: "fold", by, variable: "k", over: "range", from, to, body };
}

function readTransform(text: string, options: FormulaOptions): FormulaProgram[] {
  for (const [pattern, transform] of transforms) {
    if (!pattern.test(text)) continue;
    const of = text.replace(pattern, "");
    const known = /^(?:[^A]*\()?(A(\d{6,}))\)?(?!\()/.exec(of);
    const id = known ? Number(known[2]) : undefined;
    const first = id === undefined ? undefined : options.offsetOf(id);
    if (id !== undefined && first === undefined) return [];
    let b: (at: Expression) => Expression;
    if (id !== undefined) b = (index) => ({ kind: "sequence", id, index });
    else {
      const { expression } = parseFormula(of, "");
      if (!mentions(expression, "n")) return [];
      b = (index) => substitute(expression, "n", index);
    }
    return offsetsOf(options, first === undefined ? [0, 1] : [first, 1 - first]).map((offset) => ({
      program: directProgram(transform(b, first ?? offset), offset),
      reading: text,
    }));
  }
  return [];
}

function readPrimes(text: string, options: FormulaOptions): FormulaProgram[] {
  const [offset] = offsetsOf(options, [1]);
  const form = /^primes of the form\s+(.*)$/i.exec(text);
  if (form) {
    const { expression, rest } = parseFormula(form[1]!, "");
    const name = ["n", "k", "m", "x"].find((each) => mentions(expression, each));
    if (!name || !/^\s*(?:$|[.,;]|where|with)/.test(rest)) return [];
    const program = primeConditionProgram([expression], name, 0, offset!, expression);
    return [{ program, reading: `primes among the values of ${form[1]!.trim()}` }];
  }
  const such =
    /^(numbers|integers|nonnegative integers|primes)\s+([a-z])\s+such that\s+(?:both\s+)?(.*?)\s+(?:is|are)\s+(?:also\s+|both\s+|all\s+)?(?:a\s+)?primes?\b/i.exec(
      text,
    );
  if (!such) return [];
  const name = such[2]!;
  const conditions = such[3]!
    .split(/\s+and\s+|\s*,\s*(?:and\s+)?/)
    .filter((part) => part !== "")
    .map((part) => {
      const { expression, rest } = parseFormula(part, "");
      if (rest.trim() !== "" || !mentions(expression, name)) throw new UnreadableFormula(part);
      return expression;
    });
  if (conditions.length === 0) return [];
  const primes = /^primes/i.test(such[1]!);
  const all = primes ? [variable(name), ...conditions] : conditions;
  const from = /^nonnegative/i.test(such[1]!) ? 0 : 1;
  return offsetsOf(options, [1]).map((at) => ({
    program: primeConditionProgram(all, name, from, at),
    reading: `${such[1]!.toLowerCase()} ${name} for which ${such[3]!} is prime`,
  }));
}

/** T(n, k) with k from 0 (or 1) to n, read by rows: the place among the terms gives the row and the column. */
function readTriangle(text: string, options: FormulaOptions): FormulaProgram[] {
  const match = /\b(?:triangle|T\(n,\s*k\))\b.*?\b([A-Z])\(n,\s*k\)\s*=\s*(.*)$/i.exec(text);
  if (!match || /antidiagonal|array|square/i.test(text)) return [];
  const { expression, rest } = parseFormula(match[2]!, "");
  if (!/^\s*(?:$|[.,;:]|\(?\s*(?:for|with|where|read|if|n|k|\d))/i.test(rest) || !mentions(expression, "k"))
    return [];
  const ones = /\b1\s*<=\s*k|k\s*=\s*1\s*\.\.|n\s*>=\s*1|n\s*>\s*0/.test(text);
  return [ones ? 1 : 0, ones ? 0 : 1].map((first) => {
    const offset = options.offset ?? first;
    const place = binary("-", n, num(offset));
    const root = call("floor", call("sqrt", binary("+", binary("*", num(8), place), num(1))));
    const row = call("floor", binary("/", binary("-", root, num(1)), num(2)));
    const before = binary("/", binary("*", row, binary("+", row, num(1))), num(2));
    const column = binary("-", place, before);
    // Two names of its own keep what is put in from being replaced again.
    const at = substitute(substitute(expression, "n", variable("row")), "k", variable("column"));
    const from = (index: Expression) => (first === 0 ? index : binary("+", index, num(first)));
    return {
      program: directProgram(substitute(substitute(at, "row", from(row)), "column", from(column)), offset),
      reading: `the triangle ${match[1]}(n,k) = ${match[2]!.slice(0, match[2]!.length - rest.length).trim()}`,
    };
  });
}

/** What may follow a formula without changing what it says. */
const harmless = /^\s*(?:$|[.,;:]|\(?\s*(?:for|with|where|if|and|starting|when|from|n\s*[>=])|=|\[)/i;

function readFormula(text: string, options: FormulaOptions): FormulaProgram[] {
  const named = /(?:^|[\s;,.:(])([a-zA-Z])\(n\)\s*=\s*/.exec(text);
  const self = named?.[1] ?? "";
  const source = (named ? text.slice(named.index + named[0].length) : text).replace(
    /^binomial coefficients?:?\s+(?=C\(|binomial\()/i,
    "",
  );
  const { expression, rest } = parseFormula(source, self);
  const reading = `the formula ${source.slice(0, source.length - rest.length).trim()}`;
  if (recurs(expression)) {
    const program = recurrenceFormula(expression, initialTerms(text, self), options.offset);
    return [{ program, reading: `the recurrence ${reading.slice("the formula ".length)}` }];
  }
  // Without "a(n) =" the whole text has to be the formula.
  if (!(named ? harmless.test(rest) : rest.trim() === "") || !mentions(expression, "n")) return [];
  const stated = /\bn\s*(>=|>)\s*(-?\d+)/.exec(rest);
  const first = stated ? Number(stated[2]) + (stated[1] === ">" ? 1 : 0) : undefined;
  return offsetsOf(options, first === undefined ? [0, 1] : [first, 1 - first]).map((offset) => ({
    program: directProgram(expression, offset),
    reading,
  }));
}

/** "a(0) = 1, a(1) = 3" and "a(0) = a(1) = 1", and "a(0..2) = 1, 2, 4" */
function initialTerms(text: string, self: string): Map<number, bigint> {
  const terms = new Map<number, bigint>();
  const one = new RegExp(
    `${self}\\((-?\\d+)\\)\\s*=\\s*((?:${self}\\(-?\\d+\\)\\s*=\\s*)*)(-?\\d+)(?![\\d(*^/])`,
    "g",
  );
  for (const [, index, more, value] of text.matchAll(one)) {
    terms.set(Number(index), BigInt(value!));
    for (const [, other] of more!.matchAll(/\((-?\d+)\)/g)) terms.set(Number(other), BigInt(value!));
  }
  const several = new RegExp(`${self}\\((\\d+)\\.\\.(\\d+)\\)\\s*=\\s*\\(?(-?\\d+(?:\\s*,\\s*-?\\d+)*)`, "g");
  for (const [, from, , list] of text.matchAll(several))
    for (const [i, value] of list!.split(",").entries()) terms.set(Number(from) + i, BigInt(value.trim()));
  return terms;
}
