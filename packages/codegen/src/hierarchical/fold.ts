/**
 * Folds: the step of a loop over a list, found by trying all small expressions over the total so far and the element. What
 * a step must give is not known beforehand, only what the whole loop does, so steps are run rather than deduced.
 */
import {
  call,
  compileExpression,
  constant,
  type Expression,
  sizeOf,
  variable,
  walk,
} from "../language/expression.ts";
import { operatorNamed } from "../language/operators/index.ts";
import type { Clock } from "../search/clock.ts";
import type { Problem } from "../search/synthesize.ts";
import { elementOf, isList, type Type, typeOfAll } from "../values/type.ts";
import { keyOf, sameValue, type Value } from "../values/value.ts";

export interface Fold {
  /** Over the variables `total` and `item`. */
  readonly step: Expression;
  readonly start: Value;
  readonly from: Type;
  readonly to: Type;
  readonly cost: number;
}

const UNARY = ["absolute", "square", "negate", "upper", "lower"];
const BINARY = [
  "add",
  "subtract",
  "multiply",
  "remainder",
  "floor_divide",
  "larger",
  "smaller",
  "gcd",
  "lcm",
  "bit_xor",
  "text_plus",
];
const MOST_STEPS = 30_000;

const named = (name: string) => {
  try {
    return operatorNamed(name);
  } catch {
    // The grammar may do without it.
    return undefined;
  }
};

/** @param problem of one list */
export function findFold(problem: Problem, deadline: number, clock: Clock): Fold | undefined {
  const [parameter, ...others] = problem.parameters;
  const of = typeOfAll(problem.examples.map(({ inputs }) => inputs[0] ?? null));
  const to = typeOfAll(problem.examples.map(({ output }) => output));
  if (!parameter || others.length > 0 || !of || !to || !isList(of)) return undefined;
  const from = elementOf(of);
  if (![from, to].every((type) => type === "num" || type === "str")) return undefined;
  const lists = problem.examples.map(({ inputs }) => inputs[0] as readonly Value[]);
  const empty = problem.examples.find((_, at) => lists[at]!.length === 0);
  const starts: readonly Value[] = empty ? [empty.output] : to === "str" ? [""] : [0, 1, -1];
  for (const step of steps(from, to)) {
    if (clock.now() > deadline) return undefined;
    const run = compileExpression(step);
    for (const start of starts) {
      const fits = problem.examples.every(({ output }, at) => {
        try {
          return sameValue(
            lists[at]!.reduce((total: unknown, item) => run({ total, item }), start),
            output,
          );
        } catch {
          // A step without a result for some total.
          return false;
        }
      });
      if (fits) return { step, start, from, to, cost: 10 + 2 * sizeOf(step) };
    }
  }
  return undefined;
}

/** All small expressions that read both variables, smallest first; those equal on a few values are one. */
function* steps(from: Type, to: Type): Generator<Expression> {
  const probes = [
    [3, 5],
    [-2, 7],
    [10, 4],
    [0, 1],
    [6, 6],
  ].map(([a, b]) => ({
    total: to === "str" ? `t${a}` : a,
    item: from === "str" ? `i${b}` : b,
  }));
  const seen = new Set<string>();
  const levels: Expression[][] = [
    [],
    [
      variable("total", to),
      variable("item", from),
      ...[1, 2, 10, 3, 0].map((value) => constant(value, "num")),
      ...(to === "str" ? [" ", ",", "-"].map((value) => constant(value, "str")) : []),
    ],
  ];
  let made = 0;
  const fresh = (expression: Expression): boolean => {
    const run = compileExpression(expression);
    let key = expression.type;
    for (const probe of probes) {
      try {
        key += keyOf(run(probe));
      } catch {
        key += "none";
      }
    }
    if (seen.has(key)) return false;
    seen.add(key);
    return ++made < MOST_STEPS;
  };
  for (const leaf of levels[1]!) fresh(leaf);
  for (let size = 2; size <= 5 && made < MOST_STEPS; size++) {
    const level: Expression[] = [];
    levels.push(level);
    for (const name of UNARY) {
      const operator = named(name);
      if (!operator) continue;
      for (const arg of levels[size - 1]!) {
        if (arg.type !== operator.slots[0]!.type) continue;
        const expression = call(operator, operator.returns, [arg]);
        if (fresh(expression)) level.push(expression);
      }
    }
    for (const name of BINARY) {
      const operator = named(name);
      if (!operator) continue;
      for (let left = 1; left < size - 1; left++) {
        for (const a of levels[left]!) {
          if (a.type !== operator.slots[0]!.type) continue;
          for (const b of levels[size - 1 - left]!) {
            if (b.type !== operator.slots[1]!.type) continue;
            const expression = call(operator, operator.returns, [a, b]);
            if (fresh(expression)) level.push(expression);
          }
        }
      }
    }
    for (const expression of level) if (expression.type === to && readsBoth(expression)) yield expression;
  }
}

function readsBoth(expression: Expression): boolean {
  const read = new Set<string>();
  walk(expression, (part) => {
    if (part.kind === "variable") read.add(part.name);
  });
  return read.has("total") && read.has("item");
}
