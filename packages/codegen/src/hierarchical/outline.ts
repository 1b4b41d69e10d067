/**
 * Outlines: how a function can be put together from helpers that do not exist yet. Each is read off the examples: it says
 * what every helper must give for which arguments, so that helpers can be implemented one by one, each from examples of
 * its own, and what to make of them.
 */
import { call, constant, type Expression, variable } from "../language/expression.ts";
import { operatorNamed } from "../language/operators/index.ts";
import { CONCATENATION } from "../search/concatenation.ts";
import type { Problem } from "../search/synthesize.ts";
import { elementOf, isList, listOf, type Type, typeOfAll } from "../values/type.ts";
import { keyOf, type Value } from "../values/value.ts";
import { BETWEEN, PREFIXES } from "./plan-operators.ts";

type Example = Problem["examples"][number];

/** A helper that is still to be written. */
export interface HelperGoal {
  /** What it is for: the end of its name. */
  readonly role: string;
  readonly problem: Problem;
}

export interface Outline {
  readonly kind: "each" | "keep" | "pieces" | "cases" | "parsed" | "prefixes" | "neighbours" | "range";
  readonly helpers: readonly HelperGoal[];
  /** The function, given a call of each helper on expressions. */
  readonly compose: (helpers: readonly Apply[]) => Expression;
  readonly cost: number;
}

export type Apply = (...args: readonly Expression[]) => Expression;

const MOST_EXAMPLES = 24;
const SEPARATORS = [" ", ", ", ",", "-", "/", "_", ".", ";", "|", ":", "\n", " - ", "; "];

/** The outlines that the examples admit, simplest first. */
export function outlinesOf(problem: Problem): Outline[] {
  const outlines = [
    ...parsed(problem),
    ...eachPart(problem),
    ...eachElement(problem),
    ...kept(problem),
    ...pieces(problem),
    ...prefixes(problem),
    ...neighbours(problem),
    ...overRange(problem),
    ...cases(problem),
  ];
  return outlines
    .filter(({ helpers }) => helpers.every(({ problem: own }) => own.examples.length > 0))
    .sort((a, b) => a.cost - b.cost);
}

/** A helper's problem from its examples; undefined if equal arguments have different results. */
export function helperProblem(
  spec: string,
  names: readonly string[],
  examples: readonly Example[],
): Problem | undefined {
  const known = new Map<string, Example>();
  for (const example of examples) {
    const key = keyOf(example.inputs);
    const before = known.get(key);
    if (before && keyOf(before.output) !== keyOf(example.output)) return undefined;
    known.set(key, example);
  }
  const distinct = [...known.values()];
  if (typeOfAll(distinct.map(({ output }) => output)) === undefined) return undefined;
  return { parameters: names.map((name) => ({ name })), spec, examples: distinct.slice(0, MOST_EXAMPLES) };
}

const single = (problem: Problem): { name: string; type: Type } | undefined => {
  const [parameter, ...others] = problem.parameters;
  const type = typeOfAll(problem.examples.map(({ inputs }) => inputs[0] ?? null));
  return parameter && others.length === 0 && type ? { name: parameter.name, type } : undefined;
};

const goalOf = (problem: Problem): Type | undefined =>
  typeOfAll(problem.examples.map(({ output }) => output));

/** A text is split, each part changed by a helper, and the parts are joined again. */
function* eachPart(problem: Problem): Generator<Outline> {
  const only = single(problem);
  if (only?.type !== "str" || goalOf(problem) !== "str") return;
  const x = variable(only.name, only.type);
  const text = (example: Example) => example.inputs[0] as string;
  for (const source of [...SEPARATORS, ""]) {
    if (source !== "" && !problem.examples.some((one) => text(one).includes(source))) continue;
    const split = (value: string): string[] => (source === "" ? [...value] : value.split(source));
    for (const joiner of new Set([source, ...SEPARATORS, ""])) {
      const pairs = problem.examples.flatMap((one) => {
        const output = one.output as string;
        const [before, after] = [split(text(one)), joiner === "" ? [...output] : output.split(joiner)];
        return before.length === after.length
          ? before.map((part, at): Example => ({ inputs: [part], output: after[at]! }))
          : [undefined];
      });
      if (pairs.length <= problem.examples.length || pairs.includes(undefined)) continue;
      const goal = helperProblem(problem.spec, ["part"], pairs as Example[]);
      if (!goal || goal.examples.every(({ inputs, output }) => inputs[0] === output)) continue;
      const parts =
        source === ""
          ? call(operatorNamed("characters"), "list<str>", [x])
          : call(operatorNamed("split"), "list<str>", [x, constant(source, "str")]);
      yield {
        kind: "each",
        helpers: [{ role: "part", problem: goal }],
        cost: 8 + (source === joiner ? 0 : 2) + (source === "" ? 4 : 0),
        compose: ([helper]) =>
          call(operatorNamed("join"), "str", [
            call(operatorNamed("map"), "list<str>", [parts, helper!(variable("@0.0", "str"))], 0),
            constant(joiner, "str"),
          ]),
      };
    }
  }
}

