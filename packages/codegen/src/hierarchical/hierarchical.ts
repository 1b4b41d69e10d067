/**
 * Outline first, then helpers: every outline that the examples admit says what its helpers must do; each helper is
 * implemented from its own examples (by search, or by an outline of its own), the best few of each are combined, and
 * combinations that agree with all examples of the whole function are its solutions.
 */
import { call, constant, type Expression, variable } from "../language/expression.ts";
import type { Operator } from "../language/operator.ts";
import { type Clock, systemClock } from "../search/clock.ts";
import { agrees, type Problem, type SynthesisSettings, synthesize } from "../search/synthesize.ts";
import { findFold } from "./fold.ts";
import { type HelperGoal, type Outline, outlinesOf } from "./outline.ts";
import { foldOperator, helperOperator } from "./plan-operators.ts";

/** A function of its own in what is printed. */
export interface Helper {
  readonly name: { readonly python: string; readonly typescript: string };
  readonly problem: Problem;
  readonly body: Expression;
}

export interface HierarchicalSolution {
  /** Its calls of helpers are operators that print as calls by name. */
  readonly expression: Expression;
  /** In the order in which they must be defined. */
  readonly helpers: readonly Helper[];
  readonly cost: number;
  readonly outline: Outline["kind"] | "fold";
}

const MOST_DEPTH = 2;
const PER_HELPER = 3;
const ENOUGH = 6;

interface Implementation {
  readonly body: Expression;
  readonly helpers: readonly Helper[];
  readonly cost: number;
}

/** @returns solutions that agree with every example, likeliest first */
export function synthesizeByOutline(
  problem: Problem,
  settings: SynthesisSettings,
  name: string,
): HierarchicalSolution[] {
  const clock = settings.clock ?? systemClock;
  return byOutline(problem, settings, name, clock, clock.now() + settings.seconds * 1_000, 1);
}

function byOutline(
  problem: Problem,
  settings: SynthesisSettings,
  name: string,
  clock: Clock,
  deadline: number,
  depth: number,
): HierarchicalSolution[] {
  const solutions: HierarchicalSolution[] = [];
  const began = clock.now();
  // Once something was found, others are looked for as long again.
  let until = deadline;
  const fold = findFold(problem, Math.min(deadline, clock.now() + (deadline - clock.now()) / 5), clock);
  if (fold) {
    const step = helperNames(name, "step");
    const operator = foldOperator(step, fold.step, fold.from, fold.to);
    const own: Problem = {
      parameters: [{ name: "total" }, { name: "item" }],
      examples: problem.examples.slice(0, 0),
      returns: fold.to,
      spec: "One step of the loop.",
    };
    const list = variable(problem.parameters[0]!.name, `list<${fold.from}>`);
    solutions.push({
      expression: call(operator, fold.to, [list, constant(fold.start, fold.to)]),
      helpers: [{ name: step, problem: typed(own, [fold.to, fold.from]), body: fold.step }],
      cost: fold.cost,
      outline: "fold",
    });
  }
  const outlines = outlinesOf(problem);
  let found = 0;
  for (const [at, outline] of outlines.entries()) {
    const now = clock.now();
    if (found === 0 && solutions.length > 0) {
      found = now;
      until = Math.min(deadline, now + Math.max(now - began, 300));
    }
    const left = until - now;
    if (left <= 50 || solutions.length >= ENOUGH || settings.stop?.() === true) break;
    // The first outlines are the likeliest: they get more than an equal share.
    const share = Math.min(left, (2 * left) / (outlines.length - at + 1));
    const options = implementHelpers(outline, settings, name, clock, clock.now() + share, depth);
    if (!options) continue;
    for (const chosen of combinations(options)) {
      const operators = outline.helpers.map((goal, k) =>
        helperOperator(helperNames(name, goal.role), goal.problem, chosen[k]!.body),
      );
      const expression = outline.compose(operators.map(applied));
      if (!agrees(expression, problem)) continue;
      solutions.push({
        expression,
        helpers: outline.helpers.flatMap((goal, k) => [
          ...chosen[k]!.helpers,
          { name: helperNames(name, goal.role), problem: goal.problem, body: chosen[k]!.body },
        ]),
        cost: outline.cost + chosen.reduce((sum, { cost }) => sum + cost, 0),
        outline: outline.kind,
      });
      break;
    }
  }
  return solutions.sort((a, b) => a.cost - b.cost);
}

const typed = (problem: Problem, types: readonly string[]): Problem => ({
  ...problem,
  parameters: problem.parameters.map(({ name }, at) => ({ name, type: types[at]! })),
});

const applied =
  (operator: Operator) =>
  (...args: readonly Expression[]): Expression =>
    call(operator, operator.returns, args);

/** The best few ways to write each helper; undefined if one cannot be written. */
function implementHelpers(
  { helpers }: Outline,
  settings: SynthesisSettings,
  name: string,
  clock: Clock,
  deadline: number,
  depth: number,
): Implementation[][] | undefined {
  const all: Implementation[][] = [];
  for (const [at, goal] of helpers.entries()) {
    const left = deadline - clock.now();
    const own = implement(goal, settings, name, clock, clock.now() + left / (helpers.length - at), depth);
    if (own.length === 0) return undefined;
    all.push(own);
  }
  return all;
}

function implement(
  { role, problem }: HelperGoal,
  settings: SynthesisSettings,
  name: string,
  clock: Clock,
  deadline: number,
  depth: number,
): Implementation[] {
  const left = deadline - clock.now();
  if (left <= 0) return [];
  const nested = depth < MOST_DEPTH;
  const { solutions } = synthesize(problem, {
    ...settings,
    clock,
    seconds: (left / 1_000) * (nested ? 0.6 : 1),
    patience: 0.3,
  });
  if (solutions.length > 0 || !nested)
    return solutions
      .slice(0, PER_HELPER)
      .map(({ expression, cost }) => ({ body: expression, helpers: [], cost }));
  return byOutline(problem, settings, `${name}_${role}`, clock, deadline, depth + 1)
    .slice(0, PER_HELPER)
    .map(({ expression, helpers, cost }) => ({ body: expression, helpers, cost }));
}

/** One implementation of each helper, the cheapest together first. */
function combinations(options: readonly (readonly Implementation[])[]): Implementation[][] {
  let all: Implementation[][] = [[]];
  for (const own of options) all = all.flatMap((chosen) => own.map((one) => [...chosen, one]));
  const cost = (chosen: readonly Implementation[]): number => chosen.reduce((sum, one) => sum + one.cost, 0);
  return all.sort((a, b) => cost(a) - cost(b)).slice(0, 12);
}

function helperNames(owner: string, role: string): Helper["name"] {
  const words = `${owner}_${role}`.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  return {
    python: words,
    typescript: words.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
  };
}
