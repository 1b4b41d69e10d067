// From a formula in x to a graph of power series.
import {
  binary,
  call,
  type Expression,
  isNumber,
  num,
  partsOf,
  substitute,
  UnreadableFormula,
} from "../expression.ts";
import { rationalNumber } from "../real-value.ts";
import { constantTerm, type SeriesKind, type SeriesNode } from "./node.ts";
import { polynomialOf } from "./polynomial-of.ts";
import { monomial, productFactors } from "./terms.ts";

const one: SeriesNode = { kind: "polynomial", coefficients: [1n] };

/** What x and A(x) stand for. */
export interface SeriesScope {
  readonly kind: SeriesKind;
  /** Defaults to the variable itself. */
  readonly x?: SeriesNode;
  readonly self?: SeriesNode;
}

/** @throws UnreadableFormula */
export function buildSeries(expression: Expression, scope: SeriesScope): SeriesNode {
  if (scope.x === undefined) {
    const coefficients = polynomialOf(expression);
    if (coefficients) return { kind: "polynomial", coefficients };
  }
  switch (expression.kind) {
    case "number":
      return { kind: "polynomial", coefficients: [expression.value] };
    case "variable":
      if (expression.name === "x" && scope.x) return scope.x;
      if (expression.name === "e") return buildSeries(call("exp", num(1)), scope);
      throw new UnreadableFormula(`the variable ${expression.name}`);
    case "self":
      if (!scope.self || !(expression.index.kind === "variable" && expression.index.name === "x"))
        throw new UnreadableFormula("A of another argument");
      return scope.self;
    case "binary":
      return ofBinary(expression, scope);
    case "call":
      return ofCall(expression.name, expression.parts, scope);
    case "fold":
      return ofFold(expression, scope);
    default:
      throw new UnreadableFormula(`a ${expression.kind} in a series`);
  }
}

function ofBinary(
  { operator, left, right }: Expression & { kind: "binary" },
  scope: SeriesScope,
): SeriesNode {
  const of = (part: Expression) => buildSeries(part, scope);
  switch (operator) {
    case "+":
    case "-":
      return { kind: "sum", left: of(left), right: of(right), sign: operator === "+" ? 1 : -1 };
    case "*": {
      if (scope.x === undefined)
        for (const [factor, other] of [
          [left, right],
          [right, left],
        ] as const) {
          const coefficients = polynomialOf(factor);
          if (coefficients) return { kind: "polynomial", coefficients, of: of(other) };
        }
      return { kind: "product", left: of(left), right: of(right) };
    }
    case "/":
      return quotient(of(left), of(right));
    case "^":
      return power(left, right, scope);
    case "mod":
      throw new UnreadableFormula("a remainder of series");
  }
}

function quotient(left: SeriesNode, right: SeriesNode): SeriesNode {
  const lead = constantTerm(right);
  if (lead !== 1n && lead !== -1n) throw new UnreadableFormula("a divisor that does not begin with 1");
  return { kind: "quotient", left, right, lead: lead === 1n ? 1 : -1 };
}

function power(base: Expression, exponent: Expression, scope: SeriesScope): SeriesNode {
  if (base.kind === "variable" && base.name === "e") return ofCall("exp", [exponent], scope);
  const value = rationalNumber(exponent);
  if (!value) {
    // f^g = exp(g log f)
    return ofCall("exp", [binary("*", exponent, call("log", base))], scope);
  }
  const of = buildSeries(base, scope);
  if (constantTerm(of) === 1n) return { kind: "power", of, ...value };
  if (value.denominator !== 1n || value.numerator > 12n || value.numerator < -12n)
    throw new UnreadableFormula("a power of a series that does not begin with 1");
  const count = Number(value.numerator < 0n ? -value.numerator : value.numerator);
  let product: SeriesNode = one;
  for (let i = 0; i < count; i++) product = i === 0 ? of : { kind: "product", left: product, right: of };
  return value.numerator < 0n ? quotient(one, product) : product;
}

