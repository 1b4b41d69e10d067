// More than two hundred programs of all kinds, made from descriptions, through every evaluator: the same terms, the same
// steps, the same errors. They are what people ask for: constants, power series, searches, digits, recurrences, tables.
import { expect, test } from "vitest";
import { EvaluationError } from "../../evaluate/error.ts";
import { FastEvaluator } from "../../evaluate/fast.ts";
import { ReferenceEvaluator } from "../../evaluate/reference.ts";
import type { Program } from "../../language/program.ts";
import { validate } from "../../language/validate.ts";
import { exactArithmetic } from "../../number/arithmetic.ts";
import { optimize } from "../../transform/optimize.ts";
import { formulaPrograms } from "./formula.ts";

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const families: Readonly<Record<string, readonly string[]>> = {
  constants: [
    ...range(2, 16).map((m) => `Decimal expansion of sqrt(${m})`),
    ...["Pi", "e", "log(3)", "cosh(1)", "tan(1/3)", "arcsin(1/3)", "Pi^2/6", "1/184", "2^(1/3)"].map(
      (constant) => `Decimal expansion of ${constant}`,
    ),
    ...[3, 7, 13, 19].map((m) => `Continued fraction for sqrt(${m})`),
    ...[5, 8, 21].map((m) => `Denominators of continued fraction convergents to sqrt(${m})`),
    ...[2, 3, 5].map((m) => `Beatty sequence for sqrt(${m})`),
  ],
  "power series": [
    ...range(1, 8).map((m) => `Expansion of e.g.f. exp(${m}*x)/(1-x)`),
    ...range(2, 8).map((m) => `Expansion of 1/(1-${m * m}*x)^(1/${m})`),
    ...range(1, 7).map((m) => `G.f. A(x) satisfies A(x) = 1 + x*A(x)^${m}`),
    ...range(1, 7).map((m) => `Expansion of Product_{k>=1} (1 + x^k)^${m}`),
    ...range(1, 4).map((m) => `Expansion of (1/x) * Series_Reversion( x*(1-x)^${m} )`),
    "Expansion of e.g.f. tan(x) + 1/cos(x)",
    "Expansion of e.g.f. log(1+x)*sinh(x)",
    "Expansion of Sum_{k>=0} x^(k^2)",
  ],
  "rational series": [
    ...range(1, 12).map((m) => `Expansion of (1 + ${m}*x)/(1 - ${m + 1}*x - x^3)`),
    ...range(3, 14).map((m) => `${m}th cyclotomic polynomial`),
    ...range(3, 10).map((m) => `Inverse of ${m}th cyclotomic polynomial`),
    ...range(3, 7).map((m) => `Period ${m}: repeat [${range(1, m).join(", ")}]`),
  ],
  searches: [
    ...range(1, 12).map((m) => `Numbers k such that ${m}*k^2 + ${m + 1} is prime`),
    ...range(3, 10).map((m) => `Primes congruent to 1 mod ${m}`),
    ...range(1, 6).map((m) => `Numbers k such that tau(k) = ${m}`),
    ...range(3, 8).map((base) => `Numbers having two 1's in base ${base}`),
    ...range(3, 7).map(
      (base) => `Numbers whose base-${base} representation has the same number of 1's and 2's`,
    ),
    "Numbers k such that k divides 2^k - 2",
    "Numbers k such that phi(k) < phi(k+1)",
  ],
  "number theory": [
    ...["phi", "tau", "sigma", "mu", "rad", "omega", "bigomega", "gpf", "lpf", "sopfr", "psi", "core"].map(
      (f) => `a(n) = ${f}(n) + n`,
    ),
    ...range(2, 8).map((base) => `Number of 1's in base-${base} expansion of n^2`),
    ...range(1, 6).map((m) => `Multiplicative with a(p^e) = p^e + ${m}`),
    "a(n) = prime(n+1) - prime(n) for n >= 1",
    "a(n) = Sum_{d|n} d*phi(d) for n > 0",
    "a(n) = Sum_{k=1..n} gcd(k, n)",
  ],
  recurrences: [
    ...range(1, 12).map((m) => `a(n) = ${m}*a(n-1) + n*a(n-2), a(0) = 1, a(1) = ${m}`),
    ...range(1, 6).map((m) => `a(n) = Sum_{k=0..n-1} a(k)*a(n-1-k) + ${m}, a(0) = 1`),
    ...range(2, 6).map((m) => `a(n) = a(floor(n/${m})) + n, a(0) = 0`),
    "a(2n) = a(n), a(2n+1) = a(n) + 1, a(0) = 0",
    "a(n) = n/2 if n is even, 3n + 1 if n is odd",
  ],
  tables: [
    ...range(1, 6).map((m) => `Triangle read by rows: T(n,k) = binomial(n,k)*${m}^k`),
    ...range(1, 4).map((m) => `Square array T(n,k) = (n+k)^${m} read by antidiagonals`),
  ],
};

/** Enough for all but the longest searches; those end with the same error. */
const limits = { steps: 60_000 };
const terms = 9;

function outcomes(evaluator: Pick<FastEvaluator, "term">, program: Program): string[] {
  return range(0, terms - 1).map((i) => {
    try {
      const { value, steps } = evaluator.term(program, program.offset + i);
      return `${value} in ${steps} steps`;
    } catch (error) {
      if (error instanceof EvaluationError) return `${error.code}: ${error.message}`;
      throw error;
    }
  });
}

test("there are more than 200 of them", () => {
  expect(Object.values(families).flat().length).toBeGreaterThan(200);
});

test.each(Object.entries(families))("every evaluator agrees on %s", (_, descriptions) => {
  for (const description of descriptions) {
    const [read] = formulaPrograms(description, { offsetOf: () => undefined });
    expect(read, description).toBeDefined();
    const program = read!.program;
    expect(validate(program), description).toEqual([]);
    const wanted = outcomes(new ReferenceEvaluator({ limits, arithmetic: exactArithmetic }), program);
    for (const interpretedOperations of [0, 500])
      expect(outcomes(new FastEvaluator({ limits, interpretedOperations }), program), description).toEqual(
        wanted,
      );
    // What the optimiser makes of it has the same terms, in no more steps.
    const value = (outcome: string) => outcome.split(" in ")[0];
    const shorter = outcomes(new FastEvaluator({ limits }), optimize(program));
    for (const [i, outcome] of wanted.entries())
      if (!outcome.includes(":")) expect(value(shorter[i]!), description).toBe(value(outcome));
  }
});
