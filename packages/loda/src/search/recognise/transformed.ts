// Terms that are a known transform of a known sequence: the transform is undone on the terms, and what comes out is
// looked up. The program is the transform's formula over calls of the known sequence.
import type { Value } from "../../number/value.ts";
import { normalize } from "../../number/value.ts";
import { addConstant } from "../fit/assemble.ts";
import {
  binary,
  call,
  type Expression,
  num,
  sumOver,
  UnreadableFormula,
  variable,
} from "../formula/expression.ts";
import { directProgram, type ProgramOptions, recurrenceFormula } from "../formula/programs.ts";
import type { TermIndex, TermMatch } from "../term-index.ts";
import type { Recognised } from "./constant.ts";

type Indexed = (at: Expression) => Expression;

interface Transform {
  readonly name: string;
  /** What the known sequence has to be, from its index 0 (or `first`) on. */
  readonly undo: (terms: readonly bigint[]) => readonly bigint[] | undefined;
  /** The formula in m, which counts terms from 0 on (from 1 on for `first` 1), over b with the same counting. */
  readonly formula: (b: Indexed) => Expression;
  readonly first?: 1;
  /** The formula speaks of earlier terms; this one is the first. */
  readonly recurrent?: true;
}

const n = variable("n");
const k = variable("k");
const plus = (a: Expression, b: Expression) => binary("+", a, b);
const minus = (a: Expression, b: Expression) => binary("-", a, b);
const times = (a: Expression, b: Expression) => binary("*", a, b);
const self = (index: Expression): Expression => ({ kind: "self", index });
const overDivisors = (body: Expression): Expression => ({
  kind: "fold",
  by: "sum",
  variable: "k",
  over: "divisors",
  from: num(1),
  to: n,
  body,
});
const sum = (to: Expression, body: Expression, from = 0) => sumOver("sum", "k", num(from), to, body);

const transforms: readonly Transform[] = [
  {
    name: "binomial transform",
    undo: (a) => binomial(a, -1n),
    formula: (b) => sum(n, times(call("binomial", n, k), b(k))),
  },
  {
    name: "inverse binomial transform",
    undo: (a) => binomial(a, 1n),
    formula: (b) => sum(n, times(times(binary("^", num(-1), minus(n, k)), call("binomial", n, k)), b(k))),
  },
  {
    name: "sums over the divisors",
    first: 1,
    undo: (a) => moebius(a),
    formula: (b) => overDivisors(b(k)),
  },
  {
    name: "Möbius transform",
    first: 1,
    undo: (a) => a.map((_, i) => divisorsOf(i + 1).reduce((total, d) => total + a[d - 1]!, 0n)),
    formula: (b) => overDivisors(times(call("mu", binary("/", n, k)), b(k))),
  },
  {
    name: "self-convolution",
    undo: root,
    formula: (b) => sum(n, times(b(k), b(minus(n, k)))),
  },
  {
    name: "INVERT transform",
    recurrent: true,
    // A = 1/(1 − x·B)
    undo: (a) =>
      inverse(a)
        ?.slice(1)
        .map((x) => -x),
    formula: (b) => sum(minus(n, num(1)), times(b(k), self(minus(minus(n, num(1)), k)))),
  },
  {
    name: "Euler transform",
    recurrent: true,
    undo: (a) => euler(a),
    // b counts from 0 on; the transform from 1 on.
    formula: (b) =>
      binary(
        "/",
        sum(
          n,
          times(
            {
              kind: "fold",
              by: "sum",
              variable: "j",
              over: "divisors",
              from: num(1),
              to: k,
              body: times(variable("j"), b(minus(variable("j"), num(1)))),
            },
            self(minus(n, k)),
          ),
          1,
        ),
        n,
      ),
  },
  {
    name: "sums of neighbours",
    undo: (a) => {
      let last = 0n;
      return a.map((x) => (last = x - last));
    },
    formula: (b) => plus(b(n), times(b(call("max", minus(n, num(1)), num(0))), call("geq", n, num(1)))),
  },
  {
    name: "n! times",
    undo: (a) => quotients(a, (i) => factorial(i)),
    formula: (b) => times(call("factorial", n), b(n)),
  },
  {
    name: "2^n times",
    undo: (a) => quotients(a, (i) => 2n ** BigInt(i)),
    formula: (b) => times(binary("^", num(2), n), b(n)),
  },
  {
    name: "(-1)^n times",
    undo: (a) => a.map((x, i) => (i % 2 === 0 ? x : -x)),
    formula: (b) => times(binary("^", num(-1), n), b(n)),
  },
  {
    name: "n² times",
    first: 1,
    undo: (a) => quotients(a, (i) => BigInt(i + 1) ** 2n),
    formula: (b) => times(binary("^", n, num(2)), b(n)),
  },
  {
    name: "convolution with the odd numbers",
    // (1 + x)/(1 − x)²
    undo: (a) => {
      const once = a.map((x, i) => x - 2n * (a[i - 1] ?? 0n) + (a[i - 2] ?? 0n));
      let last = 0n;
      return once.map((x) => (last = x - last));
    },
    formula: (b) => sum(n, times(plus(times(num(2), minus(n, k)), num(1)), b(k))),
  },
  {
    name: "second partial sums",
    undo: (a) => a.map((x, i) => x - 2n * (a[i - 1] ?? 0n) + (a[i - 2] ?? 0n)),
    formula: (b) => sum(n, times(plus(minus(n, k), num(1)), b(k))),
  },
];

