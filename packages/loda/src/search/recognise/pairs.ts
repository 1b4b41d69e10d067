// Terms that are made of a known sequence and n, or of two known sequences: every known sequence is tried, most of them
// for a single term only.
import type { Value } from "../../number/value.ts";
import { binary, call, type Expression, num, UnreadableFormula, variable } from "../formula/expression.ts";
import { directProgram, type ProgramOptions } from "../formula/programs.ts";
import type { LibraryEntry } from "../library-entry.ts";
import { type TermIndex, windowTerms } from "../term-index.ts";
import type { Recognised } from "./constant.ts";

const leastTerms = 10;
/** Bits in the terms, below which two sequences out of so many meet by accident. */
const leastBits = 45;
const greatest = 2 ** 50;
const answersEach = 3;

interface Change {
  readonly name: string;
  readonly of: (b: number, n: number) => number;
  readonly formula: (b: Expression) => Expression;
}

const n = variable("n");
const change = (
  name: string,
  of: (b: number, n: number) => number,
  formula: (b: Expression) => Expression,
): Change => ({ name, of, formula });

const digitSum = (x: number, base: number): number => {
  let total = 0;
  for (let rest = Math.abs(x); rest > 0; rest = Math.floor(rest / base)) total += rest % base;
  return total;
};
const gcd = (a: number, b: number): number => {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
};
const small = (x: number) => x > 0 && x < 1_000_000;

/** Prime powers of a number below a million. */
function factorise(x: number): [number, number][] {
  const found: [number, number][] = [];
  let rest = x;
  for (let p = 2; p * p <= rest; p++) {
    let e = 0;
    while (rest % p === 0) {
      rest /= p;
      e++;
    }
    if (e > 0) found.push([p, e]);
  }
  if (rest > 1) found.push([rest, 1]);
  return found;
}
const arithmetic = (name: string, of: (powers: [number, number][], x: number) => number): Change =>
  change(
    name,
    (b) => (small(b) ? of(factorise(b), b) : Number.NaN),
    (b) => call(name, b),
  );

const changes: readonly Change[] = [
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((m) =>
    change(
      `the remainders mod ${m}`,
      (b) => (b < 0 ? Number.NaN : b % m),
      (b) => binary("mod", b, num(m)),
    ),
  ),
  ...[2, 3, 4, 5, 10].map((m) =>
    change(
      `the quotients by ${m}`,
      (b) => Math.floor(b / m),
      (b) => call("floor", binary("/", b, num(m))),
    ),
  ),
  change(
    "digit sums",
    (b) => digitSum(b, 10),
    (b) => call("dgs", call("abs", b), num(10)),
  ),
  change(
    "binary digit sums",
    (b) => digitSum(b, 2),
    (b) => call("dgs", call("abs", b), num(2)),
  ),
  change(
    "roots",
    (b) => (b < 0 ? Number.NaN : Math.floor(Math.sqrt(b))),
    (b) => call("floor", call("sqrt", b)),
  ),
  change(
    "gcd with n",
    (b, i) => gcd(b, i),
    (b) => call("gcd", b, n),
  ),
  change(
    "remainders by n",
    (b, i) => (b < 0 || i < 1 ? Number.NaN : b % i),
    (b) => binary("mod", b, n),
  ),
  change(
    "n² plus",
    (b, i) => b + i * i,
    (b) => binary("+", b, binary("^", n, num(2))),
  ),
  change(
    "n² minus",
    (b, i) => i * i - b,
    (b) => binary("-", binary("^", n, num(2)), b),
  ),
  change(
    "n minus",
    (b, i) => i - b,
    (b) => binary("-", n, b),
  ),
  change(
    "2n minus",
    (b, i) => 2 * i - b,
    (b) => binary("-", binary("*", num(2), n), b),
  ),
  change(
    "2n plus",
    (b, i) => 2 * i + b,
    (b) => binary("+", binary("*", num(2), n), b),
  ),
  change(
    "halves of b(b+1)",
    (b) => (b * (b + 1)) / 2,
    (b) => binary("/", binary("*", b, binary("+", b, num(1))), num(2)),
  ),
  arithmetic("phi", (f, x) => f.reduce((value, [p]) => (value / p) * (p - 1), x)),
  arithmetic("tau", (f) => f.reduce((value, [, e]) => value * (e + 1), 1)),
  arithmetic("sigma", (f) => f.reduce((value, [p, e]) => (value * (p ** (e + 1) - 1)) / (p - 1), 1)),
  arithmetic("omega", (f) => f.length),
  arithmetic("bigomega", (f) => f.reduce((value, [, e]) => value + e, 0)),
  arithmetic("gpf", (f) => f.at(-1)?.[0] ?? 1),
  arithmetic("lpf", (f) => f[0]?.[0] ?? 1),
  arithmetic("rad", (f) => f.reduce((value, [p]) => value * p, 1)),
  arithmetic("sopfr", (f) => f.reduce((value, [p, e]) => value + p * e, 0)),
];

