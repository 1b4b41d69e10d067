/** Operators that outlines need and enumeration does without, and those that stand for a helper's call. */
import { compileExpression, type Expression } from "../language/expression.ts";
import { type Operator, operator as op } from "../language/operator.ts";
import type { Problem } from "../search/synthesize.ts";
import { type Type, typeOfAll } from "../values/type.ts";

export const PREFIXES = op(
  "prefixes",
  "list<T> -> list<list<T>>",
  6,
  (xs: readonly unknown[]) => xs.map((_, at) => xs.slice(0, at + 1)),
  "[{0:9}[:i + 1] for i in range(len({0}))]",
  "{0:9}.map((_, i) => {0:9}.slice(0, i + 1))",
);

export const BETWEEN = op(
  "range_up_to",
  "num, num -> list<num>",
  5,
  (a: number, b: number) =>
    b - a > 10_000 ? undefined : Array.from({ length: Math.max(0, b - a + 1) }, (_, at) => a + at),
  "range({0}, {1:6} + 1)",
  "Array.from({ length: {1:6} - {0:6} + 1 }, (_, k) => k + {0:6})",
);

export const FOLD_NAME = "fold_with";

/** A left fold by a helper of two arguments. */
export function foldOperator(
  name: { python: string; typescript: string },
  step: Expression,
  of: Type,
  to: Type,
): Operator {
  const run = compileExpression(step);
  return op(
    FOLD_NAME,
    `list<${of}>, ${to} -> ${to}`,
    8,
    (items: readonly unknown[], start: unknown) => items.reduce((total, item) => run({ total, item }), start),
    `functools.reduce(${name.python}, {0}, {1})`,
    `{0:9}.reduce((total, item) => ${name.typescript}(total, item), {1})`,
  );
}

/** The call of a helper as an operator: it is computed by the helper's expression and printed as a call by name. */
export function helperOperator(
  name: { python: string; typescript: string },
  problem: Problem,
  body: Expression,
): Operator {
  const run = compileExpression(body);
  const names = problem.parameters.map((one) => one.name);
  const types = names.map(
    (_, at) => typeOfAll(problem.examples.map(({ inputs }) => inputs[at] ?? null)) ?? "str",
  );
  const slots = names.map((_, at) => `{${at}}`).join(", ");
  return op(
    name.python,
    `${types.join(", ")} -> ${body.type}`,
    2,
    (...args: unknown[]) => run(Object.fromEntries(names.map((own, at) => [own, args[at]]))),
    `${name.python}(${slots})`,
    `${name.typescript}(${slots})`,
  );
}
