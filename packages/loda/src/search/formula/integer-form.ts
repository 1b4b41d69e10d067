// Fractions out of the way: LODA divides integers, so a formula becomes one numerator over one denominator wherever an
// integer is needed, and the division comes last. n/2 + n/3 = (3n + 2n)/6.
import { binary, call, type Expression, isNumber, num, UnreadableFormula } from "./expression.ts";

interface Fraction {
  readonly numerator: Expression;
  readonly denominator: Expression;
}

const one = num(1);

/** The same value with divisions of integers only: `/` is exact or truncates, `floor` of two arguments rounds down. */
export function integerForm(expression: Expression): Expression {
  const { numerator, denominator } = fraction(expression);
  return isNumber(denominator, 1n) ? numerator : binary("/", numerator, denominator);
}

function fraction(expression: Expression): Fraction {
  switch (expression.kind) {
    case "number":
    case "variable":
      return { numerator: expression, denominator: one };
    case "sequence":
    case "self":
      return { numerator: { ...expression, index: integerForm(expression.index) }, denominator: one };
    case "fold":
      return {
        numerator: {
          ...expression,
          from: integerForm(expression.from),
          to: integerForm(expression.to),
          body: integerForm(expression.body),
        },
        denominator: one,
      };
    case "call":
      return { numerator: integerCall(expression.name, expression.parts), denominator: one };
    case "binary":
      return ofBinary(expression.operator, expression.left, expression.right);
  }
}

function ofBinary(
  operator: (Expression & { kind: "binary" })["operator"],
  leftPart: Expression,
  rightPart: Expression,
): Fraction {
  if (operator === "mod")
    return { numerator: binary("mod", integerForm(leftPart), integerForm(rightPart)), denominator: one };
  if (operator === "^") {
    const exponent = integerForm(rightPart);
    const { numerator, denominator } = fraction(leftPart);
    return {
      numerator: binary("^", numerator, exponent),
      denominator: isNumber(denominator, 1n) ? one : binary("^", denominator, exponent),
    };
  }
  const [left, right] = [fraction(leftPart), fraction(rightPart)];
  if (operator === "*")
    return {
      numerator: times(left.numerator, right.numerator),
      denominator: times(left.denominator, right.denominator),
    };
  if (operator === "/")
    return {
      numerator: times(left.numerator, right.denominator),
      denominator: times(left.denominator, right.numerator),
    };
  const same = JSON.stringify(keyOf(left.denominator)) === JSON.stringify(keyOf(right.denominator));
  if (same)
    return { numerator: binary(operator, left.numerator, right.numerator), denominator: left.denominator };
  return {
    numerator: binary(
      operator,
      times(left.numerator, right.denominator),
      times(right.numerator, left.denominator),
    ),
    denominator: times(left.denominator, right.denominator),
  };
}

/** bigints have no JSON. */
function keyOf(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );
}

function times(left: Expression, right: Expression): Expression {
  if (isNumber(left, 1n)) return right;
  if (isNumber(right, 1n)) return left;
  if (left.kind === "number" && right.kind === "number") return num(left.value * right.value);
  return binary("*", left, right);
}

/** floor(a/b) as a call with two arguments, and what rounds or takes roots on top of it. */
function integerCall(name: string, parts: readonly Expression[]): Expression {
  const [first] = parts;
  if (!first) throw new UnreadableFormula(`${name} without an argument`);
  switch (name) {
    case "floor": {
      if (first.kind === "call" && first.name === "sqrt") return call("sqrt", integerForm(first.parts[0]!));
      if (first.kind === "call" && /^log/.test(first.name))
        return call(first.name, integerForm(first.parts[0]!));
      const { numerator, denominator } = fraction(first);
      return isNumber(denominator, 1n) ? numerator : call("floor", numerator, denominator);
    }
    case "ceiling":
    case "ceil": {
      // −floor(−x)
      const { numerator, denominator } = fraction(first);
      if (isNumber(denominator, 1n)) return numerator;
      return binary("-", num(0), call("floor", binary("-", num(0), numerator), denominator));
    }
    case "round": {
      // floor((2a + b)/(2b))
      const { numerator, denominator } = fraction(first);
      if (isNumber(denominator, 1n)) return numerator;
      const twice = binary("+", times(num(2), numerator), denominator);
      return call("floor", twice, times(num(2), denominator));
    }
    case "sqrt":
    case "log_2":
    case "log2":
    case "log_10":
      throw new UnreadableFormula(`${name} is irrational outside of floor`);
    default:
      return call(name, ...parts.map(integerForm));
  }
}
