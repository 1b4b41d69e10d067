// Small pieces of programs that the fits are put together from.
import { constant, direct, type Operation, operation } from "../../language/program.ts";
import { toValue } from "../../number/value.ts";

export function literal(x: bigint) {
  return constant(toValue(x));
}

/** `$cell := $cell + x`, nothing for 0. */
export function addConstant(cell: number, x: bigint): Operation[] {
  if (x === 0n) return [];
  return [x > 0n ? operation("add", direct(cell), literal(x)) : operation("sub", direct(cell), literal(-x))];
}

/** `$into := p($at)` by Horner's rule; the coefficients come lowest first. */
export function horner(into: number, at: number, coefficients: readonly bigint[]): Operation[] {
  const highest = coefficients.findLastIndex((coefficient) => coefficient !== 0n);
  if (highest < 0) return [operation("mov", direct(into), constant(0))];
  const lead = coefficients[highest]!;
  const lines =
    highest > 0 && lead === 1n
      ? [operation("mov", direct(into), direct(at)), ...addConstant(into, coefficients[highest - 1]!)]
      : [operation("mov", direct(into), literal(lead))];
  for (let i = highest - (highest > 0 && lead === 1n ? 2 : 1); i >= 0; i--)
    lines.push(operation("mul", direct(into), direct(at)), ...addConstant(into, coefficients[i]!));
  return lines;
}

export const loopEnd = operation("lpe", constant(0), constant(0));
