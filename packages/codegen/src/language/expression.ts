/** Expressions of the grammar: variables, constants and calls of operators; and their evaluation. */
import type { Type } from "../values/type.ts";
import type { Operator } from "./operator.ts";

export interface Variable {
  readonly kind: "variable";
  /** A parameter's name, or `@d.k` for the k-th variable of the lambda at nesting depth d. */
  readonly name: string;
  readonly type: Type;
}

export interface Constant {
  readonly kind: "constant";
  readonly value: unknown;
  readonly type: Type;
}

export interface Call {
  readonly kind: "call";
  readonly operator: Operator;
  /** A traversal's last argument is the lambda's body. */
  readonly args: readonly Expression[];
  readonly type: Type;
  /** Nesting depth of the lambda, for traversals. */
  readonly depth?: number;
}

/** The first branch whose test holds, else the last value. */
export interface Conditional {
  readonly kind: "conditional";
  readonly branches: readonly { readonly test: Expression; readonly value: Expression }[];
  readonly otherwise: Expression;
  readonly type: Type;
}

export type Expression = Variable | Constant | Call | Conditional;

export type Environment = Record<string, unknown>;
export type Evaluator = (environment: Environment) => unknown;

export const constant = (value: unknown, type: Type): Constant => ({ kind: "constant", value, type });
export const variable = (name: string, type: Type): Variable => ({ kind: "variable", name, type });
export const call = (operator: Operator, type: Type, args: readonly Expression[], depth?: number): Call => ({
  kind: "call",
  operator,
  type,
  args,
  ...(depth === undefined ? {} : { depth }),
});

export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}

/** A closure tree for an expression. An operator that has no result for its arguments throws EvaluationError. */
export function compileExpression(expression: Expression): Evaluator {
  switch (expression.kind) {
    case "constant": {
      const { value } = expression;
      return () => value;
    }
    case "variable": {
      const { name } = expression;
      return (environment) => environment[name];
    }
    case "conditional": {
      const branches = expression.branches.map(({ test, value }) => ({
        test: compileExpression(test),
        value: compileExpression(value),
      }));
      const otherwise = compileExpression(expression.otherwise);
      return (environment) => {
        for (const branch of branches)
          if (branch.test(environment) === true) return branch.value(environment);
        return otherwise(environment);
      };
    }
    case "call":
      return compileCall(expression);
  }
}

function compileCall({ operator, args, depth }: Call): Evaluator {
  const run = operator.run as (...values: unknown[]) => unknown;
  const compiled = args.map(compileExpression);
  if (operator.binds === 0) {
    return (environment) => defined(run(...compiled.map((arg) => arg(environment))), operator);
  }
  const names = Array.from({ length: operator.binds }, (_, index) => `@${depth ?? 0}.${index}`);
  const body = compiled[compiled.length - 1]!;
  const others = compiled.slice(0, -1);
  return (environment) => {
    const values = others.map((arg) => arg(environment));
    const inner = { ...environment };
    const results = (values[0] as readonly unknown[]).map((row) => {
      if (names.length === 1) inner[names[0]!] = row;
      else for (let at = 0; at < names.length; at++) inner[names[at]!] = (row as unknown[])[at];
      return body(inner);
    });
    return defined(run(...values, results), operator);
  };
}

function defined(value: unknown, operator: Operator): unknown {
  if (value === undefined || (typeof value === "number" && Number.isNaN(value))) {
    throw new EvaluationError(`${operator.name} has no result here`);
  }
  return value;
}

/** How many variables, constants and calls it has. */
export function sizeOf(expression: Expression): number {
  if (expression.kind === "call") return expression.args.reduce((sum, arg) => sum + sizeOf(arg), 1);
  if (expression.kind === "conditional") {
    return expression.branches.reduce(
      (sum, { test, value }) => sum + sizeOf(test) + sizeOf(value),
      1 + sizeOf(expression.otherwise),
    );
  }
  return 1;
}

/** Calls `visit` on an expression and everything in it, outermost first. */
export function walk(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression);
  if (expression.kind === "call") for (const arg of expression.args) walk(arg, visit);
  if (expression.kind === "conditional") {
    for (const { test, value } of expression.branches) {
      walk(test, visit);
      walk(value, visit);
    }
    walk(expression.otherwise, visit);
  }
}
