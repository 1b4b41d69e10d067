/**
 * The tree-based transformer's training data: programs sampled from the grammar with the problems they solve. For random
 * inputs of one form, the bank of all values that cheap programs compute from them; drawn from it, and put together from
 * it (concatenations, cases), are programs; what they compute on the inputs are the examples.
 */
import { call, constant, type Expression, variable, walk } from "../language/expression.ts";
import { OPERATORS } from "../language/operators/index.ts";
import { between, pick, type Random, times } from "../random.ts";
import { Bank, type Entry, recordFields } from "../search/bank.ts";
import { countingClock } from "../search/clock.ts";
import { CONCATENATION } from "../search/concatenation.ts";
import { domainsOf, leafConstants } from "../search/constants.ts";
import type { Problem } from "../search/synthesize.ts";
import type { Value } from "../values/value.ts";
import { type Derivation, derive } from "./derivation.ts";
import { inputForm } from "./inputs.ts";
import { type RequestTree, requestTree } from "./request-tree.ts";
import type { RuleTable } from "./rules.ts";

export interface TreeSample {
  readonly tree: RequestTree;
  readonly derivation: Derivation;
}

export interface SampledProgram {
  readonly problem: Problem;
  readonly expression: Expression;
}

const BUDGET_MS = 40;
const LITERALS = [
  " - ",
  ", ",
  ": ",
  " (",
  ")",
  "-",
  "/",
  "_",
  ".",
  " ",
  "@",
  "#",
  "ID-",
  "Mr. ",
  ".com",
  " of ",
  "x",
];

interface Goal {
  readonly expression: Expression;
  readonly values: readonly unknown[];
}

/** Programs over one set of random inputs. */
export function samplePrograms(random: Random, count: number): SampledProgram[] {
  const form = inputForm(random);
  const inputs = times(between(random, 2, 5), form.make);
  const names = form.types.length === 1 ? [pick(random, ["text", "s", "value", "items"])] : ["a", "b"];
  const leaves = form.types.flatMap((type, at) =>
    recordFields({
      expression: variable(names[at]!, type),
      values: inputs.map((one) => one[at]!),
      cost: 0,
      bound: true,
    }),
  );
  const shown = { inputs: inputs.flat(1) as Value[], outputs: [], spec: "" };
  const clock = countingClock();
  const wobble = new Map<string, number>();
  const bank = new Bank(leaves, inputs.length, {
    operators: OPERATORS,
    domains: domainsOf(shown),
    constants: leafConstants(shown).filter((one) => form.elementTypes.includes(one.constant.type)),
    // One change for each operator and set of inputs, so that all come to be among the cheap ones at times.
    adjust: ({ name }) => {
      if (!wobble.has(name)) wobble.set(name, between(random, -2, 3));
      return wobble.get(name)!;
    },
    elementTypes: form.elementTypes,
    maxEntries: 3_000,
    clock,
    deadline: clock.now() + BUDGET_MS,
  });
  bank.growTo(15);
  // Pairs and tables have no form of their own as examples.
  const entries = bank.entries.filter(
    ({ expression, type }) => expression.kind === "call" && !/pair|dict/.test(type),
  );
  if (entries.length === 0) return [];
  const byCost = [...Map.groupBy(entries, ({ cost }) => cost).values()];
  const texts = entries.filter(({ type, cost }) => type === "str" && cost <= 11);
  const variables = bank.entries.filter(
    ({ expression, type }) => expression.kind === "variable" && type === "str",
  );
  const tests = entries.filter(({ type }) => type === "bool");
  const draw = (): Goal | undefined => {
    const roll = random();
    if (texts.length > 3 && roll < 0.35) return concatenation(random, [...texts, ...variables]);
    if (tests.length > 2 && roll < 0.42) return conditional(random, tests, pick(random, byCost));
    return pick(random, pick(random, byCost));
  };
  const made: SampledProgram[] = [];
  for (let tries = 0; tries < count * 3 && made.length < count; tries++) {
    const goal = draw();
    if (!goal || !telling(goal.values, inputs)) continue;
    made.push({
      expression: goal.expression,
      problem: {
        parameters: names.map((name) => ({ name })),
        examples: inputs.map((one, at) => ({ inputs: one, output: goal.values[at] as Value })),
        spec: specFor(goal.expression, random),
      },
    });
  }
  return made;
}

/** Programs that the model can write, with the trees it reads. */
export function sampleTrees(random: Random, count: number, rules: RuleTable): TreeSample[] {
  return samplePrograms(random, count).flatMap(({ problem, expression }) => {
    const tree = requestTree(problem, rules);
    const derivation = derive(
      expression,
      rules,
      tree.copyable,
      problem.parameters.map(({ name }) => name),
    );
    return derivation ? [{ tree, derivation }] : [];
  });
}

function concatenation(random: Random, texts: readonly Entry[]): Goal | undefined {
  const count = between(random, 2, 4);
  const parts: Goal[] = [];
  while (parts.length < count) {
    const last = parts.at(-1)?.expression.kind;
    if (last !== "constant" && random() < 0.35) {
      const text = pick(random, LITERALS);
      parts.push({ expression: constant(text, "str"), values: texts[0]!.values.map(() => text) });
    } else parts.push(pick(random, texts));
  }
  if (!parts.some(({ expression }) => expression.kind !== "constant")) return undefined;
  return {
    expression: call(
      CONCATENATION,
      "str",
      parts.map(({ expression }) => expression),
    ),
    values: parts[0]!.values.map((_, at) => parts.map(({ values }) => String(values[at])).join("")),
  };
}

function conditional(random: Random, tests: readonly Entry[], entries: readonly Entry[]): Goal | undefined {
  const test = pick(random, tests);
  const value = pick(random, entries);
  const others = entries.filter(({ type }) => type === value.type);
  const otherwise = pick(random, others);
  if (new Set(test.values).size < 2 || otherwise === value) return undefined;
  return {
    expression: {
      kind: "conditional",
      type: value.type,
      branches: [{ test: test.expression, value: value.expression }],
      otherwise: otherwise.expression,
    },
    values: test.values.map((holds, at) => (holds ? value.values[at] : otherwise.values[at])),
  };
}

/** Whether the outputs differ, are not an input as it is, and are of a size that people write. */
function telling(values: readonly unknown[], inputs: readonly (readonly Value[])[]): boolean {
  const written = values.map((one) => JSON.stringify(one));
  if (new Set(written).size === 1 || written.some((one) => one.length > 80)) return false;
  return !inputs[0]!.some((_, at) => inputs.every((one, row) => JSON.stringify(one[at]) === written[row]));
}

const wordsOf = new Map(OPERATORS.map(({ name, words }) => [name, words.split(" ")]));

function specFor(expression: Expression, random: Random): string {
  if (random() < 0.35) return "";
  const names = new Set<string>();
  walk(expression, (part) => {
    if (part.kind === "call") names.add(part.operator.name);
  });
  return [...names]
    .filter(() => random() < 0.7)
    .flatMap((name) => (wordsOf.get(name) ?? []).filter(() => random() < 0.35))
    .join(" ");
}
