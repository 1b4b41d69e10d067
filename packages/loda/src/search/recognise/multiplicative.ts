// Multiplicative and additive functions: what they are for prime powers decides them, and few formulas are common there.
import { binary, type Expression, factors, num, variable } from "../formula/expression.ts";
import { integerForm } from "../formula/integer-form.ts";
import { directProgram, type ProgramOptions } from "../formula/programs.ts";
import type { Recognised } from "./constant.ts";

/** Terms from a(1) on. */
const leastTerms = 12;

export function recogniseMultiplicative(terms: readonly bigint[], options: ProgramOptions): Recognised[] {
  if (options.offset !== 1 || terms.length < leastTerms) return [];
  const a = (n: number) => terms[n - 1]!;
  for (const by of ["product", "sum"] as const) {
    if (a(1) !== (by === "product" ? 1n : 0n) || !respects(by, terms)) continue;
    const powers = Array.from({ length: terms.length - 1 }, (_, i) => i + 2).flatMap((n) => {
      const power = primePower(n);
      return power ? [{ ...power, value: a(n) }] : [];
    });
    const body = bodies.find(({ at }) =>
      powers.every(({ p, e, value }) => at(BigInt(p), BigInt(e)) === value),
    );
    if (body)
      return [
        {
          program: directProgram(factors(by, variable("n"), integerForm(body.formula)), options),
          origin: by === "product" ? "a multiplicative function" : "an additive function",
        },
      ];
  }
  return [];
}

function respects(by: "product" | "sum", terms: readonly bigint[]): boolean {
  for (let n = 6; n <= terms.length; n++) {
    let p = 2;
    while (n % p !== 0) p++;
    let q = p;
    while (n % (q * p) === 0) q *= p;
    if (q === n) continue;
    const [left, right] = [terms[q - 1]!, terms[n / q - 1]!];
    if (terms[n - 1] !== (by === "product" ? left * right : left + right)) return false;
  }
  return true;
}

function primePower(n: number): { p: number; e: number } | undefined {
  let p = 2;
  while (n % p !== 0) p++;
  let [rest, e] = [n, 0];
  while (rest % p === 0) {
    rest /= p;
    e++;
  }
  return rest === 1 ? { p, e } : undefined;
}

interface Body {
  readonly formula: Expression;
  readonly at: (p: bigint, e: bigint) => bigint;
}

const p: Body = { formula: variable("p"), at: (prime) => prime };
const e: Body = { formula: variable("e"), at: (_, exponent) => exponent };
const number = (value: number): Body => ({ formula: num(value), at: () => BigInt(value) });
const combine = (
  operator: "+" | "-" | "*" | "^",
  left: Body,
  right: Body,
  apply: (a: bigint, b: bigint) => bigint,
): Body => ({
  formula: binary(operator, left.formula, right.formula),
  at: (x, y) => apply(left.at(x, y), right.at(x, y)),
});
const plus = (left: Body, right: Body) => combine("+", left, right, (a, b) => a + b);
const times = (left: Body, right: Body) => combine("*", left, right, (a, b) => a * b);
// No value below 0 is asked for: a^(−1) makes no formula fit.
const power = (left: Body, right: Body) => combine("^", left, right, (a, b) => (b < 0n ? 0n : a ** b));
const halved = (body: Body): Body => ({
  formula: binary("/", body.formula, num(2)),
  at: (x, y) => body.at(x, y) / 2n,
});

/** Formulas in p and e, the simplest first. */
const bodies: readonly Body[] = makeBodies();

function makeBodies(): Body[] {
  const linear = [-3, -2, -1, 0, 1, 2, 3].map((c) => (c === 0 ? p : plus(p, number(c))));
  const exponents = [
    e,
    plus(e, number(-1)),
    plus(e, number(1)),
    times(number(2), e),
    plus(times(number(2), e), number(-1)),
    times(number(3), e),
    halved(e),
    halved(plus(e, number(1))),
  ];
  const squares = [-1, 0, 1].map((c) => plus(power(p, number(2)), number(c)));
  const bases = [...linear, ...squares, ...[-3, -2, -1, 2, 3, 4].map(number)];
  const simple = [
    ...[-2, -1, 1, 2, 3].map(number),
    ...[-1, 0, 1, 2, 3].map((c) => plus(e, number(c))),
    ...[1, 2, 3].flatMap((m) => [1, 2, -1].map((c) => plus(times(number(m), e), number(c)))),
    halved(times(plus(e, number(1)), plus(e, number(2)))),
    ...linear,
    ...squares,
  ];
  const raised = bases.flatMap((base) => exponents.map((exponent) => power(base, exponent)));
  return [
    ...simple,
    ...raised,
    ...[1, -1, 2].flatMap((c) => raised.map((body) => plus(body, number(c)))),
    ...raised.flatMap((body) =>
      [e, plus(e, number(1)), plus(p, number(-1)), plus(p, number(1)), p].map((by) => times(body, by)),
    ),
    ...[p, plus(p, number(1)), plus(p, number(-1))].map((by) => times(by, e)),
    ...raised.flatMap((body) => exponents.slice(0, 4).map((other) => plus(body, power(p, other)))),
    ...raised.flatMap((body) =>
      exponents.slice(0, 4).map((other) => plus(body, times(number(-1), power(p, other)))),
    ),
  ];
}