export function recognisePairs(
  terms: readonly Value[],
  index: TermIndex,
  options: ProgramOptions,
): Recognised[] {
  if (terms.length < leastTerms || bitsOf(terms) < leastBits) return [];
  const window = terms.slice(0, windowTerms).map(Number);
  const whole = terms.every((x) => typeof x === "number" && Math.abs(x) < greatest);
  const found: Recognised[] = [];
  let [changed, paired] = [0, 0];
  for (const entry of index.entries) {
    if (entry.terms.length < terms.length) continue;
    for (const shift of shiftsOf(entry, options.offset)) {
      const b = (i: number) => Number(entry.terms[i + shift]);
      const known = callOf(entry, shift, options.offset);
      if (changed < answersEach && whole)
        for (const each of changes) {
          if (each.of(b(0), options.offset) !== window[0]) continue;
          if (!agrees(terms, (i) => each.of(b(i), options.offset + i))) continue;
          found.push(...program(each.formula(known), `${each.name} of ${nameOf(entry)}`, options));
          changed++;
        }
      if (paired >= answersEach) continue;
      for (const pair of pairs) {
        const rest = pair.rest(terms, entry.terms, shift);
        if (!rest) continue;
        const other = index.holding(rest);
        if (!other) continue;
        const second = callOf(other.entry, other.shift, options.offset);
        found.push(
          ...program(
            pair.formula(known, second),
            `${nameOf(entry)} ${pair.sign} ${nameOf(other.entry)}`,
            options,
          ),
        );
        paired++;
      }
    }
    if (changed >= answersEach && paired >= answersEach) break;
  }
  return found;
}

/** Aligned by position, and by index where that is something else. */
function shiftsOf(entry: LibraryEntry, offset: number): number[] {
  const aligned = offset - entry.offset;
  return aligned === 1 ? [0, 1] : [0];
}

function agrees(terms: readonly Value[], of: (i: number) => number): boolean {
  for (let i = 1; i < terms.length; i++) if (of(i) !== terms[i]) return false;
  return true;
}

interface PairOf {
  readonly sign: string;
  /** What the other sequence has to be. */
  readonly rest: (terms: readonly Value[], known: readonly Value[], shift: number) => Value[] | undefined;
  readonly formula: (known: Expression, other: Expression) => Expression;
}

const pairs: readonly PairOf[] = [
  {
    sign: "+",
    rest: (terms, known, shift) => differences(terms, known, shift, 1),
    formula: (b, c) => binary("+", b, c),
  },
  {
    sign: "-",
    rest: (terms, known, shift) => differences(terms, known, shift, -1),
    formula: (b, c) => binary("-", b, c),
  },
  {
    sign: "*",
    rest: (terms, known, shift) => {
      const result: Value[] = [];
      for (const [i, term] of terms.entries()) {
        const by = known[i + shift];
        if (typeof term !== "number" || typeof by !== "number" || by === 0 || term % by !== 0)
          return undefined;
        result.push(term / by + 0);
      }
      return varied(result);
    },
    formula: (b, c) => binary("*", b, c),
  },
];

function differences(
  terms: readonly Value[],
  known: readonly Value[],
  shift: number,
  sign: 1 | -1,
): Value[] | undefined {
  const result: Value[] = [];
  for (const [i, term] of terms.entries()) {
    const other = known[i + shift];
    if (typeof term !== "number" || typeof other !== "number") return undefined;
    result.push(sign * (term - other) + 0);
  }
  return varied(result);
}

/** Few different values say little. */
function varied(values: Value[]): Value[] | undefined {
  return new Set(values).size >= 5 ? values : undefined;
}

function callOf(entry: LibraryEntry, shift: number, offset: number): Expression {
  const by = entry.offset + shift - offset;
  return { kind: "sequence", id: entry.id, index: by === 0 ? n : binary("+", n, num(by)) };
}

function program(formula: Expression, origin: string, options: ProgramOptions): Recognised[] {
  try {
    return [{ program: directProgram(formula, options), origin }];
  } catch (error) {
    if (error instanceof UnreadableFormula) return [];
    throw error;
  }
}

function nameOf({ id }: LibraryEntry): string {
  return `A${String(id).padStart(6, "0")}`;
}

function bitsOf(terms: readonly Value[]): number {
  return terms.reduce<number>((bits, term) => bits + Math.log2(1 + Math.abs(Number(term))), 0);
}
