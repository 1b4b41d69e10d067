/**
 * Inverse semantics of arithmetic: is a wanted number a·x + b of a known one? Finds conversions (°C to °F, kilometres to
 * miles, cents to dollars, percentages) whose constants no enumeration would reach.
 */
import { call, constant, type Expression } from "../language/expression.ts";
import { operatorNamed } from "../language/operators/index.ts";
import { roundTo } from "../language/operators/numbers.ts";

export interface Fit {
  readonly expression: Expression;
  readonly values: readonly number[];
  /** Added to the cost of x. */
  readonly cost: number;
}

/** Factors between units that people write to this many digits. */
const FACTORS = [
  1.609344, 1.60934, 1.609, 0.621371, 0.6213711922, 2.54, 0.393701, 30.48, 0.3048, 3.28084, 0.9144, 1.09361,
  0.453592, 0.45359237, 2.20462, 2.205, 28.3495, 28.35, 3.78541, 0.264172, 4.184, 4.54609, 0.514444, 1.852,
  6.35029, 273.15, 3.6, 1024, 3600, 86400, 1440,
];

const number = (value: number): Expression => constant(value, "num");
const times = (x: Expression, factor: number): Expression => {
  if (factor === 1) return x;
  const inverse = 1 / factor;
  if (Math.abs(factor) < 1 && Math.abs(inverse - Math.round(inverse)) < 1e-9) {
    return call(operatorNamed("divide"), "num", [x, number(Math.round(inverse))]);
  }
  return call(operatorNamed("multiply"), "num", [x, number(factor)]);
};
const plus = (x: Expression, offset: number): Expression =>
  offset === 0
    ? x
    : offset > 0
      ? call(operatorNamed("add"), "num", [x, number(offset)])
      : call(operatorNamed("subtract"), "num", [x, number(-offset)]);

/** The decimals that the numbers are written with. */
export const decimalsOf = (values: readonly number[]): number =>
  Math.max(...values.map((value) => /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0));

/** How many digits a constant needs; more than five are no accident only if a table has it. */
function digits(value: number): number {
  const text = String(Number(value.toPrecision(12)))
    .replace(/^-/, "")
    .replace(/^0\.0*|0+$|\./g, "");
  return text.length;
}

const clean = (value: number): number => Number(value.toPrecision(10));

/**
 * @param decimals places that the wanted numbers are rounded to: 0 asks for exact equality or rounding to integers
 * @returns a fit that reproduces every wanted number, or undefined
 */
export function fitAffine(
  x: Expression,
  xs: readonly number[],
  wanted: readonly number[],
  decimals: number,
): Fit | undefined {
  const second = xs.findIndex((value) => value !== xs[0]);
  if (second === -1) return undefined;
  // Wide apart, so that rounding disturbs the slope least.
  let [low, high] = [0, second];
  xs.forEach((value, at) => {
    if (value < xs[low]!) low = at;
    if (value > xs[high]!) high = at;
  });
  const slope = (wanted[high]! - wanted[low]!) / (xs[high]! - xs[low]!);
  if (slope === 0 || !Number.isFinite(slope)) return undefined;
  const offset = wanted[low]! - slope * xs[low]!;
  const exact: [number, number][] = [[clean(slope), clean(offset)]];
  const near = 1.01 / 10 ** decimals / Math.abs(xs[high]! - xs[low]!);
  for (const factor of [...FACTORS, 1.8, 5 / 9, 1 / 60, 1 / 3600, 1 / 12, 1 / 24, 1 / 7, 1 / 3, 1 / 1024]) {
    if (Math.abs(factor - slope) <= near * 2) {
      exact.push(
        [factor, 0],
        [
          factor,
          Math.abs(factor - 5 / 9) < 1e-12
            ? -160 / 9
            : clean(Math.round((wanted[low]! - factor * xs[low]!) * 100) / 100),
        ],
      );
    }
  }
  for (const places of [0, 1, 2, 3]) {
    const rounded = roundTo(slope, places);
    if (rounded !== 0 && Math.abs(rounded - slope) <= near) {
      exact.push([rounded, roundTo(wanted[low]! - rounded * xs[low]!, Math.min(places, 2))]);
      exact.push([rounded, 0]);
    }
  }
  for (const [a, b] of exact) {
    const fit = check(x, xs, wanted, decimals, a, b);
    if (fit) return fit;
  }
  return undefined;
}

function check(
  x: Expression,
  xs: readonly number[],
  wanted: readonly number[],
  decimals: number,
  a: number,
  b: number,
): Fit | undefined {
  const inTable = FACTORS.some((factor) => Math.abs(factor - a) < 1e-12);
  // A factor between units comes without an offset.
  if (inTable && b !== 0 && a !== 273.15) return undefined;
  const fahrenheit = Math.abs(a - 5 / 9) < 1e-12 && Math.abs(b + 160 / 9) < 1e-9;
  const fraction = Math.abs(1 / a - Math.round(1 / a)) < 1e-9;
  if (!inTable && !fahrenheit && !fraction && digits(a) > 5) return undefined;
  if (!fahrenheit && digits(b) > 6) return undefined;
  const raw = xs.map((value) => a * value + b);
  const exact = raw.every(
    (value, at) => Math.abs(value - wanted[at]!) <= 1e-9 * Math.max(1, Math.abs(value)),
  );
  const rounded = !exact && raw.every((value, at) => Math.abs(roundTo(value, decimals) - wanted[at]!) < 1e-9);
  if (!exact && !rounded) return undefined;
  // Two points always lie on a line: that alone is no evidence.
  if (new Set(xs).size < 3 && digits(a) + (b === 0 ? 0 : digits(b)) > 2 && !inTable && !fahrenheit)
    return undefined;
  const line = fahrenheit
    ? call(operatorNamed("divide"), "num", [
        call(operatorNamed("multiply"), "num", [plus(x, -32), number(5)]),
        number(9),
      ])
    : plus(times(x, a), b);
  const expression = exact ? line : call(operatorNamed("round"), "num", [line, number(decimals)]);
  return {
    expression,
    values: wanted,
    cost:
      4 +
      (inTable || fahrenheit ? 2 : (a === 1 ? 0 : digits(a)) + (b === 0 ? 0 : 1 + digits(b))) +
      (exact ? 0 : 3),
  };
}
