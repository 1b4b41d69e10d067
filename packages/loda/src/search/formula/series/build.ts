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
import { constantTerm, type ProductFactor, type SeriesKind, type SeriesNode } from "./node.ts";

const maxDegree = 40;
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

/** (1 + c·x^m)^p and their products and quotients. */
function productFactors(body: Expression, exponent: Expression): ProductFactor[] {
  if (isNumber(body, 1n)) return [];
  if (body.kind !== "binary") throw new UnreadableFormula("an infinite product of this");
  const { operator, left, right } = body;
  switch (operator) {
    case "*":
      return [...productFactors(left, exponent), ...productFactors(right, exponent)];
    case "/":
      return [...productFactors(left, exponent), ...productFactors(right, binary("-", num(0), exponent))];
    case "^":
      if (mentionsX(right)) throw new UnreadableFormula("an exponent in x");
      return productFactors(left, binary("*", right, exponent));
    case "+":
    case "-": {
      if (!isNumber(left, 1n)) throw new UnreadableFormula("a factor that does not begin with 1");
      const { coefficient, exponent: of } = monomial(right);
      return [
        {
          factor: operator === "+" ? coefficient : binary("-", num(0), coefficient),
          exponent: of,
          power: exponent,
        },
      ];
    }
    case "mod":
      throw new UnreadableFormula("a remainder of series");
  }
}

/** c·x^m, where c and m are formulas without x. */
function monomial(body: Expression): { coefficient: Expression; exponent: Expression } {
  if (!mentionsX(body)) return { coefficient: body, exponent: num(0) };
  if (body.kind === "variable") return { coefficient: num(1), exponent: num(1) };
  if (body.kind === "binary") {
    const { operator, left, right } = body;
    if (operator === "*") {
      const [a, b] = [monomial(left), monomial(right)];
      return {
        coefficient: isNumber(a.coefficient, 1n)
          ? b.coefficient
          : isNumber(b.coefficient, 1n)
            ? a.coefficient
            : binary("*", a.coefficient, b.coefficient),
        exponent: isNumber(a.exponent, 0n)
          ? b.exponent
          : isNumber(b.exponent, 0n)
            ? a.exponent
            : binary("+", a.exponent, b.exponent),
      };
    }
    if (operator === "^" && !mentionsX(right)) {
      const base = monomial(left);
      return {
        coefficient: isNumber(base.coefficient, 1n) ? num(1) : binary("^", base.coefficient, right),
        exponent: isNumber(base.exponent, 1n) ? right : binary("*", base.exponent, right),
      };
    }
    if (operator === "-" && isNumber(left, 0n)) {
      const { coefficient, exponent } = monomial(right);
      return { coefficient: binary("-", num(0), coefficient), exponent };
    }
  }
  throw new UnreadableFormula("a term that is no power of x");
}

function mentionsX(expression: Expression): boolean {
  return [...partsOf(expression)].some((part) => part.kind === "variable" && part.name === "x");
}

/** The coefficients of a polynomial in x with integer coefficients, lowest first. */
export function polynomialOf(expression: Expression): bigint[] | undefined {
  switch (expression.kind) {
    case "number":
      return [expression.value];
    case "variable":
      return expression.name === "x" ? [0n, 1n] : undefined;
    case "binary": {
      const left = polynomialOf(expression.left);
      if (!left) return undefined;
      if (expression.operator === "^") {
        const { right } = expression;
        if (right.kind !== "number" || right.value * BigInt(left.length - 1) > BigInt(maxDegree))
          return undefined;
        if (right.value > 64n) return undefined;
        let result: bigint[] = [1n];
        for (let i = 0n; i < right.value; i++) result = times(result, left);
        return result;
      }
      const right = polynomialOf(expression.right);
      if (!right) return undefined;
      switch (expression.operator) {
        case "+":
          return plus(left, right, 1n);
        case "-":
          return plus(left, right, -1n);
        case "*":
          return left.length + right.length > maxDegree + 2 ? undefined : times(left, right);
        case "/": {
          const [by] = right;
          if (right.length > 1 || !by || left.some((c) => c % by !== 0n)) return undefined;
          return left.map((c) => c / by);
        }
        default:
          return undefined;
      }
    }
    default:
      return undefined;
  }
}

function plus(a: readonly bigint[], b: readonly bigint[], sign: bigint): bigint[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0n) + sign * (b[i] ?? 0n));
}

function times(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const product = new Array<bigint>(a.length + b.length - 1).fill(0n);
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries()) product[i + j] = product[i + j]! + x * y;
  return product;
}

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
