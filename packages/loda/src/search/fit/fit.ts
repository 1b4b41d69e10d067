// Programs from terms alone, by fitting: polynomials, linear recurrences, recurrences with polynomial coefficients.
import type { Program } from "../../language/program.ts";
import type { Value } from "../../number/value.ts";
import { findPolynomialRecurrence, polynomialRecurrenceProgram } from "./holonomic.ts";
import { fitPeriodic } from "./periodic.ts";
import { fitPolynomial } from "./polynomial.ts";
import { findRecurrence, recurrenceProgram } from "./recurrence.ts";

export type FitRoute = "polynomial" | "recurrence" | "polynomialRecurrence" | "periodic";

export interface Fit {
  readonly route: FitRoute;
  readonly program: Program;
}

/** Every fit that the terms allow, the simplest first. The caller runs them: a fit may fail beyond the terms. */
export function fitTerms(terms: readonly Value[], offset: number): Fit[] {
  const exact = terms.map(BigInt);
  const fits: Fit[] = [];
  const polynomial = fitPolynomial(exact, offset);
  if (polynomial) fits.push({ route: "polynomial", program: polynomial });
  const recurrence = findRecurrence(exact);
  if (recurrence) fits.push({ route: "recurrence", program: recurrenceProgram(recurrence, exact, offset) });
  const holonomic = findPolynomialRecurrence(exact);
  if (holonomic)
    fits.push({
      route: "polynomialRecurrence",
      program: polynomialRecurrenceProgram(holonomic, exact, offset),
    });
  const periodic = recurrence ? undefined : fitPeriodic(exact, offset);
  if (periodic) fits.push({ route: "periodic", program: periodic });
  return fits;
}
