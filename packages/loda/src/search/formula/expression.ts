// Formulas as they stand in descriptions of sequences, as a tree.

export type Expression =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "variable"; readonly name: string }
  | {
      readonly kind: "binary";
      readonly operator: "+" | "-" | "*" | "/" | "^" | "mod";
      readonly left: Expression;
      readonly right: Expression;
    }
  /** A function by its name, `n!` as `factorial`. */
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Expression[] }
  /** A000045(n−1) */
  | { readonly kind: "sequence"; readonly id: number; readonly index: Expression }
  /** a(n−1) in the formula of a(n) */
  | { readonly kind: "self"; readonly index: Expression }
  | {
      readonly kind: "fold";
      readonly by: "sum" | "product";
      readonly variable: string;
      /** Over `from … to`, or over the divisors of `to`. */
      readonly over: "range" | "divisors";
      readonly from: Expression;
      readonly to: Expression;
      readonly body: Expression;
      /** A body over this denominator; then the fold is the numerator or the denominator of the whole, in lowest terms. */
      readonly under?: Expression;
      readonly part?: "numerator" | "denominator";
    }
  /** Over the prime powers p^e that exactly divide a number; the body speaks of `p` and `e`. */
  | {
      readonly kind: "factors";
      readonly by: "sum" | "product" | "max" | "min";
      readonly of: Expression;
      readonly body: Expression;
    }
  /** The sum over the digits of a number; the body speaks of the digit `d` and its place `i`, counted from the right. */
  | {
      readonly kind: "digits";
      readonly of: Expression;
      readonly base: Expression;
      readonly body: Expression;
    }
  /** The `index`-th number from `from` on for which the condition is 1, counted from 1. */
  | {
      readonly kind: "nth";
      readonly variable: string;
      readonly from: Expression;
      readonly index: Expression;
      readonly condition: Expression;
    };

/** The text is no formula, or none that can be computed. */
export class UnreadableFormula extends Error {
  override readonly name = "UnreadableFormula";
}

export const num = (value: bigint | number): Expression => ({ kind: "number", value: BigInt(value) });
export const variable = (name: string): Expression => ({ kind: "variable", name });
export const binary = (
  operator: "+" | "-" | "*" | "/" | "^" | "mod",
  left: Expression,
  right: Expression,
): Expression => ({ kind: "binary", operator, left, right });
export const call = (name: string, ...parts: Expression[]): Expression => ({ kind: "call", name, parts });

/** The upper bound of sums without end, which only series have. */
export const infinity: Expression = { kind: "variable", name: "#infinity" };

export const sumOver = (
  by: "sum" | "product",
  name: string,
  from: Expression,
  to: Expression,
  body: Expression,
): Expression => ({ kind: "fold", by, variable: name, over: "range", from, to, body });

export const factors = (
  by: "sum" | "product" | "max" | "min",
  of: Expression,
  body: Expression,
): Expression => ({
  kind: "factors",
  by,
  of,
  body,
});

/** How often a digit stands in a number. */
export const digitCount = (of: Expression, base: Expression, digit: Expression): Expression => ({
  kind: "digits",
  of,
  base,
  body: call("equ", variable("d"), digit),
});

export const nth = (
  name: string,
  from: Expression,
  index: Expression,
  condition: Expression,
): Expression => ({
  kind: "nth",
  variable: name,
  from,
  index,
  condition,
});

/** 1 if all conditions are 1. */
export const all = (...conditions: readonly Expression[]): Expression =>
  conditions.length === 0 ? num(1) : conditions.reduce((a, b) => binary("*", a, b));

export const not = (condition: Expression): Expression => binary("-", num(1), condition);

export function isNumber(expression: Expression, value?: bigint): boolean {
  return expression.kind === "number" && (value === undefined || expression.value === value);
}

/** The expression with another one in the place of a variable. */
export function substitute(expression: Expression, name: string, by: Expression): Expression {
  const inside = (each: Expression) => substitute(each, name, by);
  switch (expression.kind) {
    case "number":
      return expression;
    case "variable":
      return expression.name === name ? by : expression;
    case "binary":
      return { ...expression, left: inside(expression.left), right: inside(expression.right) };
    case "call":
      return { ...expression, parts: expression.parts.map(inside) };
    case "sequence":
    case "self":
      return { ...expression, index: inside(expression.index) };
    case "fold":
      return {
        ...expression,
        from: inside(expression.from),
        to: inside(expression.to),
        body: expression.variable === name ? expression.body : inside(expression.body),
        ...(expression.under === undefined
          ? {}
          : { under: expression.variable === name ? expression.under : inside(expression.under) }),
      };
    case "factors":
      return {
        ...expression,
        of: inside(expression.of),
        body: name === "p" || name === "e" ? expression.body : inside(expression.body),
      };
    case "digits":
      return {
        ...expression,
        of: inside(expression.of),
        base: inside(expression.base),
        body: name === "d" || name === "i" ? expression.body : inside(expression.body),
      };
    case "nth":
      return {
        ...expression,
        from: inside(expression.from),
        index: inside(expression.index),
        condition: expression.variable === name ? expression.condition : inside(expression.condition),
      };
  }
}

/** Every part of an expression, itself first. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression;
  switch (expression.kind) {
    case "number":
    case "variable":
      return;
    case "binary":
      yield* partsOf(expression.left);
      yield* partsOf(expression.right);
      return;
    case "call":
      for (const part of expression.parts) yield* partsOf(part);
      return;
    case "sequence":
    case "self":
      yield* partsOf(expression.index);
      return;
    case "fold":
      yield* partsOf(expression.from);
      yield* partsOf(expression.to);
      yield* partsOf(expression.body);
      if (expression.under) yield* partsOf(expression.under);
      return;
    case "factors":
      yield* partsOf(expression.of);
      yield* partsOf(expression.body);
      return;
    case "digits":
      yield* partsOf(expression.of);
      yield* partsOf(expression.base);
      yield* partsOf(expression.body);
      return;
    case "nth":
      yield* partsOf(expression.from);
      yield* partsOf(expression.index);
      yield* partsOf(expression.condition);
  }
}
