import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FastEvaluator } from "../../evaluate/fast.ts";
import { print } from "../../language/print.ts";
import type { Program } from "../../language/program.ts";
import { validate } from "../../language/validate.ts";
import { normalize, type Value } from "../../number/value.ts";
import { type FitRoute, fitTerms } from "./fit.ts";
import { inverse, kernelVector, modulo, prime, rational } from "./modular.ts";

function evaluate(program: Program, count: number): Value[] {
  const evaluator = new FastEvaluator();
  return Array.from({ length: count }, (_, i) => evaluator.term(program, program.offset + i).value);
}

/** The terms that a fit of the first `given` terms predicts, by route. */
function predict(all: readonly (number | bigint)[], given: number, offset: number, route: FitRoute) {
  const values = all.map((x) => normalize(BigInt(x))!);
  const fit = fitTerms(values.slice(0, given), offset).find((each) => each.route === route);
  if (!fit) return undefined;
  expect(validate(fit.program)).toEqual([]);
  return evaluate(fit.program, all.length);
}

const fibonacci = Array.from({ length: 60 }).reduce<bigint[]>((a) => [...a, a.at(-1)! + a.at(-2)!], [0n, 1n]);
const factorials = Array.from({ length: 30 }).reduce<bigint[]>(
  (a) => [...a, a.at(-1)! * BigInt(a.length)],
  [1n],
);
const catalan = Array.from({ length: 40 }).reduce<bigint[]>(
  (a) => {
    const n = BigInt(a.length - 1);
    return [...a, (a.at(-1)! * (4n * n + 2n)) / (n + 2n)];
  },
  [1n],
);
/** Motzkin numbers: (n+2)·M(n) = (2n+1)·M(n−1) + (3n−3)·M(n−2). */
const motzkin = Array.from({ length: 30 }).reduce<bigint[]>(
  (a) => {
    const n = BigInt(a.length);
    return [...a, ((2n * n + 1n) * a.at(-1)! + (3n * n - 3n) * a.at(-2)!) / (n + 2n)];
  },
  [1n, 1n],
);

describe("fitTerms predicts terms it was not given", () => {
  test.each<[string, FitRoute, readonly (number | bigint)[], number, number]>([
    ["squares", "polynomial", Array.from({ length: 30 }, (_, n) => n * n), 6, 0],
    [
      "tetrahedral numbers from 1",
      "polynomial",
      Array.from({ length: 30 }, (_, n) => ((n + 1) * (n + 2) * (n + 3)) / 6),
      8,
      1,
    ],
    ["a constant", "polynomial", new Array(9).fill(7), 4, 3],
    ["zeros", "polynomial", new Array(9).fill(0), 4, 0],
    ["a falling line from −2", "polynomial", Array.from({ length: 12 }, (_, n) => 5 - 3 * n), 5, -2],
    ["Fibonacci numbers", "recurrence", fibonacci, 8, 0],
    ["powers of two from 1", "recurrence", Array.from({ length: 40 }, (_, n) => 2n ** BigInt(n)), 6, 1],
    ["a period of four", "recurrence", Array.from({ length: 40 }, (_, n) => [3, 1, 4, 1][n % 4]!), 12, 0],
    ["floor(n²/3)", "recurrence", Array.from({ length: 40 }, (_, n) => Math.floor((n * n) / 3)), 15, 0],
    ["a stray first term", "recurrence", [9, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512], 8, 0],
    ["factorials", "polynomialRecurrence", factorials, 10, 0],
    ["Catalan numbers", "polynomialRecurrence", catalan, 12, 0],
    ["Motzkin numbers", "polynomialRecurrence", motzkin, 15, 0],
  ])("%s", (_, route, all, given, offset) => {
    expect(predict(all, given, offset, route)).toEqual(all.map((x) => normalize(BigInt(x))));
  });

  test("any integer recurrence of order three or less", () => {
    const small = fc.integer({ min: -5, max: 5 });
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 3 }),
        fc.array(small, { minLength: 3, maxLength: 3 }),
        fc.integer({ min: -2, max: 3 }),
        (coefficients, start, offset) => {
          const all = start.map(BigInt);
          while (all.length < 20)
            all.push(coefficients.reduce((sum, c, i) => sum + BigInt(c) * all[all.length - 1 - i]!, 0n));
          const values = all.map((x) => normalize(x)!);
          const fits = fitTerms(values.slice(0, 14), offset);
          expect(fits.length).toBeGreaterThan(0);
          for (const { program } of fits) expect(evaluate(program, 20), print(program)).toEqual(values);
        },
      ),
      { numRuns: 100, seed: 4 },
    );
  });
});

test("fitTerms finds nothing in terms without a law", () => {
  expect(fitTerms([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4], 0)).toEqual([]);
  expect(fitTerms([2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47], 1)).toEqual([]);
});

test("fitTerms wants more terms than a fit has freedom", () => {
  expect(fitTerms([1, 2, 4], 0)).toEqual([]);
});

describe("arithmetic modulo the prime", () => {
  test("inverses and fractions come back", () => {
    expect((modulo(-3n) * inverse(-3n)) % prime).toBe(1n);
    expect(rational(modulo(-7n * inverse(12n)))).toEqual({ numerator: -7n, denominator: 12n });
  });

  test("a kernel of dimension one is found, others are refused", () => {
    expect(
      kernelVector([
        [1n, 2n],
        [2n, 4n],
      ]),
    ).toEqual([modulo(-2n), 1n]);
    expect(
      kernelVector([
        [1n, 0n],
        [0n, 1n],
      ]),
    ).toBeUndefined();
    expect(kernelVector([[0n, 0n]])).toBeUndefined();
  });
});
