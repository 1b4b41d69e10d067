/** How far programs that agree on the examples agree elsewhere: on inputs near the examples and yet new. */
import { compileExpression, type Expression } from "../language/expression.ts";
import type { Value } from "../values/value.ts";
import { keyOf } from "../values/value.ts";
import type { Problem } from "./synthesize.ts";

/** Share of the other programs' answers on new inputs that equal the first one's; 1 where there is no other. */
export function agreementOf(problem: Problem, expressions: readonly Expression[]): number {
  const [first, ...others] = expressions;
  const probes = nearbyInputs(problem);
  if (!first || others.length === 0 || probes.length === 0) return 1;
  const names = problem.parameters.map(({ name }) => name);
  const run = (expression: Expression): string[] => {
    const evaluate = compileExpression(expression);
    return probes.map((values) => {
      try {
        return keyOf(evaluate(Object.fromEntries(names.map((name, at) => [name, values[at]]))));
      } catch {
        return "none";
      }
    });
  };
  const answers = run(first);
  const same = others.map(
    (other) => run(other).filter((answer, at) => answer === answers[at]).length / probes.length,
  );
  return same.reduce((a, b) => a + b, 0) / same.length;
}

/** The examples' inputs mixed with each other, or with letters exchanged, digits moved on, elements rotated. */
export function nearbyInputs({ examples }: Pick<Problem, "examples">): Value[][] {
  return examples.map(({ inputs }, at) => {
    const next = examples[(at + 1) % examples.length]!.inputs;
    return inputs.length === 1
      ? inputs.map(mutate)
      : inputs.map((value, place) => (place === 0 ? value : next[place]!));
  });
}

function mutate(value: Value): Value {
  if (typeof value === "string") {
    return value
      .replace(/\d/g, (digit) => String((Number(digit) + 3) % 10))
      .replace(/([a-z])([a-z])/, "$2$1x");
  }
  if (typeof value === "number") return value + 1;
  if (Array.isArray(value)) return [...value.slice(1), ...value.slice(0, 1)];
  return value;
}