/** Each element of a list is changed by a helper. */
function* eachElement(problem: Problem): Generator<Outline> {
  const only = single(problem);
  const goal = goalOf(problem);
  if (!only || !goal || !isList(only.type) || !isList(goal)) return;
  const pairs = problem.examples.flatMap(({ inputs, output }) => {
    const [before, after] = [inputs[0] as readonly Value[], output as readonly Value[]];
    return before.length === after.length
      ? before.map((item, at): Example => ({ inputs: [item], output: after[at]! }))
      : [undefined];
  });
  if (pairs.includes(undefined)) return;
  const own = helperProblem(problem.spec, ["item"], pairs as Example[]);
  if (!own) return;
  const element = elementOf(only.type);
  yield {
    kind: "each",
    helpers: [{ role: "item", problem: own }],
    cost: 6,
    compose: ([helper]) =>
      call(
        operatorNamed("map"),
        goal,
        [variable(only.name, only.type), helper!(variable("@0.0", element))],
        0,
      ),
  };
}

/** A list keeps the elements that a helper says yes to. */
function* kept(problem: Problem): Generator<Outline> {
  const only = single(problem);
  if (!only || !isList(only.type) || goalOf(problem) !== only.type) return;
  const flags = problem.examples.flatMap(({ inputs, output }) => {
    const before = inputs[0] as readonly Value[];
    const after = (output as readonly Value[]).map(keyOf);
    const chosen = before.map((item) => after.includes(keyOf(item)));
    const left = before.filter((_, at) => chosen[at]);
    return keyOf(left) === keyOf(output)
      ? before.map((item, at): Example => ({ inputs: [item], output: chosen[at]! }))
      : [undefined];
  });
  if (flags.includes(undefined)) return;
  const own = helperProblem(problem.spec, ["item"], flags as Example[]);
  if (!own || new Set(own.examples.map(({ output }) => output)).size < 2) return;
  yield {
    kind: "keep",
    helpers: [{ role: "is_kept", problem: own }],
    cost: 6,
    compose: ([helper]) =>
      call(
        operatorNamed("filter"),
        only.type,
        [variable(only.name, only.type), helper!(variable("@0.0", elementOf(only.type)))],
        0,
      ),
  };
}

/** Runs of letters and digits of a text, and what stands between them. */
const runsOf = (text: string): string[] => text.match(/[A-Za-z0-9]+|[^A-Za-z0-9]+/g) ?? [];

/** All outputs have the same marks in the same order: one helper writes each stretch between marks. */
function* pieces(problem: Problem): Generator<Outline> {
  if (goalOf(problem) !== "str") return;
  const outputs = problem.examples.map(({ output }) => output as string);
  const marks = outputs.map((output) => runsOf(output).filter((run) => /[^A-Za-z0-9]/.test(run)));
  const [first = []] = marks;
  const cuts = new Map<string, readonly string[]>();
  if (first.length > 0 && first.length <= 5 && marks.every((own) => keyOf(own) === keyOf(first)))
    cuts.set(keyOf(first), first);
  // A single mark that all have, at its first place, cuts in two what is otherwise irregular.
  for (const mark of new Set(first))
    if (outputs.every((output) => output.includes(mark))) cuts.set(keyOf([mark]), [mark]);
  for (const separators of cuts.values()) {
    const columns = outputs.map((output) => {
      const fields: string[] = [];
      let rest = output;
      for (const mark of separators) {
        const at = rest.indexOf(mark);
        fields.push(rest.slice(0, at));
        rest = rest.slice(at + mark.length);
      }
      return [...fields, rest];
    });
    const goals: (HelperGoal | string)[] = [];
    for (let field = 0; field <= separators.length; field++) {
      const values = columns.map((own) => own[field]!);
      if (new Set(values).size === 1) goals.push(values[0]!);
      else {
        const own = helperProblem(
          problem.spec,
          problem.parameters.map(({ name }) => name),
          problem.examples.map(({ inputs }, at) => ({ inputs, output: values[at]! })),
        );
        if (!own) return;
        goals.push({
          role: `field_${goals.filter((one) => typeof one !== "string").length + 1}`,
          problem: own,
        });
      }
    }
    const helpers = goals.filter((one) => typeof one !== "string");
    if (helpers.length === 0) continue;
    yield {
      kind: "pieces",
      helpers,
      cost: 8 + 2 * helpers.length,
      compose: (apply) => {
        let next = 0;
        const parts = goals.flatMap((goal, field): Expression[] => [
          typeof goal === "string" ? constant(goal, "str") : apply[next++]!(...parametersOf(problem)),
          ...(field < separators.length ? [constant(separators[field]!, "str")] : []),
        ]);
        return call(CONCATENATION, "str", merged(parts));
      },
    };
  }
}

