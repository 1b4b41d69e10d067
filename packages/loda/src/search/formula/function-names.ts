// The names that functions have in formulas.
import { isDefined } from "./definitions.ts";
import { isRealFunction } from "./real-value.ts";

/** Functions that are not defined by others; any other name of one letter is a variable. */
const functions = new Set([
  "floor",
  "ceiling",
  "round",
  "binomial",
  "gcd",
  "lcm",
  "min",
  "max",
  "abs",
  "reverse",
  "numerator",
  "denominator",
]);

/** Other spellings. */
const aliases: Readonly<Record<string, string>> = {
  ceil: "ceiling",
  ln: "log",
  atan: "arctan",
  asin: "arcsin",
  acos: "arccos",
  fib: "fibonacci",
  stirlings2: "stirling2",
  numdiv: "tau",
  eulerphi: "phi",
  moebius: "mu",
  mobius: "mu",
  digitsum: "digsum",
  sod: "digsum",
  lambda: "liouville",
};

export function isFunction(name: string): boolean {
  return functions.has(name) || isDefined(name) || isRealFunction(name);
}

/** The name of a function as it is looked up. Omega counts prime factors with multiplicity, omega without. */
export function meaningOf(name: string): string {
  if (name === "Omega") return "bigomega";
  const lower = name.toLowerCase();
  return aliases[lower] ?? lower;
}
