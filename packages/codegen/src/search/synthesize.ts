/**
 * From examples to expressions: grows the bank of bottom-up enumeration level by level, lets top-down deduction work on
 * it, and splits the examples by a test where no one expression fits them all. Synchronous: long searches belong in a
 * worker thread.
 */
import { compileExpression, type Expression, variable, walk } from "../language/expression.ts";
import type { Operator } from "../language/operator.ts";
import { OPERATORS } from "../language/operators/index.ts";
import { LISTS } from "../language/operators/lists.ts";
import { COMPARISONS, NUMBERS } from "../language/operators/numbers.ts";
import { PAIRS, TRAVERSALS } from "../language/operators/traversals.ts";
import { definite, elementOf, isList, parseType, type Type, typeOfAll } from "../values/type.ts";
import { sameValue, type Value } from "../values/value.ts";
import { Bank, type Leaf, recordFields, valuesKey } from "./bank.ts";
import { type Clock, systemClock } from "./clock.ts";
import { domainsOf, leafConstants } from "./constants.ts";
import { GoalSearch, type Solution } from "./goal-search.ts";
import { bits, distinctTests, maskOf, type Test } from "./predicates.ts";
import type { CostAdjustment } from "./productions.ts";

export interface Problem {
  readonly parameters: readonly { readonly name: string; readonly type?: string }[];
  readonly returns?: string;
  readonly examples: readonly { readonly inputs: readonly Value[]; readonly output: Value }[];
  readonly spec: string;
}

export interface SynthesisSettings {
  readonly seconds: number;
  /** How the policy changes the costs of operators. Default: not at all. */
  readonly adjust?: CostAdjustment;
  /** Default: true. */
  readonly deduction?: boolean;
  /** Ends the search early when true. */
  readonly stop?: () => boolean;
  /** How long to look for likelier answers after the first one, as a multiple of the time it took. */
  readonly patience?: number;
  readonly maxEntries?: number;
  /** What `seconds` are told by. Default: the machine's clock. */
  readonly clock?: Clock;
}

export interface Synthesis {
  /** Each agrees with every example, likeliest first. */
  readonly solutions: readonly Solution[];
  /** Until the first solution; undefined if there is none. */
  readonly firstSeconds: number | undefined;
  readonly entries: number;
}

const MAX_SPLIT_DEPTH = 2;
/** Cost above which an answer is doubted. */
const DEAR = 22;

/** Operators that functions from texts to texts seldom need; arithmetic on numbers within them is deduced. */
const RARE_IN_TEXTS: ReadonlySet<string> = new Set(
  [...NUMBERS, ...COMPARISONS, ...LISTS, ...PAIRS, ...TRAVERSALS]
    .filter(
      ({ slots, returns }) =>
        slots.some(({ type }) => type === "num" || type.startsWith("list<")) && returns !== "str",
    )
    .map(({ name }) => name)
    .filter((name) => !["item", "reverse", "sort", "unique", "map", "filter", "count"].includes(name)),
);

export function synthesize(problem: Problem, settings: SynthesisSettings): Synthesis {
  const began = (settings.clock ?? systemClock).now();
  return solve(problem, settings, began, began + settings.seconds * 1_000, 0);
}

