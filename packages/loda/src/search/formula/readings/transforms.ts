// Sequences made of another one: partial sums, differences, binomial and Möbius transforms, convolutions.
import { binary, call, type Expression, num, substitute, sumOver, variable } from "../expression.ts";
import { parseFormula } from "../parse-formula.ts";
import { mentions } from "../programs.ts";
import { direct, type FormulaOptions, type FormulaProgram } from "./reading.ts";

const n = variable("n");
const k = variable("k");
type Indexed = (at: Expression) => Expression;

/** What a transform makes of b, whose first index is `first`. */
const transforms: readonly (readonly [
  RegExp,
  (b: (at: Expression) => Expression, first: number) => Expression,
])[] = [
  [/^partial sums of\s+/i, (b, first) => sumOver("sum", "k", num(first), n, b(k))],
  [/^partial products of\s+/i, (b, first) => sumOver("product", "k", num(first), n, b(k))],
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
  [
    /^binomial transform of\s+/i,
    (b) => sumOver("sum", "k", num(0), n, binary("*", call("binomial", n, k), b(k))),
  ],
  [
    /^inverse binomial transform of\s+/i,
    (b) =>
      sumOver(
        "sum",
        "k",
        num(0),
        n,
        binary("*", binary("*", binary("^", num(-1), binary("-", n, k)), call("binomial", n, k)), b(k)),
      ),
  ],
  [/^(?:inverse m(?:ö|oe|o)bius transform|sum over divisors) of\s+/i, (b) => overDivisors(b(k))],
  [/^(?:even )?bisection of\s+/i, (b, first) => b(binary("+", binary("*", num(2), n), num(first % 2)))],
  [/^self-convolution of\s+/i, (b, first) => convolved(b, first)],
  [
    /^m(?:ö|oe|o)bius transform of\s+/i,
    (b) => overDivisors(binary("*", call("mu", binary("/", n, k)), b(k))),
  ],
  [/^(?:parity) of\s+/i, (b) => binary("mod", b(n), num(2))],
  [/^(?:digital|digit) sums? of\s+/i, (b) => call("digsum", b(n))],
  [/^absolute values of\s+/i, (b) => call("abs", b(n))],
  [/^(?:twice|2 times)\s+/i, (b) => binary("*", num(2), b(n))],
  [
    /^row sums of (?:the )?(?:irregular )?(?:number )?(?:triangle|triangular array)\s+(?:in\s+)?/i,
    (b, first) => tableSum(b, first, (row, column) => binary("+", triangular(row), column), n),
  ],
];

function overDivisors(body: Expression): Expression {
  return { kind: "fold", by: "sum", variable: "k", over: "divisors", from: num(1), to: n, body };
}

/** Σ b(k)·c(n − k), both from their first index on. */
function convolved(b: Indexed, first: number, c: Indexed = b, other = first): Expression {
  const back = binary("+", binary("-", n, k), num(other));
  return sumOver("sum", "k", num(0), n, binary("*", b(binary("+", k, num(first))), c(back)));
}

function triangular(row: Expression): Expression {
  return binary("/", binary("*", row, binary("+", row, num(1))), num(2));
}

/** Σ_{k=0..n} of a table read by rows, whose entries stand at some place from the first index on. */
function tableSum(
  b: Indexed,
  first: number,
  place: (row: Expression, column: Expression) => Expression,
  to: Expression,
): Expression {
  return sumOver("sum", "k", num(0), to, b(binary("+", place(n, k), num(first))));
}

/** A known sequence's own first index, then others. */
function offsets(first: number | undefined): readonly number[] {
  return [...new Set([first ?? 0, 0, 1, 2])];
}

/** "Convolution of A000045 with A000079", "Convolution of A000027 and A000040" */
export function readConvolution(text: string, options: FormulaOptions): FormulaProgram[] {
  const match = /^convolution (?:product )?of\s+(.*?)\s+(?:with|and)\s+(.*?)(?:$|[.;,(])/i.exec(text);
  if (!match) return [];
  const [left, right] = [match[1]!, match[2]!].map((of) => termsOf(of, options));
  if (!left || !right) return [];
  return direct(convolved(left.at, left.first, right.at, right.first), options, [0], text).concat(
    direct(
      (offset) =>
        substitute(convolved(left.at, left.first, right.at, right.first), "n", binary("-", n, num(offset))),
      options,
      [1],
      text,
    ),
  );
}

function termsOf(text: string, { offsetOf }: FormulaOptions): { at: Indexed; first: number } | undefined {
  const known = /A(\d{6,})/.exec(text);
  if (known) {
    const id = Number(known[1]);
    const first = offsetOf(id);
    return first === undefined ? undefined : { at: (index) => ({ kind: "sequence", id, index }), first };
  }
  const named =
    /^(?:the )?(odd numbers|even numbers|natural numbers|positive integers|squares|primes|powers of \d+|fibonacci numbers|lucas numbers|catalan numbers)\s*$/i.exec(
      text,
    );
  if (!named) return undefined;
  return namedTerms(named[1]!.toLowerCase());
}

function namedTerms(name: string): { at: Indexed; first: number } {
  const powers = /^powers of (\d+)$/.exec(name);
  if (powers) return { at: (i) => binary("^", num(BigInt(powers[1]!)), i), first: 0 };
  switch (name) {
    case "odd numbers":
      return { at: (i) => binary("+", binary("*", num(2), i), num(1)), first: 0 };
    case "even numbers":
      return { at: (i) => binary("*", num(2), i), first: 0 };
    case "squares":
      return { at: (i) => binary("^", i, num(2)), first: 1 };
    case "primes":
      return { at: (i) => call("prime", i), first: 1 };
    case "fibonacci numbers":
      return { at: (i) => call("fibonacci", i), first: 0 };
    case "lucas numbers":
      return { at: (i) => call("lucas", i), first: 0 };
    case "catalan numbers":
      return { at: (i) => call("catalan", i), first: 0 };
    default:
      return { at: (i) => i, first: 1 };
  }
}

export function readTransform(text: string, options: FormulaOptions): FormulaProgram[] {
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
    return direct((offset) => transform(b, first ?? offset), options, offsets(first), text);
  }
  return [];
}
