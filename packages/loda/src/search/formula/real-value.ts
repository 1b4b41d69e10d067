// Which formulas are real numbers, and about what they are.
import { type Expression, UnreadableFormula } from "./expression.ts";

/** Functions whose values are real, unless they stand in floor or the like. */
const realFunctions = new Set([
  "sqrt",
  "cbrt",
  "exp",
  "log",
  "ln",
  "log_2",
  "log2",
  "log_10",
  "sin",
  "cos",
  "tan",
  "cot",
  "sec",
  "csc",
  "sinh",
  "cosh",
  "tanh",
  "arctan",
  "arcsin",
  "arccos",
]);

export function isRealFunction(name: string): boolean {
  return realFunctions.has(name);
}

/** Whether a formula has values that are no fractions of integers: roots, logarithms, π and e. */
export function isReal(expression: Expression): boolean {
  switch (expression.kind) {
    case "number":
      return false;
    case "variable":
      return expression.name === "Pi" || expression.name === "e";
    case "binary":
      return (
        isReal(expression.left) ||
        isReal(expression.right) ||
        (expression.operator === "^" && rationalExponent(expression.right) !== undefined)
      );
    case "call":
      return (
        realFunctions.has(expression.name) || (expression.name === "abs" && isReal(expression.parts[0]!))
      );
    case "fold":
      return (
        isReal(expression.body) || (expression.to.kind === "variable" && expression.to.name === "#infinity")
      );
    case "sequence":
    case "self":
    case "factors":
    case "digits":
    case "nth":
      return false;
  }
}

/** a/b of an exponent like 1/3 or −3/2, in lowest terms; nothing for integers and for what is no number. */
export function rationalExponent(
  exponent: Expression,
): { readonly numerator: bigint; readonly denominator: bigint } | undefined {
  const value = rationalNumber(exponent);
  return value && value.denominator !== 1n ? value : undefined;
}

/** A number as a fraction in lowest terms; nothing if the formula is no number. */
export function rationalNumber(
  expression: Expression,
): { readonly numerator: bigint; readonly denominator: bigint } | undefined {
  if (expression.kind === "number") return { numerator: expression.value, denominator: 1n };
  if (expression.kind !== "binary") return undefined;
  const left = rationalNumber(expression.left);
  const right = rationalNumber(expression.right);
  if (!left || !right) return undefined;
  switch (expression.operator) {
    case "+":
    case "-": {
      const sign = expression.operator === "+" ? 1n : -1n;
      return lowest(
        left.numerator * right.denominator + sign * right.numerator * left.denominator,
        left.denominator * right.denominator,
      );
    }
    case "*":
      return lowest(left.numerator * right.numerator, left.denominator * right.denominator);
    case "/":
      return right.numerator === 0n
        ? undefined
        : lowest(left.numerator * right.denominator, left.denominator * right.numerator);
    default:
      return undefined;
  }
}

function lowest(numerator: bigint, denominator: bigint) {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  while (b > 0n) [a, b] = [b, a % b];
  const by = denominator < 0n ? -a : a;
  return { numerator: numerator / by, denominator: denominator / by };
}

const functions: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  log: Math.log,
  ln: Math.log,
  log_2: Math.log2,
  log2: Math.log2,
  log_10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  cot: (x) => 1 / Math.tan(x),
  sec: (x) => 1 / Math.cos(x),
  csc: (x) => 1 / Math.sin(x),
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  arctan: Math.atan,
  arcsin: Math.asin,
  arccos: Math.acos,
  abs: Math.abs,
};

const ofOperator = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
  "^": (a: number, b: number) => a ** b,
  mod: (a: number, b: number) => a % b,
} as const;

/** About the value of a formula without variables. @throws UnreadableFormula */
export function approximate(expression: Expression, values: Readonly<Record<string, number>> = {}): number {
  const of = (part: Expression) => approximate(part, values);
  switch (expression.kind) {
    case "number":
      return Number(expression.value);
    case "variable":
      if (Object.hasOwn(values, expression.name)) return values[expression.name]!;
      if (expression.name === "Pi") return Math.PI;
      if (expression.name === "e") return Math.E;
      throw new UnreadableFormula(`${expression.name} is no constant`);
    case "binary":
      return ofOperator[expression.operator](of(expression.left), of(expression.right));
    case "call": {
      const [first, second] = expression.parts;
      if (/^(?:log|ln)$/.test(expression.name) && second) return Math.log(of(first!)) / Math.log(of(second));
      if (expression.name === "factorial") return factorial(of(first!));
      const apply = functions[expression.name];
      if (!apply || !first) throw new UnreadableFormula(`the value of ${expression.name}`);
      return apply(of(first));
    }
    case "fold":
      return ofFold(expression, values);
    default:
      throw new UnreadableFormula(`the value of a ${expression.kind}`);
  }
}

/** Terms of a sum without end that are looked at, and how much each of them has to be below the last. */
const seriesTerms = 60;
const convergence = 0.6;

/** @throws UnreadableFormula for a sum without end whose terms do not fall like a geometric series */
function ofFold(
  { by, variable, from, to, body, over }: Expression & { kind: "fold" },
  values: Readonly<Record<string, number>>,
): number {
  const endless = to.kind === "variable" && to.name === "#infinity";
  const first = approximate(from, values);
  const last = endless ? first + seriesTerms : approximate(to, values);
  if (over !== "range" || last - first > 1000) throw new UnreadableFormula("the value of such a sum");
  const at = (k: number) => approximate(body, { ...values, [variable]: k });
  if (endless) {
    const [near, far] = [first + 20, first + 24].map((k) => Math.abs(at(k) - (by === "sum" ? 0 : 1)));
    if (!(far! <= near! * convergence ** 4)) throw new UnreadableFormula("a sum that converges slowly");
  }
  let result = by === "sum" ? 0 : 1;
  for (let k = first; k <= last; k++) {
    const value = at(k);
    if (!Number.isFinite(value)) break;
    result = by === "sum" ? result + value : result * value;
  }
  return result;
}

/** Whether a real formula has integers for its first few n, as far as can be seen. @throws UnreadableFormula */
export function seemsIntegral(formula: Expression): boolean {
  return [2, 3, 4, 5, 7].every((n) => {
    const value = approximate(formula, { n });
    return Math.abs(value - Math.round(value)) <= 1e-6 * Math.max(1, Math.abs(value));
  });
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