function ofCall(name: string, parts: readonly Expression[], scope: SeriesScope): SeriesNode {
  const [first] = parts;
  if (!first || parts.length !== 1) throw new UnreadableFormula(`${name} of ${parts.length} arguments`);
  if (name === "sqrt") return power(first, binary("/", num(1), num(2)), scope);
  const of = buildSeries(first, scope);
  const begins = constantTerm(of);
  if (name === "log") {
    if (begins !== 1n) throw new UnreadableFormula("a logarithm of a series that does not begin with 1");
    return { kind: "log", of };
  }
  if (begins !== 0n && begins !== undefined)
    throw new UnreadableFormula(`${name} of a series that does not begin with 0`);
  if (scope.kind === "ordinary" && (name !== "exp" || (of.kind === "polynomial" && !of.of)))
    throw new UnreadableFormula(`${name} has fractions as coefficients`);
  const sign = /h$/.test(name) ? 1 : -1;
  const even: SeriesNode & { kind: "even" | "odd" } = { kind: "even", of, sign };
  const odd: SeriesNode = { kind: "odd", of, sign, partner: even };
  even.partner = odd;
  switch (name) {
    case "exp":
      return { kind: "exp", of };
    case "cosh":
    case "cos":
      return even;
    case "sinh":
    case "sin":
      return odd;
    case "tan":
    case "tanh":
      return { kind: "quotient", left: odd, right: even, lead: 1 };
    case "sec":
    case "sech":
      return { kind: "quotient", left: one, right: even, lead: 1 };
    default:
      throw new UnreadableFormula(`the series of ${name}`);
  }
}

function ofFold(
  { by, variable, over, from, to, body }: Expression & { kind: "fold" },
  scope: SeriesScope,
): SeriesNode {
  const start = polynomialOf(from)?.[0];
  if (over !== "range" || !isInfinity(to) || start === undefined || scope.kind !== "ordinary" || scope.x)
    throw new UnreadableFormula("a finite sum of series");
  if (by === "product")
    return {
      kind: "infiniteProduct",
      variable,
      from: start,
      factors: productFactors(body, num(1)),
    };
  const { coefficient, exponent } = monomial(body);
  return { kind: "infiniteSum", variable, from: start, coefficient, exponent };
}

const isInfinity = (expression: Expression) =>
  expression.kind === "variable" && expression.name === "#infinity";

/** y with F(y) = x, for F = x·G: y = x·(1/G(y)). @throws UnreadableFormula */
export function reversion(expression: Expression, kind: SeriesKind): SeriesNode {
  const rest = withoutFactorX(expression);
  if (!rest) throw new UnreadableFormula("a reversion of a series without a factor x");
  const y: SeriesNode & { kind: "unknown" } = { kind: "unknown" };
  // y begins with 0: so much is known of it while G(y) is read.
  const start: SeriesNode = { kind: "polynomial", coefficients: [0n, 1n], of: y };
  const w: SeriesNode & { kind: "unknown" } = { kind: "unknown" };
  const of = buildSeries(rest, { kind, x: { kind: "polynomial", coefficients: [0n, 1n], of: w } });
  w.is = quotient(one, of);
  y.is = w;
  return start;
}

/** The other factor of x·G. */
function withoutFactorX(expression: Expression): Expression | undefined {
  if (expression.kind === "variable" && expression.name === "x") return num(1);
  if (expression.kind === "binary") {
    const { operator, left, right } = expression;
    if (operator === "*" || operator === "/") {
      const inner = withoutFactorX(left);
      if (inner) return binary(operator, inner, right);
      if (operator === "*") {
        const other = withoutFactorX(right);
        if (other) return binary("*", left, other);
      }
    }
    if (operator === "+" || operator === "-") {
      const [a, b] = [withoutFactorX(left), withoutFactorX(right)];
      if (a && b) return binary(operator, a, b);
      if (isNumber(left, 0n) && b) return binary("-", num(0), b);
    }
    if (operator === "^" && right.kind === "number" && right.value > 1n) {
      const inner = withoutFactorX(left);
      if (inner) return binary("*", inner, binary("^", left, num(right.value - 1n)));
    }
  }
  return undefined;
}

/** The formula with another letter of the variable. */
export function inX(expression: Expression): Expression {
  for (const name of ["q", "t", "z"])
    if ([...partsOf(expression)].some((part) => part.kind === "variable" && part.name === name))
      return substitute(expression, name, { kind: "variable", name: "x" });
  return expression;
}
