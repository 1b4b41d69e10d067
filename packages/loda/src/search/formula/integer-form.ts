// Fractions out of the way: LODA divides integers, so a formula becomes one numerator over one denominator wherever an
// integer is needed, and the division comes last. n/2 + n/3 = (3n + 2n)/6.
import { binary, call, type Expression, isNumber, num, UnreadableFormula } from "./expression.ts";
import { isReal } from "./real-value.ts";

export interface Fraction {
  readonly numerator: Expression;
  readonly denominator: Expression;
}

const one = num(1);

/** The same value with divisions of integers only: `/` is exact or truncates, `floor` of two arguments rounds down. */
export function integerForm(expression: Expression): Expression {
  const { numerator, denominator } = fraction(expression);
  return isNumber(denominator, 1n) ? numerator : binary("/", numerator, denominator);
}

/** The value as one numerator over one denominator. @throws UnreadableFormula */
export function fraction(expression: Expression): Fraction {
  switch (expression.kind) {
    case "number":
    case "variable":
      return { numerator: expression, denominator: one };
    case "sequence":
    case "self":
      return { numerator: { ...expression, index: integerForm(expression.index) }, denominator: one };
    case "fold":
      return ofFold(expression);
    case "factors":
      return {
        numerator: { ...expression, of: integerForm(expression.of), body: integerForm(expression.body) },
        denominator: one,
      };
    case "digits":
      return {
        numerator: {
          ...expression,
          of: integerForm(expression.of),
          base: integerForm(expression.base),
          body: integerForm(expression.body),
        },
        denominator: one,
      };
    case "nth":
      return {
        numerator: {
          ...expression,
          from: integerForm(expression.from),
          index: integerForm(expression.index),
          condition: integerForm(expression.condition),
        },
        denominator: one,
      };
    case "call":
      return { numerator: integerCall(expression.name, expression.parts), denominator: one };
    case "binary":
      return ofBinary(expression.operator, expression.left, expression.right);
  }
}

function ofFold(expression: Expression & { kind: "fold" }): Fraction {
  const body = fraction(expression.body);
  const whole = {
    ...expression,
    from: integerForm(expression.from),
    to: integerForm(expression.to),
    body: body.numerator,
  };
  if (isNumber(body.denominator, 1n)) return { numerator: whole, denominator: one };
  const over = { ...whole, under: body.denominator };
  return { numerator: { ...over, part: "numerator" }, denominator: { ...over, part: "denominator" } };
}

function ofBinary(
  operator: (Expression & { kind: "binary" })["operator"],
  leftPart: Expression,
  rightPart: Expression,
): Fraction {
  if (operator === "mod")
    return { numerator: binary("mod", integerForm(leftPart), integerForm(rightPart)), denominator: one };
  if (operator === "^") {
    const { numerator, denominator } = fraction(leftPart);
    if (
      rightPart.kind === "binary" &&
      rightPart.operator === "-" &&
      rightPart.right.kind === "number" &&
      numerator.kind === "number" &&
      numerator.value !== 0n &&
      isNumber(denominator, 1n)
    )
      // 2^(n−3) = 2^n/2^3 also where the exponent is negative.
      return {
        numerator: binary("^", numerator, integerForm(rightPart.left)),
        denominator: num(numerator.value ** rightPart.right.value),
      };
    const exponent = integerForm(rightPart);
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
      if (first.kind === "call" && first.name === "sqrt" && !isReal(first.parts[0]!))
        return call("sqrt", call("max", num(0), floorForm(first.parts[0]!)));
      if (first.kind === "call" && /^log_?(?:2|10)$/.test(first.name) && !isReal(first.parts[0]!))
        return call(first.name, integerForm(first.parts[0]!));
      if (isReal(first)) return call("floorOfReal", first);
      const { numerator, denominator } = fraction(first);
      return isNumber(denominator, 1n) ? numerator : call("floor", numerator, denominator);
    }
    case "ceiling":
    case "ceil": {
      if (isReal(first)) return binary("-", num(0), call("floorOfReal", binary("-", num(0), first)));
      // −floor(−x)
      const { numerator, denominator } = fraction(first);
      if (isNumber(denominator, 1n)) return numerator;
      return binary("-", num(0), call("floor", binary("-", num(0), numerator), denominator));
    }
    case "round": {
      if (isReal(first)) return call("floorOfReal", binary("+", first, binary("/", num(1), num(2))));
      // floor((2a + b)/(2b))
      const { numerator, denominator } = fraction(first);
      if (isNumber(denominator, 1n)) return numerator;
      const twice = binary("+", times(num(2), numerator), denominator);
      return call("floor", twice, times(num(2), denominator));
    }
    case "numerator":
    case "denominator": {
      const value = fraction(first);
      const common = call("gcd", value.numerator, value.denominator);
      const part = name === "numerator" ? value.numerator : value.denominator;
      return binary("/", part, call("max", common, num(1)));
    }
    case "sqrt":
    case "floorOfReal":
      // Made by this function and by definitions: the integer root, and what has its form already.
      return call(name, ...(name === "sqrt" ? parts.map(integerForm) : parts));
    default:
      return call(name, ...parts.map(integerForm));
  }
}

/** floor of a fraction: the root of a fraction is cut off at the root of that. */
function floorForm(expression: Expression): Expression {
  const { numerator, denominator } = fraction(expression);
  return isNumber(denominator, 1n) ? numerator : call("floor", numerator, denominator);
}
