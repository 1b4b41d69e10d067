import { describe, expect, test } from "vitest";
import { memoryStore } from "../../evaluate/store.ts";
import { parse } from "../../language/parse.ts";
import { validate } from "../../language/validate.ts";
import { Verifier } from "../verify.ts";
import { formulaPrograms } from "./formula.ts";

/** A000290 squares, A000040-like calls are made on these: n², primes' characteristic function below 12, n + 1. */
const store = memoryStore([
  [290, parse("mul $0,$0")],
  [27, parse("#offset 1\n\nadd $0,0")],
  [
    10_051,
    parse(
      "#offset 1\n\nmov $1,$0\nmov $2,1\nlpb $1\n  sub $1,1\n  add $3,1\n  mov $4,$0\n  mod $4,$3\n  equ $4,0\n  add $5,$4\nlpe\nmov $0,$5\nequ $0,2",
    ),
  ],
]);
const verifier = new Verifier(store);
const options = { offsetOf: (id: number) => store.sequence(id)?.offset };

function terms(description: string, count: number, offset?: number) {
  const [first] = formulaPrograms(description, { ...options, ...(offset === undefined ? {} : { offset }) });
  if (!first) return undefined;
  expect(validate(first.program)).toEqual([]);
  return { offset: first.program.offset, terms: verifier.run(first.program, count).terms };
}

describe("formulaPrograms computes what the description says", () => {
  test.each<[string, number, readonly number[]]>([
    ["a(n) = 25*n*(n + 1)/2 + 3", 0, [3, 28, 78, 153]],
    ["3n^3 - 2n^2 + n - 1", 0, [-1, 1, 17, 65]],
    ["a(n) = n^2/2 + n/3 + n/6", 0, [0, 1, 3, 6]],
    ["a(n) = (1/2)*n*(n+1)", 0, [0, 1, 3, 6]],
    ["a(n) = -n + 2(n+1)", 0, [2, 3, 4, 5]],
    ["a(n) = 7^n + 5^n - 3^n + 2^n", 0, [2, 11, 69, 449]],
    ["a(n) = floor(n/3)", 0, [0, 0, 0, 1]],
    ["a(n) = floor((1-n)/2)", 0, [0, 0, -1, -1]],
    ["a(n) = ceiling(n/2) for n >= 1", 1, [1, 1, 2, 2]],
    ["a(n) = round(n^2/3)", 0, [0, 0, 1, 3]],
    ["a(n) = floor(sqrt(n))", 0, [0, 1, 1, 1, 2]],
    ["a(n) = n! - n mod 2", 0, [1, 0, 2, 5]],
    ["Binomial coefficient C(2n,n-1)", 0, [0, 1, 4, 15]],
    ["a(n) = gcd(n,6) + lcm(n+1,2)", 0, [8, 3, 8, 7]],
    ["a(n) = Sum_{k=1..n} k^2", 0, [0, 1, 5, 14]],
    ["a(n) = Product_{k=1..n} (2*k-1)", 0, [1, 1, 3, 15]],
    ["a(n) = Sum_{k=0..n} Sum_{j=0..k} j*k", 0, [0, 1, 7, 25]],
    ["a(n) = Sum_{d|n} d for n > 0", 1, [1, 3, 4, 7, 6, 12]],
    ["a(n) = A000290(n+1) - 1", 0, [0, 3, 8, 15]],
    ["Partial sums of A000290", 0, [0, 1, 5, 14]],
    ["First differences of A000290", 0, [1, 3, 5, 7]],
    ["Partial sums of round(n^2/3)", 0, [0, 0, 1, 4]],
    ["a(n) = 2*a(n-1) + 1, a(0) = 0", 0, [0, 1, 3, 7]],
    ["a(n) = a(n-1) + a(n-2) with a(0) = a(1) = 1", 0, [1, 1, 2, 3, 5, 8]],
    ["a(1) = 4, a(n) = a(n-1)*(a(n-1) - 1)/2", 1, [4, 6, 15, 105]],
    ["a(1) = 2, a(2) = 4, a(3) = 6; for n > 3, a(n) = 3*a(n-1) - 3*a(n-2) + 9*a(n-3)", 1, [2, 4, 6, 24]],
    ["Expansion of (1 + x)/(1 + 2*x + 2*x^3)", 0, [1, -1, 2, -6, 14]],
    ["G.f.: x/((1-x)*(1-2*x)^2)", 0, [0, 1, 5, 17]],
    ["Expansion of 1/(1 - x - x^2)", 0, [1, 1, 2, 3, 5]],
    ["Numbers congruent to {1, 3} mod 12", 1, [1, 3, 13, 15, 25]],
    ["Numbers that are congruent to 1 or 4 mod 5", 1, [1, 4, 6, 9]],
    ["Numbers k such that k^2+1 is prime", 1, [1, 2, 4, 6, 10]],
    ["Primes p such that p + 2 is also prime", 1, [3, 5, 11, 17]],
    ["Triangle read by rows: T(n,k) = binomial(n,k) + k", 0, [1, 1, 2, 1, 3, 3, 1, 4, 5, 4]],
    ["Triangle T(n, k) = n*k, 1 <= k <= n, read by rows", 1, [1, 2, 4, 3, 6, 9]],
    ["Primes of the form n^2+1", 1, [2, 5, 17, 37]],
  ])("%s", (description, offset, wanted) => {
    expect(terms(description, wanted.length)).toEqual({ offset, terms: wanted });
  });
});

test("a given offset is kept", () => {
  expect(terms("a(n) = n^2", 3, 2)).toEqual({ offset: 2, terms: [4, 9, 16] });
});

test.each([
  "",
  "Number of partitions of n",
  "a(n) = 3*n + b(n)",
  "a(n) = a(n-1) + 2",
  "a(n) = a(floor(n/2)) + 1, a(0) = 0",
  "Expansion of 1/(2 - x)",
  "Expansion of exp(x)",
  "Triangle T(n,k) = T(n-1,k) + T(n-1,k-1)",
  "Array T(n,k) = n + k read by antidiagonals",
  "a(n) = n*sqrt(2)",
  "a(n) = (n+1",
  "Partial sums of A999999",
])("answers nothing for %j", (description) => {
  expect(formulaPrograms(description, options)).toEqual([]);
});
