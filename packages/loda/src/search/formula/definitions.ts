// Functions that descriptions name, by what they are in terms of others.
import {
  binary,
  call,
  type Expression,
  factors,
  not,
  nth,
  num,
  sumOver,
  UnreadableFormula,
  variable,
} from "./expression.ts";
import type { LinearRecurrence } from "./number-loops.ts";

/** Functions of one argument that are sequences of the catalogue: their programs are called where they are at hand. */
export const namedSequences: Readonly<Record<string, number>> = {
  prime: 40,
  fibonacci: 45,
  lucas: 32,
  phi: 10,
  sigma: 203,
  sigma_0: 5,
  sigma_1: 203,
  sigma_2: 1157,
  tau: 5,
  primepi: 720,
  mu: 8683,
  omega: 1221,
  bigomega: 1222,
  bell: 110,
  pell: 129,
  catalan: 108,
  rad: 7947,
  gpf: 6530,
  lpf: 20639,
  composite: 2808,
  sopfr: 1414,
  sopf: 8472,
  isprime: 10051,
};

export const linearRecurrences: Readonly<Record<string, LinearRecurrence>> = {
  fibonacci: { start: [0, 1], factor: 1, back: 1 },
  lucas: { start: [2, 1], factor: 1, back: 1 },
  pell: { start: [0, 1], factor: 2, back: 1 },
  jacobsthal: { start: [0, 1], factor: 1, back: 2 },
};

const p = variable("p");
const e = variable("e");
/** A name that no description can use. */
const inner = "#k";
const k = variable(inner);

const plus = (left: Expression, right: Expression | number) => binary("+", left, asNumber(right));
const minus = (left: Expression, right: Expression | number) => binary("-", left, asNumber(right));
const times = (left: Expression, right: Expression) => binary("*", left, right);
const power = (base: Expression | number, exponent: Expression) => binary("^", asNumber(base), exponent);
const asNumber = (value: Expression | number) => (typeof value === "number" ? num(value) : value);

/** Σ d^k = Π (p^(k(e+1)) − 1)/(p^k − 1) */
function divisorPowers(n: Expression, exponent: bigint): Expression {
  if (exponent === 0n) return factors("product", n, plus(e, 1));
  const step = power(p, num(exponent));
  return factors("product", n, binary("/", minus(power(step, plus(e, 1)), 1), minus(step, 1)));
}

const definitions: Readonly<Record<string, (...parts: Expression[]) => Expression>> = {
  tau: (n) => divisorPowers(n, 0n),
  sigma_0: (n) => divisorPowers(n, 0n),
  sigma_1: (n) => divisorPowers(n, 1n),
  sigma_2: (n) => divisorPowers(n, 2n),
  sigma_3: (n) => divisorPowers(n, 3n),
  phi: (n) => factors("product", n, times(minus(p, 1), power(p, minus(e, 1)))),
  psi: (n) => factors("product", n, times(plus(p, 1), power(p, minus(e, 1)))),
  mu: (n) => factors("product", n, minus(num(0), call("equ", e, num(1)))),
  liouville: (n) => factors("product", n, power(-1, e)),
  rad: (n) => factors("product", n, p),
  core: (n) => factors("product", n, power(p, binary("mod", e, num(2)))),
  usigma: (n) => factors("product", n, plus(power(p, e), 1)),
  omega: (n) => factors("sum", n, num(1)),
  bigomega: (n) => factors("sum", n, e),
  sopfr: (n) => factors("sum", n, times(p, e)),
  sopf: (n) => factors("sum", n, p),
  gpf: (n) => factors("max", n, p),
  lpf: (n) => factors("min", n, p),
  prime: (n) => nth(inner, num(2), n, call("isprime", k)),
  composite: (n) => nth(inner, num(4), n, not(call("isprime", k))),
  primepi: (n) => sumOver("sum", inner, num(2), n, call("isprime", k)),
  isnonprime: (n) => not(call("isprime", n)),
  issquarefree: (n) => call("equ", call("rad", n), n),
  issemiprime: (n) => call("equ", call("bigomega", n), num(2)),
  issquare: (n) => call("equ", power(call("sqrt", call("max", n, num(0))), num(2)), n),
  istriangular: (n) => call("issquare", plus(times(num(8), n), 1)),
  iseven: (n) => call("equ", binary("mod", n, num(2)), num(0)),
  isodd: (n) => call("neq", binary("mod", n, num(2)), num(0)),
  ispalindrome: (n) => call("equ", call("reverse", n, num(10)), n),
  catalan: (n) => binary("/", call("binomial", times(num(2), n), n), plus(n, 1)),
  stirling2: (n, m) =>
    binary(
      "/",
      sumOver(
        "sum",
        inner,
        num(0),
        m!,
        times(times(power(-1, minus(m!, k)), call("binomial", m!, k)), power(k, n!)),
      ),
      call("factorial", m!),
    ),
  eulerian: (n, m) =>
    sumOver(
      "sum",
      inner,
      num(0),
      m!,
      times(times(power(-1, k), call("binomial", plus(n!, 1), k)), power(minus(plus(m!, 1), k), n!)),
    ),
  digsum: (n) => call("dgs", n, num(10)),
  wt: (n) => call("dgs", n, num(2)),
  triangular: (n) => binary("/", times(n, plus(n, 1)), num(2)),
  polygonal: (sides, n) =>
    binary("/", minus(times(minus(sides!, 2), power(n!, num(2))), times(minus(sides!, 4), n!)), num(2)),
};

/** What a function is; nothing if it is not defined by others. @throws UnreadableFormula if parts are missing */
export function definitionOf(name: string, parts: readonly Expression[]): Expression | undefined {
  // sigma(k, n) and sigma(n, k) are both in use; a number is the exponent.
  if (name === "sigma") {
    const exponent = parts.length === 2 ? parts.find((part) => part.kind === "number") : num(1);
    const of = parts.find((part) => part !== exponent);
    if (exponent?.kind !== "number" || exponent.value < 0n || !of)
      throw new UnreadableFormula("sigma of these arguments");
    return divisorPowers(of, exponent.value);
  }
  const define = definitions[name];
  if (!define) return undefined;
  if (parts.length < define.length) throw new UnreadableFormula(`${name} of ${parts.length} arguments`);
  return define(...parts);
}

/** Whether a name is a function of number theory, sums or digits. */
export function isDefined(name: string): boolean {
  return (
    Object.hasOwn(definitions, name) ||
    Object.hasOwn(namedSequences, name) ||
    Object.hasOwn(linearRecurrences, name)
  );
}