function solve(
  problem: Problem,
  settings: SynthesisSettings,
  began: number,
  deadline: number,
  splitDepth: number,
): Synthesis {
  const clock = settings.clock ?? systemClock;
  const outputs = problem.examples.map(({ output }) => output);
  const type = typeOfGoal(problem, outputs);
  if (type === undefined || problem.examples.length === 0)
    return { solutions: [], firstSeconds: undefined, entries: 0 };
  const leaves = leavesOf(problem);
  const shown = { inputs: problem.examples.flatMap(({ inputs }) => inputs), outputs, spec: problem.spec };
  const domains = domainsOf(shown);
  const inputTexts = shown.inputs.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  const kinds = elementTypes(leaves, type, problem.spec);
  const deduction = settings.deduction !== false;
  const goalKey = valuesKey(outputs, type);
  const textOnly = type === "str" && leaves.every(({ expression }) => expression.type === "str");
  const kindPenalty = (operator: Operator): number => (textOnly && RARE_IN_TEXTS.has(operator.name) ? 4 : 0);
  const direct: { expression: Expression; cost: number }[] = [];
  const bank = new Bank(leaves, problem.examples.length, {
    operators: OPERATORS,
    domains,
    constants: leafConstants(shown).filter(({ constant }) => kinds.includes(constant.type)),
    adjust: (operator) => (settings.adjust?.(operator) ?? 0) + kindPenalty(operator),
    elementTypes: kinds,
    maxEntries: settings.maxEntries ?? 400_000,
    deadline,
    clock,
    goal: { type, key: goalKey },
    onGoal: (expression, cost) => direct.push({ expression, cost }),
  });
  const goals = new GoalSearch(bank, outputs, type, {
    inInputs: (text) => inputTexts.some((one) => one.includes(text)),
    joiners: (domains.joiner ?? []).map(({ constant }) => String(constant.value)),
    deadline,
    clock,
    conditionals: true,
  });
  let firstAt: number | undefined;
  let until = deadline;
  // A split into cases is tried once the plain search has had its share of the time.
  let splitAt = began + (deadline - began) * 0.25;
  let growing = 0;
  let deducing = 0;
  const verified = new Set<Solution>();
  while (clock.now() < until && settings.stop?.() !== true) {
    const before = clock.now();
    const grew = bank.grow();
    const grown = clock.now();
    growing += grown - before;
    for (const { expression, cost } of direct.splice(0)) goals.offer(expression, cost, "enumeration");
    if (deduction) goals.advance(deducing < growing * 1.5 + 200 || !grew);
    deducing += clock.now() - grown;
    for (const solution of goals.solutions) {
      if (!verified.has(solution) && agrees(solution.expression, problem)) verified.add(solution);
    }
    const best = Math.min(...[...verified].map(({ cost }) => cost));
    // Cases can be made up for any examples: something simpler is looked for first.
    const plain = [...verified].some(({ expression }) => !hasCases(expression));
    if (firstAt === undefined && (plain || (verified.size > 0 && clock.now() > splitAt))) {
      firstAt = clock.now();
      // What needs many parts is seldom what was meant: the dearer the answer, the longer a better one is looked for.
      const doubt = best > DEAR ? Math.min(best / 4, 8) : 1;
      const longer = Math.max(150, (firstAt - began) * (settings.patience ?? 1)) * doubt;
      until = Math.min(deadline, firstAt + longer, Math.max(firstAt, began + (deadline - began) / 2));
    }
    // Nothing that is still to come can be cheaper.
    if (firstAt !== undefined && bank.level > best) break;
    if (!grew) break;
    if (deduction && firstAt === undefined && clock.now() > splitAt && splitDepth < MAX_SPLIT_DEPTH) {
      splitAt = Number.POSITIVE_INFINITY;
      const split = splitByTest(problem, settings, bank, type, deadline, splitDepth);
      if (split) goals.offer(split.expression, split.cost, "conditional");
    }
  }
  if (
    deduction &&
    verified.size === 0 &&
    splitAt !== Number.POSITIVE_INFINITY &&
    splitDepth < MAX_SPLIT_DEPTH
  ) {
    const split = splitByTest(problem, settings, bank, type, deadline, splitDepth);
    if (split) goals.offer(split.expression, split.cost, "conditional");
  }
  for (const solution of goals.solutions) {
    if (!verified.has(solution) && agrees(solution.expression, problem)) verified.add(solution);
  }
  if (verified.size > 0) firstAt ??= clock.now();
  return {
    solutions: [...verified].sort((a, b) => a.cost - b.cost),
    firstSeconds: firstAt === undefined ? undefined : (firstAt - began) / 1_000,
    entries: bank.entries.length,
  };
}

function typeOfGoal(problem: Problem, outputs: readonly Value[]): Type | undefined {
  const seen = typeOfAll(outputs);
  if (seen === undefined || seen === "none") return undefined;
  if (!seen.includes("?")) return seen;
  return parseType(problem.returns) ?? definite(seen);
}

function leavesOf(problem: Problem): Leaf[] {
  return problem.parameters.flatMap(({ name, type: declared }, at) => {
    const values = problem.examples.map(({ inputs }) => inputs[at] ?? null);
    const seen = typeOfAll(values);
    if (seen === undefined || seen === "none") return [];
    const type = seen.includes("?") ? (parseType(declared) ?? definite(seen)) : seen;
    return recordFields({ expression: variable(name, type), values, cost: 0, bound: true });
  });
}

/** What the type variables may stand for: what the examples hold, and numbers wherever there are texts. */
function elementTypes(leaves: readonly Leaf[], goal: Type, spec: string): Type[] {
  const types = new Set<Type>();
  let nested =
    /window|chunk|group|sublist|consecutive|matrix|rows?\b|pairs?\b|nested|column|runs?\b|split into|partition/i.test(
      spec,
    );
  for (const type of [...leaves.map(({ expression }) => expression.type), goal]) {
    let inner = type;
    while (isList(inner)) {
      inner = elementOf(inner);
      if (isList(inner)) nested = true;
    }
    if (["str", "num", "record"].includes(inner)) types.add(inner);
    if (inner === "bool" && isList(type)) types.add("bool");
    if (inner === "str") types.add("num");
    if (goal === "bool" || goal === "str") types.add("num");
  }
  if (nested) for (const type of [...types]) if (type === "num" || type === "str") types.add(`list<${type}>`);
  return [...types];
}

