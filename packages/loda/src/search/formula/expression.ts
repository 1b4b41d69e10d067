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
  }
}
