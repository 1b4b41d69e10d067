// Terms that repeat, up to a constant step each time: a(n) = a(n−p) + c. A recurrence finds them too, but needs twice as
// many terms as it has coefficients; here two periods are enough.
import type { Program } from "../../language/program.ts";
import { recurrenceProgram } from "./recurrence.ts";

/** Terms beyond the first period that have to agree: as many again, and at least so many. */
const leastSurplus = 5;
const longestStart = 2;

export function fitPeriodic(terms: readonly bigint[], offset: number): Program | undefined {
  for (let start = 0; start <= longestStart; start++)
    for (let period = 1; start + period + Math.max(period, leastSurplus) <= terms.length; period++) {
      const step = terms[start + period]! - terms[start]!;
      let agrees = true;
      for (let n = start + period; n < terms.length && agrees; n++)
        agrees = terms[n]! - terms[n - period]! === step;
      if (!agrees) continue;
      // a(n) = a(n−p) + c, or without c: a(n) = a(n−1) + a(n−p) − a(n−p−1).
      const steady = step === 0n;
      const order = (steady ? period : period + 1) + start;
      const coefficients = new Array<bigint>(order).fill(0n);
      if (steady) coefficients[period - 1] = 1n;
      else {
        coefficients[0] = 1n;
        coefficients[period - 1]! += 1n;
        coefficients[period] = -1n;
      }
      if (order > terms.length) return undefined;
      return recurrenceProgram({ coefficients }, terms, offset);
    }
  return undefined;
}