function hasCases(expression: Expression): boolean {
  let found = false;
  walk(expression, ({ kind }) => {
    found ||= kind === "conditional";
  });
  return found;
}

/** Runs the expression on every example. */
export function agrees(expression: Expression, problem: Problem): boolean {
  const run = compileExpression(expression);
  const names = problem.parameters.map(({ name }) => name);
  try {
    return problem.examples.every(({ inputs, output }) =>
      sameValue(run(Object.fromEntries(names.map((name, at) => [name, inputs[at]]))), output),
    );
  } catch {
    // An expression that cannot be run on an example does not agree with it.
    return false;
  }
}

/**
 * Two cases that a test tells apart, each synthesised from its own examples. Tests are tried in the order of how well
 * they separate the outputs by their form, so that the first ones are likely to be right.
 */
function splitByTest(
  problem: Problem,
  settings: SynthesisSettings,
  bank: Bank,
  type: Type,
  deadline: number,
  depth: number,
): { expression: Expression; cost: number } | undefined {
  const clock = settings.clock ?? systemClock;
  const { examples } = problem;
  if (examples.length < 3 || examples.length > 400) return undefined;
  const tests: Test[] = [];
  for (const { expression, values, cost } of bank.ofType("bool")) {
    tests.push({ expression, mask: maskOf(values), cost });
    if (tests.length > 3_000) break;
  }
  const all = (1n << BigInt(examples.length)) - 1n;
  const shapes = examples.map(({ output }) => shapeOf(output));
  const inputShapes = examples.map(({ inputs }) => inputs.map(shapeOf).join("|"));
  const ranked = distinctTests(tests, all, 400)
    .map((test) => ({
      test,
      score: test.cost + 6 * (impurity(shapes, test.mask) + 0.5 * impurity(inputShapes, test.mask)),
    }))
    .sort((a, b) => a.score - b.score)
    .slice(0, 24);
  const sides = new Map<bigint, Synthesis>();
  const synthesizeSide = (mask: bigint): Synthesis => {
    let side = sides.get(mask);
    if (!side) {
      const own = examples.filter((_, at) => (mask >> BigInt(at)) & 1n);
      const left = deadline - clock.now();
      const share = Math.min(left, Math.max(left / 8, 250));
      const now = clock.now();
      side = solve(
        { ...problem, examples: own },
        { ...settings, patience: 0.5 },
        now,
        now + share,
        bits(mask) >= 4 ? depth + 1 : MAX_SPLIT_DEPTH,
      );
      sides.set(mask, side);
    }
    return side;
  };
  let best: { expression: Expression; cost: number } | undefined;
  for (const { test } of ranked) {
    if (clock.now() > deadline || settings.stop?.() === true) break;
    const yes = test.mask;
    const no = all & ~test.mask;
    // The side with more examples is the harder one and decides sooner.
    const [first, second] = bits(yes) > bits(no) ? [yes, no] : [no, yes];
    const [one] = synthesizeSide(first).solutions;
    if (!one) continue;
    const [other] = synthesizeSide(second).solutions;
    if (!other) continue;
    const [whenTrue, whenFalse] = first === yes ? [one, other] : [other, one];
    const cost = test.cost + one.cost + other.cost + 8;
    if (best && cost >= best.cost) continue;
    const rest = whenFalse.expression;
    const branch = { test: test.expression, value: whenTrue.expression };
    best = {
      cost,
      expression:
        rest.kind === "conditional"
          ? { ...rest, branches: [branch, ...rest.branches] }
          : { kind: "conditional", type, branches: [branch], otherwise: rest },
    };
    if (sides.size >= 12) break;
  }
  return best;
}

/** A value's form: runs of digits, of letters, and the characters between. */
function shapeOf(value: Value): string {
  if (typeof value !== "string")
    return typeof value === "number" ? `n${Math.sign(value)}` : JSON.stringify(value).slice(0, 1);
  return value
    .replace(/[A-Z]+/g, "A")
    .replace(/[a-z]+/g, "a")
    .replace(/\d+/g, "0");
}

/** Expected entropy (bits) of the shapes on the two sides. */
function impurity(shapes: readonly string[], mask: bigint): number {
  const sides: Map<string, number>[] = [new Map(), new Map()];
  shapes.forEach((shape, at) => {
    const side = sides[Number((mask >> BigInt(at)) & 1n)]!;
    side.set(shape, (side.get(shape) ?? 0) + 1);
  });
  let total = 0;
  for (const side of sides) {
    const count = [...side.values()].reduce((a, b) => a + b, 0);
    for (const one of side.values()) total -= (one / shapes.length) * Math.log2(one / count);
  }
  return total;
}
