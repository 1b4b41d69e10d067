// Recurrences with polynomial coefficients: p_0(n)·a(n) + … + p_r(n)·a(n+r) = 0. Factorials, Catalan numbers, sums of
// binomials and their kind.
import { direct, type Operation, operation, type Program } from "../../language/program.ts";
import { addConstant, horner, literal, loopEnd } from "./assemble.ts";
import { kernelVector, primitive } from "./modular.ts";
import { surplusTerms } from "./polynomial.ts";

export interface PolynomialRecurrence {
  /** Coefficients of p_0, …, p_r, each lowest first, in the index k = n − offset. */
  readonly polynomials: readonly (readonly bigint[])[];
}

/** [order, degree], the cheapest first. */
const shapes = [
  [1, 1],
  [1, 2],
  [2, 1],
  [1, 3],
  [2, 2],
  [3, 1],
  [1, 4],
  [2, 3],
  [3, 2],
  [4, 1],
] as const;

/** How far ahead the leading coefficient is checked not to vanish. */
const checkedIndices = 2000;

export function findPolynomialRecurrence(terms: readonly bigint[]): PolynomialRecurrence | undefined {
  for (const [order, degree] of shapes) {
    const unknowns = (order + 1) * (degree + 1);
    if (terms.length - order < unknowns - 1 + surplusTerms) continue;
    const rows = terms.slice(0, terms.length - order).map((_, k) => {
      const row: bigint[] = [];
      for (let j = 0; j <= order; j++)
        for (let i = 0; i <= degree; i++) row.push(BigInt(k) ** BigInt(i) * terms[k + j]!);
      return row;
    });
    const kernel = kernelVector(rows);
    const integers = kernel && primitive(kernel);
    if (!integers || rows.some((row) => row.reduce((sum, x, i) => sum + x * integers[i]!, 0n) !== 0n))
      continue;
    const polynomials = Array.from({ length: order + 1 }, (_, j) =>
      integers.slice(j * (degree + 1), (j + 1) * (degree + 1)),
    );
    const lead = polynomials.at(-1)!;
    const vanishes = Array.from({ length: checkedIndices }, (_, k) => evaluate(lead, BigInt(k))).includes(0n);
    if (!vanishes) return { polynomials };
  }
  return undefined;
}

function evaluate(polynomial: readonly bigint[], x: bigint): bigint {
  return polynomial.reduceRight((sum, coefficient) => sum * x + coefficient, 0n);
}

/** a(k+r) = −(p_0(k)·a(k) + … + p_{r−1}(k)·a(k+r−1)) / p_r(k), one round a term. */
export function polynomialRecurrenceProgram(
  { polynomials }: PolynomialRecurrence,
  terms: readonly bigint[],
  offset: number,
): Program {
  const order = polynomials.length - 1;
  const [index, next, factor] = [order + 1, order + 2, order + 3];
  const body: Operation[] = [];
  let first = true;
  for (let j = 0; j < order; j++) {
    const polynomial = polynomials[j]!.map((coefficient) => -coefficient);
    if (polynomial.every((coefficient) => coefficient === 0n)) continue;
    const into = first ? next : factor;
    body.push(...horner(into, index, polynomial), operation("mul", direct(into), direct(j + 1)));
    if (!first) body.push(operation("add", direct(next), direct(factor)));
    first = false;
  }
  const lead = polynomials[order]!;
  if (lead.slice(1).every((coefficient) => coefficient === 0n)) {
    if (lead[0] !== 1n) body.push(operation("div", direct(next), literal(lead[0]!)));
  } else body.push(...horner(factor, index, lead), operation("div", direct(next), direct(factor)));
  for (let j = 1; j < order; j++) body.push(operation("mov", direct(j), direct(j + 1)));
  body.push(operation("mov", direct(order), direct(next)));
  return {
    offset,
    operations: [
      ...addConstant(0, BigInt(-offset)),
      ...terms.slice(0, order).map((term, i) => operation("mov", direct(i + 1), literal(term))),
      operation("lpb", direct(0)),
      ...body,
      operation("add", direct(index), literal(1n)),
      operation("sub", direct(0), literal(1n)),
      loopEnd,
      operation("mov", direct(0), direct(1)),
    ],
  };
}
