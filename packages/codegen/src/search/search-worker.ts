/** A thread that searches: expressions stay here, printed functions go out. Ended from outside when time is up. */
import { parentPort, workerData } from "node:worker_threads";
import { compileExpression, sizeOf } from "../language/expression.ts";
import { printFunction } from "../print/function.ts";
import { keyOf } from "../values/value.ts";
import { signature } from "./goal-search.ts";
import type { SearchReport, SearchTask } from "./search-thread.ts";
import { synthesize } from "./synthesize.ts";

const MOST = 8;
const { problem, name, language, seconds, adjustments, deduction } = workerData as SearchTask;

const { solutions, firstSeconds, entries } = synthesize(problem, {
  seconds,
  deduction,
  adjust: ({ name: operator }) => adjustments[operator] ?? 0,
});
const agreement = agreementOf();
const report: SearchReport = {
  candidates: solutions.slice(0, MOST).map(({ expression, cost, strategy }) => ({
    ...printFunction(expression, problem, { name, language }),
    cost,
    strategy,
    size: sizeOf(expression),
    text: signature(expression),
  })),
  firstSeconds: firstSeconds ?? null,
  entries,
  agreement,
};
parentPort!.postMessage(report);

/** How many of the solutions answer as the first does on inputs made by mixing the examples' own. */
function agreementOf(): number {
  const [first, ...others] = solutions.slice(0, MOST);
  if (!first || others.length === 0) return 1;
  const names = problem.parameters.map((one) => one.name);
  const inputs = problem.examples.flatMap(({ inputs: one }, at) => {
    const next = problem.examples[(at + 1) % problem.examples.length]!.inputs;
    return one.length < 2 ? [] : [one.map((value, k) => (k === 0 ? value : next[k]!))];
  });
  const probes = [...inputs, ...mutated()];
  if (probes.length === 0) return 1;
  const run = (solution: (typeof solutions)[number]): string[] => {
    const evaluate = compileExpression(solution.expression);
    return probes.map((values) => {
      try {
        return keyOf(evaluate(Object.fromEntries(names.map((one, k) => [one, values[k]]))));
      } catch {
        return "none";
      }
    });
  };
  const answers = run(first);
  const same = others.map(
    (other) => run(other).filter((answer, k) => answer === answers[k]).length / probes.length,
  );
  return same.reduce((a, b) => a + b, 0) / same.length;
}

/** Inputs with two words exchanged, digits moved on or elements dropped: near the examples and yet new. */
function mutated(): unknown[][] {
  return problem.examples.flatMap(({ inputs }) =>
    inputs.length !== 1 ? [] : [inputs.map((value) => mutate(value))],
  );
}

function mutate(value: unknown): unknown {
  if (typeof value === "string") {
    return value
      .replace(/\d/g, (digit) => String((Number(digit) + 3) % 10))
      .replace(/([a-z])([a-z])/, "$2$1x");
  }
  if (typeof value === "number") return value + 1;
  if (Array.isArray(value)) return [...value.slice(1), ...value.slice(0, 1)];
  return value;
}