/** Constants in a row as one. */
function merged(parts: readonly Expression[]): Expression[] {
  const all: Expression[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part.kind === "constant" && last?.kind === "constant")
      all[all.length - 1] = constant(`${last.value}${part.value}`, "str");
    else if (part.kind !== "constant" || part.value !== "") all.push(part);
  }
  return all;
}

export const parametersOf = (problem: Problem): Expression[] =>
  problem.parameters.map(({ name }, at) =>
    variable(name, typeOfAll(problem.examples.map(({ inputs }) => inputs[at] ?? null)) ?? "str"),
  );

const skeleton = (value: Value): string =>
  typeof value === "string"
    ? value
        .replace(/[A-Z]+/g, "A")
        .replace(/[a-z]+/g, "a")
        .replace(/\d+/g, "0")
    : typeof value === "number"
      ? `n${Math.sign(value)}`
      : Array.isArray(value)
        ? `l${Math.min(value.length, 2)}`
        : String(value);

/** Two groups of examples that differ in form, told apart by one helper, a helper for each. */
function* cases(problem: Problem): Generator<Outline> {
  const { examples } = problem;
  const type = goalOf(problem);
  if (examples.length < 4 || !type || type === "bool") return;
  const splits = new Map<string, { yes: Example[]; no: Example[] }>();
  for (const form of [
    ({ output }: Example) => skeleton(output),
    ({ inputs }: Example) => inputs.map(skeleton).join("|"),
    ({ output }: Example) => keyOf(output),
  ]) {
    for (const [, yes] of Map.groupBy(examples, form)) {
      const no = examples.filter((one) => !yes.includes(one));
      if (yes.length >= 2 && no.length >= 2)
        splits.set(keyOf(examples.map((one) => yes.includes(one))), { yes, no });
    }
  }
  const names = problem.parameters.map(({ name }) => name);
  for (const { yes, no } of [...splits.values()].slice(0, 3)) {
    const test = helperProblem(
      problem.spec,
      names,
      examples.map((one) => ({ inputs: one.inputs, output: yes.includes(one) })),
    );
    const then = helperProblem(problem.spec, names, yes);
    const other = helperProblem(problem.spec, names, no);
    if (!test || !then || !other) continue;
    yield {
      kind: "cases",
      helpers: [
        { role: "applies", problem: test },
        { role: "case_1", problem: then },
        { role: "case_2", problem: other },
      ],
      cost: 16,
      compose: ([applies, first, second]) => {
        const own = parametersOf(problem);
        return {
          kind: "conditional",
          type,
          branches: [{ test: applies!(...own), value: first!(...own) }],
          otherwise: second!(...own),
        };
      },
    };
  }
}