const leastTerms = 9;

export function recogniseTransformed(
  terms: readonly bigint[],
  index: TermIndex,
  options: ProgramOptions,
): Recognised[] {
  if (terms.length < leastTerms) return [];
  return transforms.flatMap((transform) => {
    if (transform.first === 1 && options.offset !== 1) return [];
    const match = lookUp(transform.undo(terms), index);
    if (!match) return [];
    try {
      return [make(transform, match, terms[0]!, options)];
    } catch (error) {
      if (error instanceof UnreadableFormula) return [];
      throw error;
    }
  });
}

function lookUp(undone: readonly bigint[] | undefined, index: TermIndex): TermMatch | undefined {
  if (!undone || undone.length < leastTerms - 1) return undefined;
  const values = undone.map(normalize);
  if (values.some((x) => x === undefined)) return undefined;
  // Few different values are found in too many sequences.
  if (new Set(values).size < 4) return undefined;
  return index.holding(values as Value[]);
}

function make(
  { name, formula, first: counted, recurrent }: Transform,
  { entry, shift }: TermMatch,
  a0: bigint,
  options: ProgramOptions,
): Recognised {
  const first = counted ?? 0;
  const start = entry.offset + shift - first;
  const b: Indexed = (at) => ({
    kind: "sequence",
    id: entry.id,
    index: start === 0 ? at : plus(at, num(start)),
  });
  const origin = `${name} of A${String(entry.id).padStart(6, "0")}`;
  if (recurrent) {
    const program = recurrenceFormula(formula(b), new Map([[0, a0]]), { offset: 0, known: options.known });
    return { program: moved(program, options.offset), origin };
  }
  const { offset, ...rest } = options;
  const program = directProgram(formula(b), { ...rest, offset: first });
  return { program: moved(program, offset), origin };
}

/** The same terms from another first index on. */
function moved(program: ReturnType<typeof directProgram>, offset: number): ReturnType<typeof directProgram> {
  const by = BigInt(program.offset - offset);
  return { operations: [...addConstant(0, by), ...program.operations], offset };
}

function binomial(a: readonly bigint[], sign: 1n | -1n): bigint[] {
  let row = [...a];
  const result: bigint[] = [];
  while (row.length > 0) {
    result.push(row[0]!);
    row = row.slice(1).map((x, i) => x + sign * row[i]!);
  }
  return result;
}

function divisorsOf(m: number): number[] {
  return Array.from({ length: m }, (_, i) => i + 1).filter((d) => m % d === 0);
}

function moebius(a: readonly bigint[]): bigint[] {
  const b: bigint[] = [];
  for (let m = 1; m <= a.length; m++) {
    let value = a[m - 1]!;
    for (const d of divisorsOf(m)) if (d < m) value -= b[d - 1]!;
    b.push(value);
  }
  return b;
}

/** B with B·B = A, where b(0) is 1 or a root. */
function root(a: readonly bigint[]): bigint[] | undefined {
  if (a[0] !== 1n && a[0] !== 4n) return undefined;
  const lead = a[0] === 1n ? 1n : 2n;
  const b: bigint[] = [lead];
  for (let m = 1; m < a.length; m++) {
    let value = a[m]!;
    for (let i = 1; i < m; i++) value -= b[i]! * b[m - i]!;
    if (value % (2n * lead) !== 0n) return undefined;
    b.push(value / (2n * lead));
  }
  return b;
}

/** 1/A for a(0) = 1. */
function inverse(a: readonly bigint[]): bigint[] | undefined {
  if (a[0] !== 1n) return undefined;
  const b: bigint[] = [1n];
  for (let m = 1; m < a.length; m++) {
    let value = 0n;
    for (let i = 1; i <= m; i++) value -= a[i]! * b[m - i]!;
    b.push(value);
  }
  return b;
}

/** b(1), b(2), … with A = Π (1 − x^k)^−b(k), for a(0) = 1. */
function euler(a: readonly bigint[]): bigint[] | undefined {
  if (a[0] !== 1n) return undefined;
  const c: bigint[] = [0n];
  const b: bigint[] = [];
  for (let m = 1; m < a.length; m++) {
    let value = BigInt(m) * a[m]!;
    for (let i = 1; i < m; i++) value -= c[i]! * a[m - i]!;
    c.push(value);
    for (const d of divisorsOf(m)) if (d < m) value -= BigInt(d) * b[d - 1]!;
    if (value % BigInt(m) !== 0n) return undefined;
    b.push(value / BigInt(m));
  }
  return b;
}

function quotients(a: readonly bigint[], divisor: (i: number) => bigint): bigint[] | undefined {
  const result: bigint[] = [];
  for (const [i, x] of a.entries()) {
    const by = divisor(i);
    if (x % by !== 0n) return undefined;
    result.push(x / by);
  }
  return result;
}

function factorial(m: number): bigint {
  let product = 1n;
  for (let i = 2n; i <= BigInt(m); i++) product *= i;
  return product;
}
