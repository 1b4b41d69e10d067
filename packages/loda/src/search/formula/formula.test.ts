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
    // By cases, with exceptions, over earlier terms.
    ["a(n) = n/2 if n is even, 3n + 1 if n is odd", 0, [0, 4, 1, 10, 2, 16]],
    ["a(0) = 2, a(1) = 6; thereafter a(n) = 3*n^2", 0, [2, 6, 12, 27]],
    ["a(n) = a(floor(n/2)) + 1, a(0) = 0", 0, [0, 1, 2, 2, 3, 3, 3, 3, 4]],
    ["a(n) = Sum_{k=0..n-1} a(k)*a(n-1-k), a(0) = 1", 0, [1, 1, 2, 5, 14, 42]],
    ["a(2n) = a(n), a(2n+1) = a(n) + 1, a(0) = 0", 0, [0, 1, 1, 2, 1, 2, 2, 3]],
    ["a(n+2) = 16*a(n+1) - a(n), with a(1) = 0, a(2) = 4", 1, [0, 4, 64, 1020]],
    ["a(n) = n!*Sum_{k=0..n} (-1)^k/k!", 0, [1, 0, 1, 2, 9, 44]],
    ["a(n) = ((1+sqrt(2))^n + (1-sqrt(2))^n)/2", 0, [1, 1, 3, 7, 17]],
    ["a(n) = 4^(n-2)*n*(5*n+3)/2", 0, [0, 1, 13, 108]],
    // Number theory.
    ["a(n) = phi(n) + tau(n) for n > 0", 1, [2, 3, 4, 5, 6, 6, 8, 8]],
    ["a(n) = sigma(n) - n for n > 0", 1, [0, 1, 1, 3, 1, 6, 1, 7, 4]],
    ["a(n) = mu(n) + 1 for n >= 1", 1, [2, 0, 0, 1, 0, 2]],
    ["a(n) = prime(n+1) - prime(n) for n >= 1", 1, [1, 2, 2, 4, 2]],
    ["Numbers k such that k divides 2^k - 2", 1, [1, 2, 3, 5, 7, 11]],
    ["Numbers k such that phi(k) = 4", 1, [5, 8, 10, 12]],
    ["Primes congruent to {1, 3} mod 8", 1, [3, 11, 17, 19, 41]],
    ["Multiplicative with a(p^e) = p + e", 1, [1, 3, 4, 4, 6, 12, 8, 5]],
    ["Totally multiplicative sequence with a(p) = p + 1", 1, [1, 3, 4, 9, 6, 12]],
    // Digits.
    ["Numbers having two 1's in base 3", 1, [4, 10, 12, 14, 16]],
    ["Numbers whose base-4 representation contains exactly one 1 and two 2's", 1, [26, 38, 41, 74]],
    ["Number of 1's in binary expansion of n^2", 0, [0, 1, 1, 2, 1, 3]],
    ["Sum of digits of 2^n", 1, [2, 4, 8, 7, 5]],
    // Constants.
    ["Decimal expansion of sqrt(2)", 1, [1, 4, 1, 4, 2, 1, 3, 5, 6]],
    ["Decimal expansion of Pi", 1, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]],
    ["Decimal expansion of log(2)", 0, [6, 9, 3, 1, 4, 7, 1, 8]],
    ["Decimal expansion of cube root of 39", 1, [3, 3, 9, 1, 2, 1, 1]],
    ["Decimal expansion of sin(1)", 0, [8, 4, 1, 4, 7, 0, 9, 8]],
    ["Decimal expansion of arctan(1/2)", 0, [4, 6, 3, 6, 4, 7, 6, 0]],
    ["Decimal expansion of log_15 (17)", 1, [1, 0, 4, 6, 2, 1]],
    ["Decimal expansion of Product_{k>=1} (1 - 1/2^k)", 0, [2, 8, 8, 7, 8, 8]],
    ["Continued fraction for sqrt(7)", 0, [2, 1, 1, 1, 4, 1, 1, 1, 4]],
    ["Numerators of continued fraction convergents to sqrt(2)", 0, [1, 3, 7, 17, 41]],
    ["Beatty sequence for golden ratio", 1, [1, 3, 4, 6, 8, 9]],
    ["a(n) = floor(n*(sqrt(13)-sqrt(2)))", 0, [0, 2, 4, 6, 8, 10, 13]],
    // Power series.
    ["Expansion of 1/sqrt(1-4*x)", 0, [1, 2, 6, 20, 70]],
    ["Expansion of (1-sqrt(1-4*x))/(2*x)", 0, [1, 1, 2, 5, 14]],
    ["Expansion of e.g.f. exp(x)/(1-x)", 0, [1, 2, 5, 16, 65]],
    ["Expansion of e.g.f. exp(exp(x)-1)", 0, [1, 1, 2, 5, 15, 52]],
    ["Expansion of e.g.f. 1/cos(x) + tan(x)", 0, [1, 1, 1, 2, 5, 16, 61]],
    ["Expansion of e.g.f. log(1+x)*cosh(x)", 0, [0, 1, -1, 5, -12]],
    ["G.f. A(x) satisfies A(x) = 1 + x*A(x)^3", 0, [1, 1, 3, 12, 55]],
    ["E.g.f. satisfies A(x) = exp(x*A(x))", 0, [1, 1, 3, 16, 125]],
    ["Expansion of (1/x) * Series_Reversion( x*(1-x)^2 )", 0, [1, 2, 7, 30]],
    ["Expansion of Product_{k>=1} (1 + x^k)", 0, [1, 1, 1, 2, 2, 3, 4, 5]],
    ["Expansion of Product_{k>=1} (1 - x^k)^2/(1 - x^(2*k))", 0, [1, -2, 0, 0, 2, 0, 0, 0, 0, -2]],
    ["Expansion of Sum_{k>=0} x^(k^2)", 0, [1, 1, 0, 0, 1, 0, 0, 0, 0, 1]],
    // Families.
    ["Period 3: repeat [1, -2, 1]", 0, [1, -2, 1, 1, -2, 1]],
    ["12th cyclotomic polynomial", 0, [1, 0, -1, 0, 1, 0, 0]],
    ["Inverse of 6th cyclotomic polynomial", 0, [1, 1, 0, -1, -1, 0, 1]],
    ["Fibonacci sequence beginning 3, 7", 0, [3, 7, 10, 17]],
    ["19-gonal numbers", 0, [0, 1, 19, 54]],
    ["Multiples of 7", 0, [0, 7, 14]],
    ["Triangle whose (i,j)-th entry is binomial(i,j)*7^(i-j)", 0, [1, 7, 1, 49, 14, 1]],
    ["Square array T(n,k) = n^2 + k read by antidiagonals", 0, [0, 1, 1, 4, 2, 2]],
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
  "Expansion of 1/(2 - x)",
  "Expansion of exp(x)",
  "Triangle T(n,k) = T(n-1,k) + T(n-1,k-1)",
  "Decimal expansion of the Oloid's volume",
  "Numbers k such that k is interesting",
  "Expansion of 1/(1 - exp(x))",
  "G.f. A(x) satisfies A(x) = A(x)^2 + 1",
  "a(n) = n*sqrt(2)",
  "a(n) = (n+1",
  "Partial sums of A999999",
])("answers nothing for %j", (description) => {
  expect(formulaPrograms(description, options)).toEqual([]);
});