/** The numbers, words or fields of a text are found first; a helper works on the list. */
function* parsed(problem: Problem): Generator<Outline> {
  const only = single(problem);
  const type = goalOf(problem);
  if (only?.type !== "str" || !type) return;
  const x = variable(only.name, "str");
  const numbers = call(operatorNamed("to_numbers"), "list<num>", [
    call(operatorNamed("find_all"), "list<str>", [x, constant("-?\\d+(?:\\.\\d+)?", "pattern")]),
  ]);
  const find = (text: string): number[] => (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  const words = call(operatorNamed("find_all"), "list<str>", [x, constant("\\w+", "pattern")]);
  const stages: [string, Expression, (text: string) => readonly Value[]][] = [
    ["numbers", numbers, find],
    ["words", words, (text) => text.match(/\w+/g) ?? []],
  ];
  for (const [name, expression, run] of stages) {
    const lists = problem.examples.map(({ inputs }) => run(inputs[0] as string));
    if (lists.some((list) => list.length === 0) || lists.every((list) => list.length < 2)) continue;
    const own = helperProblem(
      problem.spec,
      [name],
      problem.examples.map(({ output }, at) => ({ inputs: [lists[at]!], output })),
    );
    if (!own) continue;
    yield {
      kind: "parsed",
      helpers: [{ role: `from_${name}`, problem: own }],
      cost: 7 + (name === "words" ? 2 : 0),
      compose: ([helper]) => helper!(expression),
    };
  }
}

/** Element k of the result is what a helper makes of the first k elements. */
function* prefixes(problem: Problem): Generator<Outline> {
  const only = single(problem);
  const goal = goalOf(problem);
  if (!only || !goal || !isList(only.type) || !isList(goal)) return;
  const pairs = problem.examples.flatMap(({ inputs, output }) => {
    const [before, after] = [inputs[0] as readonly Value[], output as readonly Value[]];
    return before.length === after.length
      ? before.map((_, at): Example => ({ inputs: [before.slice(0, at + 1)], output: after[at]! }))
      : [undefined];
  });
  if (pairs.includes(undefined)) return;
  const own = helperProblem(problem.spec, ["items"], pairs as Example[]);
  if (!own) return;
  yield {
    kind: "prefixes",
    helpers: [{ role: "so_far", problem: own }],
    cost: 12,
    compose: ([helper]) =>
      call(
        operatorNamed("map"),
        goal,
        [
          call(PREFIXES, listOf(only.type), [variable(only.name, only.type)]),
          helper!(variable("@0.0", only.type)),
        ],
        0,
      ),
  };
}

/** Each two neighbours give one element. */
function* neighbours(problem: Problem): Generator<Outline> {
  const only = single(problem);
  const goal = goalOf(problem);
  if (!only || !goal || !isList(only.type) || !isList(goal)) return;
  const pairs = problem.examples.flatMap(({ inputs, output }) => {
    const [before, after] = [inputs[0] as readonly Value[], output as readonly Value[]];
    return after.length === Math.max(0, before.length - 1)
      ? after.map((item, at): Example => ({ inputs: [before[at]!, before[at + 1]!], output: item }))
      : [undefined];
  });
  if (pairs.includes(undefined)) return;
  const own = helperProblem(problem.spec, ["left", "right"], pairs as Example[]);
  if (!own) return;
  const element = elementOf(only.type);
  yield {
    kind: "neighbours",
    helpers: [{ role: "of_neighbours", problem: own }],
    cost: 10,
    compose: ([helper]) =>
      call(
        operatorNamed("map_pairs"),
        goal,
        [
          call(operatorNamed("neighbours"), `list<pair<${element},${element}>>`, [
            variable(only.name, only.type),
          ]),
          helper!(variable("@0.0", element), variable("@0.1", element)),
        ],
        0,
      ),
  };
}

/** From a number n: the numbers up to n that a helper keeps, or what it makes of each. */
function* overRange(problem: Problem): Generator<Outline> {
  const only = single(problem);
  const goal = goalOf(problem);
  if (only?.type !== "num" || !goal || !isList(goal)) return;
  const ns = problem.examples.map(({ inputs }) => inputs[0] as number);
  if (ns.some((n) => !Number.isInteger(n) || n < 1 || n > 200)) return;
  const n = variable(only.name, "num");
  const range = call(BETWEEN, "list<num>", [constant(1, "num"), n]);
  const outputs = problem.examples.map(({ output }) => output as readonly Value[]);
  const counts = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);
  if (outputs.every((output, at) => output.length === ns[at])) {
    const own = helperProblem(
      problem.spec,
      ["i"],
      outputs.flatMap((output) => output.map((value, at): Example => ({ inputs: [at + 1], output: value }))),
    );
    if (own)
      yield {
        kind: "range",
        helpers: [{ role: "item", problem: own }],
        cost: 9,
        compose: ([helper]) => call(operatorNamed("map"), goal, [range, helper!(variable("@0.0", "num"))], 0),
      };
  }
  const subset = outputs.every((output, at) => {
    const left = counts(ns[at]!).filter((i) => output.includes(i));
    return keyOf(left) === keyOf(output);
  });
  if (!subset) return;
  const own = helperProblem(
    problem.spec,
    ["i", "n"],
    outputs.flatMap((output, at) =>
      counts(ns[at]!).map((i): Example => ({ inputs: [i, ns[at]!], output: output.includes(i) })),
    ),
  );
  if (own && new Set(own.examples.map(({ output }) => output)).size === 2)
    yield {
      kind: "range",
      helpers: [{ role: "is_kept", problem: own }],
      cost: 10,
      compose: ([helper]) =>
        call(operatorNamed("filter"), goal, [range, helper!(variable("@0.0", "num"), n)], 0),
    };
}
