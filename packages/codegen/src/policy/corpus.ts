/**
 * The policy's training data: programs sampled from the grammar. Random inputs of a kind, the bank of all values that
 * cheap programs compute from them, and of those some drawn as goals; the spec is made of words that people use for the
 * program's operators, some left out.
 */
import { type Expression, variable, walk } from "../language/expression.ts";
import { OPERATORS } from "../language/operators/index.ts";
import { between, pick, type Random, times } from "../random.ts";
import { Bank, recordFields } from "../search/bank.ts";
import { countingClock } from "../search/clock.ts";
import { domainsOf, leafConstants } from "../search/constants.ts";
import type { Type } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import { featuresOfProblem } from "./features.ts";

export interface Sample {
  readonly features: Float32Array;
  /** Names of the operators that the program uses. */
  readonly operators: ReadonlySet<string>;
}

const WORDS =
  "river stone cloud maple orange copper garden silver window basket planet rocket pencil bridge forest candle".split(
    " ",
  );
const SEPARATORS = [" ", ", ", "-", "/", ".", "_", ":", "@"];

function word(random: Random): string {
  const one = pick(random, WORDS);
  return random() < 0.5 ? one : one.charAt(0).toUpperCase() + one.slice(1);
}

/** Texts of one form: two to four parts, words or numbers, between the same separators. */
function textMaker(random: Random): () => string {
  const parts = times(between(random, 1, 4), () => (random() < 0.6 ? "word" : "number"));
  const separators = parts.map(() => pick(random, SEPARATORS));
  return () =>
    parts
      .map(
        (kind, at) =>
          (at === 0 ? "" : separators[at]!) +
          (kind === "word" ? word(random) : String(between(random, 1, 2_500))),
      )
      .join("");
}

interface Shape {
  readonly types: readonly Type[];
  readonly elementTypes: readonly Type[];
  readonly make: () => Value[];
}

function shapeOf(random: Random): Shape {
  const numbers = (): number[] => times(between(random, 1, 7), () => between(random, -9, 30));
  const roll = random();
  if (roll < 0.4) {
    const make = textMaker(random);
    return { types: ["str"], elementTypes: ["str", "num"], make: () => [make()] };
  }
  if (roll < 0.6) return { types: ["list<num>"], elementTypes: ["num"], make: () => [numbers()] };
  if (roll < 0.72)
    return {
      types: ["list<str>"],
      elementTypes: ["str", "num"],
      make: () => [times(between(random, 1, 5), () => word(random))],
    };
  if (roll < 0.8)
    return { types: ["num"], elementTypes: ["num", "str"], make: () => [between(random, 1, 400)] };
  if (roll < 0.87)
    return {
      types: ["num", "num"],
      elementTypes: ["num"],
      make: () => [between(random, 1, 60), between(random, 1, 60)],
    };
  if (roll < 0.94)
    return {
      types: ["list<num>", "num"],
      elementTypes: ["num"],
      make: () => [numbers(), between(random, 0, 6)],
    };
  return { types: ["list<num>", "list<num>"], elementTypes: ["num"], make: () => [numbers(), numbers()] };
}

/** @param budgetMs for the bank of each set of inputs, told by counting: the same seed samples the same programs */
export function sampleProblems(random: Random, perInputs: number, budgetMs: number): Sample[] {
  const shape = shapeOf(random);
  const inputs = times(5, shape.make);
  const leaves = shape.types.flatMap((type, at) =>
    recordFields({
      expression: variable(`p${at}`, type),
      values: inputs.map((one) => one[at]!),
      cost: 0,
      bound: true,
    }),
  );
  const shown = { inputs: inputs.flat(1) as Value[], outputs: [], spec: "" };
  const clock = countingClock();
  const bank = new Bank(leaves, inputs.length, {
    operators: OPERATORS,
    domains: domainsOf(shown),
    constants: leafConstants(shown).filter(({ constant }) => shape.elementTypes.includes(constant.type)),
    adjust: () => Math.floor(random() * 3) - 1,
    elementTypes: shape.elementTypes,
    maxEntries: 4_000,
    deadline: clock.now() + budgetMs,
    clock,
  });
  bank.growTo(18);
  const candidates = bank.entries.filter(
    ({ expression, values }) =>
      expression.kind === "call" && new Set(values.map((one) => JSON.stringify(one))).size > 1,
  );
  if (candidates.length === 0) return [];
  return times(perInputs, () => {
    const entry = pick(random, candidates);
    const operators = operatorsOf(entry.expression);
    const examples = inputs.map((one, at) => ({ inputs: one, output: entry.values[at] as Value }));
    return { operators, features: featuresOfProblem({ spec: specFor(operators, random), examples }) };
  });
}

function operatorsOf(expression: Expression): Set<string> {
  const names = new Set<string>();
  walk(expression, (part) => {
    if (part.kind === "call") names.add(part.operator.name);
  });
  return names;
}

const wordsOf = new Map(OPERATORS.map(({ name, words }) => [name, words.split(" ")]));

function specFor(operators: ReadonlySet<string>, random: Random): string {
  if (random() < 0.25) return "";
  return [...operators]
    .filter(() => random() < 0.8)
    .flatMap((name) => (wordsOf.get(name) ?? []).filter(() => random() < 0.35))
    .join(" ");
}
