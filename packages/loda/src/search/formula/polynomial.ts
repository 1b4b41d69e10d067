// Polynomials with integer coefficients, lowest first, and the sequences that their quotients are.
import type { Program } from "../../language/program.ts";
import { recurrenceProgram } from "../fit/recurrence.ts";

export type Polynomial = readonly bigint[];

/** Φ_m, and (1 − x^m)/Φ_m up to the sign that makes Φ_m·cofactor = 1 − x^m. */
export function cyclotomic(order: number): { polynomial: Polynomial; cofactor: Polynomial } {
  // Φ_m = Π_{d|m} (1 − x^d)^μ(m/d) up to sign
  let polynomial: bigint[] = [1n];
  for (let d = 1; d <= order; d++) {
    if (order % d !== 0) continue;
    if (moebius(order / d) === 1) polynomial = timesOneMinus(polynomial, d);
  }
  for (let d = 1; d <= order; d++) {
    if (order % d !== 0) continue;
    if (moebius(order / d) === -1) polynomial = overOneMinus(polynomial, d);
  }
  const cofactor = divide([1n, ...new Array<bigint>(order - 1).fill(0n), -1n], polynomial);
  // Φ_1 is x − 1, not 1 − x.
  return order === 1 ? { polynomial: [-1n, 1n], cofactor: [-1n] } : { polynomial, cofactor };
}

function moebius(n: number): number {
  let result = 1;
  for (let p = 2, rest = n; rest > 1; p++) {
    if (rest % p !== 0) continue;
    rest /= p;
    if (rest % p === 0) return 0;
    result = -result;
  }
  return result;
}

function timesOneMinus(a: readonly bigint[], d: number): bigint[] {
  return Array.from({ length: a.length + d }, (_, i) => (a[i] ?? 0n) - (a[i - d] ?? 0n));
}

/** Exact division by 1 − x^d. */
function overOneMinus(a: readonly bigint[], d: number): bigint[] {
  const quotient: bigint[] = [];
  for (let i = 0; i < a.length - d; i++) quotient.push(a[i]! + (quotient[i - d] ?? 0n));
  return quotient;
}

/** Exact division by a polynomial whose lowest coefficient is ±1. */
function divide(a: Polynomial, by: Polynomial): Polynomial {
  const quotient: bigint[] = [];
  for (let i = 0; i <= a.length - by.length; i++) {
    let value = a[i] ?? 0n;
    for (let j = 1; j <= i && j < by.length; j++) value -= by[j]! * quotient[i - j]!;
    quotient.push(value * by[0]!);
  }
  return quotient;
}

/** The coefficients of a polynomial, or of it over 1 − x^period. */
export function quotientProgram(polynomial: Polynomial, period: number | undefined, offset: number): Program {
  const order = Math.max(polynomial.length, period ?? 1);
  const terms = Array.from({ length: order }, (_, i) => polynomial[i] ?? 0n);
  const coefficients = terms.map((_, i) => (period !== undefined && i === period - 1 ? 1n : 0n));
  return recurrenceProgram({ coefficients }, terms, offset);
}
