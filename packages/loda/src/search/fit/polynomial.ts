// Polynomials: a(n) = p(n) for a polynomial with rational coefficients.
import { direct, operation, type Program } from "../../language/program.ts";
import { horner, literal } from "./assemble.ts";
import { gcd } from "./modular.ts";

/** Terms beyond those that determine a fit; fewer would make fits that mean nothing. */
export const surplusTerms = 2;

/**
 * The polynomial of least degree through the terms, if it leaves at least `surplusTerms` of them as a check. The
 * differences of a polynomial of degree d are constant after d rows; Newton's formula gives the coefficients:
 * a(n) = Σ_k Δ^k a(offset)·C(n − offset, k).
 */
export function fitPolynomial(terms: readonly bigint[], offset: number): Program | undefined {
  if (terms.length <= surplusTerms) return undefined;
  const leading: bigint[] = [];
  let row = [...terms];
  while (row.some((x) => x !== 0n)) {
    leading.push(row[0]!);
    row = row.slice(1).map((x, i) => x - row[i]!);
    if (row.length < surplusTerms) return undefined;
  }
  const { numerators, denominator } = expand(leading, BigInt(offset));
  if (numerators.length <= 1)
    return { offset, operations: [operation("mov", direct(0), literal(numerators[0] ?? 0n))] };
  return {
    offset,
    operations: [
      ...horner(1, 0, numerators),
      ...(denominator === 1n ? [] : [operation("div", direct(1), literal(denominator))]),
      operation("mov", direct(0), direct(1)),
    ],
  };
}

/** Σ c_k·C(n − shift, k) as a polynomial in n with a common denominator, lowest coefficient first. */
function expand(
  differences: readonly bigint[],
  shift: bigint,
): { numerators: bigint[]; denominator: bigint } {
  const degree = differences.length - 1;
  let factorial = 1n;
  for (let k = 2n; k <= BigInt(degree); k++) factorial *= k;
  const sum = new Array<bigint>(Math.max(1, degree + 1)).fill(0n);
  // falling = (n − shift)(n − shift − 1)…; scale = degree!/k!
  let falling = [1n];
  let scale = factorial;
  for (const [k, difference] of differences.entries()) {
    for (const [i, coefficient] of falling.entries()) sum[i] = sum[i]! + difference * scale * coefficient;
    const root = shift + BigInt(k);
    const next = new Array<bigint>(falling.length + 1).fill(0n);
    for (const [i, coefficient] of falling.entries()) {
      next[i + 1] = next[i + 1]! + coefficient;
      next[i] = next[i]! - root * coefficient;
    }
    falling = next;
    scale /= BigInt(k + 1);
  }
  const common = sum.reduce(gcd, factorial);
  return { numerators: sum.map((x) => x / common), denominator: factorial / common };
}
