// Linear recurrences with constant coefficients, which is to say rational generating functions:
// a(n) = c_1·a(n−1) + … + c_k·a(n−k).
import { direct, type Operation, operation, type Program } from "../../language/program.ts";
import { addConstant, literal, loopEnd } from "./assemble.ts";
import { inverse, modulo, prime, rational } from "./modular.ts";
import { surplusTerms } from "./polynomial.ts";

export interface LinearRecurrence {
  /** c_1, c_2, …; trailing zeros make room for terms that do not follow the recurrence. */
  readonly coefficients: readonly bigint[];
}

/** First terms that may stand outside the recurrence. */
const maxPreperiod = 3;

/**
 * The shortest recurrence with integer coefficients that the terms satisfy, after a preperiod if need be. Found by the
 * Berlekamp–Massey algorithm modulo a large prime, then checked exactly on every term.
 */
export function findRecurrence(terms: readonly bigint[]): LinearRecurrence | undefined {
  for (let preperiod = 0; preperiod <= maxPreperiod; preperiod++) {
    const tail = terms.slice(preperiod);
    const found = berlekampMassey(tail);
    if (found.length === 0 || 2 * found.length + surplusTerms + preperiod > tail.length) continue;
    const lifted = found.map(rational);
    if (lifted.some((fraction) => fraction?.denominator !== 1n)) continue;
    const coefficients = [
      ...lifted.map((fraction) => fraction!.numerator),
      ...new Array<bigint>(preperiod).fill(0n),
    ];
    if (satisfies(terms, coefficients)) return { coefficients };
  }
  return undefined;
}

function satisfies(terms: readonly bigint[], coefficients: readonly bigint[]): boolean {
  for (let n = coefficients.length; n < terms.length; n++) {
    let sum = 0n;
    for (const [i, coefficient] of coefficients.entries()) sum += coefficient * terms[n - 1 - i]!;
    if (sum !== terms[n]) return false;
  }
  return true;
}

/** @see Massey 1969, "Shift-register synthesis and BCH decoding" */
function berlekampMassey(terms: readonly bigint[]): bigint[] {
  let current: bigint[] = [];
  let previous: bigint[] = [];
  let failedAt = -1;
  let failure = 0n;
  for (const [n, term] of terms.entries()) {
    let predicted = 0n;
    for (const [i, coefficient] of current.entries()) predicted += coefficient * modulo(terms[n - 1 - i]!);
    const difference = modulo(term - predicted);
    if (difference === 0n) continue;
    if (failedAt < 0) {
      current = new Array<bigint>(n + 1).fill(0n);
      failedAt = n;
      failure = difference;
      continue;
    }
    const scale = (difference * inverse(failure)) % prime;
    const correction = [
      ...new Array<bigint>(n - failedAt - 1).fill(0n),
      scale,
      ...previous.map((c) => modulo(-scale * c)),
    ];
    const next = Array.from({ length: Math.max(current.length, correction.length) }, (_, i) =>
      modulo((current[i] ?? 0n) + (correction[i] ?? 0n)),
    );
    if (n - current.length >= failedAt - previous.length) {
      previous = current;
      failedAt = n;
      failure = difference;
    }
    current = next;
  }
  return current;
}

/**
 * The program of a recurrence: the last k terms in a window that rotates, one round a term.
 * The oldest term becomes c_k times itself, moves to the end, and the other products are added to it.
 */
export function recurrenceProgram(
  { coefficients }: LinearRecurrence,
  terms: readonly bigint[],
  offset: number,
): Program {
  const order = coefficients.length;
  const scratch = order + 1;
  const body: Operation[] = [];
  const oldest = coefficients[order - 1]!;
  if (oldest !== 1n) body.push(operation("mul", direct(1), literal(oldest)));
  if (order > 1) body.push(operation("rol", direct(1), literal(BigInt(order))));
  for (const [i, coefficient] of coefficients.slice(0, -1).entries()) {
    if (coefficient === 0n) continue;
    const cell = order - 1 - i;
    if (coefficient === 1n) body.push(operation("add", direct(order), direct(cell)));
    else if (coefficient === -1n) body.push(operation("sub", direct(order), direct(cell)));
    else
      body.push(
        operation("mov", direct(scratch), direct(cell)),
        operation("mul", direct(scratch), literal(coefficient)),
        operation("add", direct(order), direct(scratch)),
      );
  }
  return {
    offset,
    operations: [
      ...addConstant(0, BigInt(-offset)),
      ...terms.slice(0, order).map((term, i) => operation("mov", direct(i + 1), literal(term))),
      operation("lpb", direct(0)),
      ...body,
      operation("sub", direct(0), literal(1n)),
      loopEnd,
      operation("mov", direct(0), direct(1)),
    ],
  };
}
