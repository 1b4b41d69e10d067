/**
 * A request as a tree: the function with its name's and spec's words, its parameters and return type, the constants that
 * its grammar may use, and the examples down to the words, numbers and marks of their texts. Each node knows its path
 * from the root; a matrix says how any two nodes stand to each other (parent, sibling, the same text in one example …),
 * which is what the encoder's attention is biased by.
 */
import type { Constant } from "../language/expression.ts";
import { stems } from "../policy/words.ts";
import { domainsOf, leafConstants, type Shown } from "../search/constants.ts";
import type { Problem } from "../search/synthesize.ts";
import { parseType, typeOfAll } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import { constantRule, type RuleTable } from "./rules.ts";

export const TREE = {
  nodes: 96,
  /** Hashed texts. */
  texts: 2048,
  depth: 5,
  /** Places among siblings that are told apart. */
  places: 16,
  examples: 4,
  constants: 24,
} as const;

export const KINDS = [
  "padding",
  "function",
  "word",
  "parameter",
  "returns",
  "constant-str",
  "constant-num",
  "constant-field",
  "example",
  "input",
  "output",
  "list",
  "record",
  "text",
  "number",
  "boolean",
  "letters",
  "digits",
  "mark",
  "space",
] as const;
type Kind = (typeof KINDS)[number];

/** Form of a text: which case its letters have. */
export const FORMS = ["none", "lower", "title", "upper", "mixed", "letter", "negative", "fraction"] as const;
type Form = (typeof FORMS)[number];

export const RELATIONS = [
  "far",
  "self",
  "parent",
  "child",
  "next",
  "previous",
  "sibling",
  "equal",
  "equalButCase",
  "begins",
  "begunBy",
  "samePlace",
  "equalElsewhere",
] as const;
type Relation = (typeof RELATIONS)[number];
const relationId = Object.fromEntries(RELATIONS.map((name, id) => [name, id])) as Record<Relation, number>;

interface Node {
  readonly kind: Kind;
  readonly text: string;
  readonly form: Form;
  readonly parent: number;
  /** Place among its siblings, from the root down. */
  readonly path: readonly number[];
  /** Of what it belongs to; -1 outside the examples. */
  readonly example: number;
}

export type Copyable =
  | { readonly kind: "parameter"; readonly at: number; readonly node: number }
  | { readonly kind: "constant"; readonly constant: Constant; readonly node: number };

export interface RequestTree {
  readonly size: number;
  readonly copyable: readonly Copyable[];
  /** int64 [nodes] each; texts are hashed. */
  readonly kinds: BigInt64Array;
  readonly texts: BigInt64Array;
  readonly forms: BigInt64Array;
  readonly lengths: BigInt64Array;
  /** int64 [nodes, depth]: row of the place table, 0 below a node. */
  readonly places: BigInt64Array;
  /** int64 [nodes, nodes] */
  readonly relations: BigInt64Array;
  /** float32 [nodes]: 0 for nodes, a large negative number for padding. */
  readonly mask: Float32Array;
}

function hash(text: string): number {
  let state = 2_166_136_261;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 16_777_619) >>> 0;
  return state % TREE.texts;
}

function formOf(text: string): Form {
  if (!/[A-Za-z]/.test(text)) return "none";
  if (text.length === 1) return "letter";
  if (text === text.toLowerCase()) return "lower";
  if (text === text.toUpperCase()) return "upper";
  return /^[A-Z][^A-Z]*$/.test(text) ? "title" : "mixed";
}

/** The problem's own constants: those that no rule stands for, likeliest first. */
export function ownConstants(problem: Pick<Problem, "examples" | "spec">, rules: RuleTable): Constant[] {
  const shown: Shown = {
    inputs: problem.examples.flatMap(({ inputs }) => inputs),
    outputs: problem.examples.map(({ output }) => output),
    spec: problem.spec,
  };
  const choices = [...Object.values(domainsOf(shown)).flat(), ...leafConstants(shown)];
  const texts = shown.outputs.filter((one) => typeof one === "string");
  // Runs that stand in every output can only be constants of a concatenation.
  const first = texts[0] ?? "";
  const runs =
    texts.length === shown.outputs.length ? (first.match(/[A-Za-z]+|\d+|[^A-Za-z0-9]+/g) ?? []) : [];
  const shared = runs.filter((run) => texts.every((text) => text.includes(run))).slice(0, 10);
  const own = [
    ...shared.map((value): Constant => ({ kind: "constant", type: "str", value })),
    ...choices.sort((a, b) => a.cost - b.cost).map((choice) => choice.constant),
  ].filter((one) => one.type !== "pattern" && rules.idOf(constantRule(one)) === undefined);
  return [...new Map(own.map((one) => [constantRule(one), one])).values()].slice(0, TREE.constants);
}

function fieldsOf(problem: Pick<Problem, "examples">): string[] {
  const names = new Set<string>();
  for (const { inputs } of problem.examples)
    for (const value of inputs)
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        for (const name of Object.keys(value)) names.add(name);
  return [...names].slice(0, 10);
}

export function requestTree(
  problem: Pick<Problem, "parameters" | "returns" | "examples" | "spec">,
  rules: RuleTable,
): RequestTree {
  const nodes: Node[] = [];
  const copyable: Copyable[] = [];
  const children: number[] = [];
  const add = (
    kind: Kind,
    text: string,
    parent: number,
    example: number,
    form: Form = formOf(text),
  ): number => {
    if (nodes.length >= TREE.nodes) return -1;
    const place = parent < 0 ? 0 : children[parent]!++;
    const path = parent < 0 ? [] : [...nodes[parent]!.path, Math.min(place, TREE.places - 1)];
    children.push(0);
    return nodes.push({ kind, text, form, parent, path, example }) - 1;
  };
  const root = add("function", "", -1, -1);
  for (const word of stems(problem.spec).slice(0, 12)) add("word", word, root, -1);
  problem.parameters.forEach((parameter, at) => {
    const type =
      typeOfAll(problem.examples.map(({ inputs }) => inputs[at] ?? null)) ?? parseType(parameter.type) ?? "";
    copyable.push({ kind: "parameter", at, node: add("parameter", type, root, -1, "none") });
  });
  add("returns", typeOfAll(problem.examples.map(({ output }) => output)) ?? "", root, -1, "none");
  for (const one of ownConstants(problem, rules)) {
    const node = add(one.type === "num" ? "constant-num" : "constant-str", String(one.value), root, -1);
    copyable.push({ kind: "constant", constant: one, node });
  }
  for (const name of fieldsOf(problem)) {
    const node = add("constant-field", name, root, -1);
    copyable.push({ kind: "constant", constant: { kind: "constant", type: "field", value: name }, node });
  }
  const shown = problem.examples.slice(0, TREE.examples);
  shown.forEach(({ inputs, output }, example) => {
    const at = add("example", "", root, example);
    // What is left is shared fairly among the examples that are still to come.
    const limit = nodes.length + Math.floor((TREE.nodes - nodes.length) / (shown.length - example));
    const out = add("output", "", at, example);
    addValue(output, out, example, Math.min(limit, nodes.length + Math.ceil((limit - nodes.length) / 2)));
    inputs.forEach((value) => {
      addValue(value, add("input", "", at, example), example, limit);
    });
  });
  function addValue(value: Value, parent: number, example: number, limit: number): void {
    if (nodes.length >= limit || parent < 0) return;
    if (typeof value === "string") {
      const text = add("text", value, parent, example);
      if (text < 0) return;
      for (const run of value.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|\s+|[^A-Za-z0-9\s]/g) ?? []) {
        if (nodes.length >= limit) return;
        const kind = /[A-Za-z]/.test(run)
          ? "letters"
          : /\d/.test(run)
            ? "digits"
            : /\s/.test(run)
              ? "space"
              : "mark";
        add(kind, run, text, example);
      }
    } else if (typeof value === "number") {
      add(
        "number",
        String(value),
        parent,
        example,
        value < 0 ? "negative" : Number.isInteger(value) ? "none" : "fraction",
      );
    } else if (typeof value === "boolean" || value === null) add("boolean", String(value), parent, example);
    else {
      const items = Array.isArray(value) ? value : Object.values(value);
      const list = add(Array.isArray(value) ? "list" : "record", String(items.length), parent, example);
      for (const item of items) addValue(item as Value, list, example, limit);
    }
  }
  return encode(
    nodes,
    copyable.filter(({ node }) => node >= 0),
  );
}

function encode(nodes: readonly Node[], copyable: readonly Copyable[]): RequestTree {
  const kinds = new BigInt64Array(TREE.nodes);
  const texts = new BigInt64Array(TREE.nodes);
  const forms = new BigInt64Array(TREE.nodes);
  const lengths = new BigInt64Array(TREE.nodes);
  const places = new BigInt64Array(TREE.nodes * TREE.depth);
  const relations = new BigInt64Array(TREE.nodes * TREE.nodes);
  const mask = new Float32Array(TREE.nodes).fill(-1e9);
  const lower = nodes.map(({ text }) => text.toLowerCase());
  nodes.forEach((node, at) => {
    kinds[at] = BigInt(KINDS.indexOf(node.kind));
    texts[at] = BigInt(hash(lower[at]!));
    forms[at] = BigInt(FORMS.indexOf(node.form));
    lengths[at] = BigInt(Math.min(node.text.length, 15));
    node.path.slice(0, TREE.depth).forEach((place, level) => {
      places[at * TREE.depth + level] = BigInt(1 + level * TREE.places + place);
    });
    mask[at] = 0;
    for (let other = 0; other < nodes.length; other++) {
      relations[at * TREE.nodes + other] = BigInt(relationId[relationOf(nodes, lower, at, other)]);
    }
  });
  return { size: nodes.length, copyable, kinds, texts, forms, lengths, places, relations, mask };
}

/** The first that holds, the telling ones first. */
function relationOf(nodes: readonly Node[], lower: readonly string[], at: number, other: number): Relation {
  if (at === other) return "self";
  const [a, b] = [nodes[at]!, nodes[other]!];
  if (a.parent === other) return "parent";
  if (b.parent === at) return "child";
  const [x, y] = [lower[at]!, lower[other]!];
  const constant = a.kind.startsWith("constant") || b.kind.startsWith("constant");
  if (x !== "" && y !== "" && (a.example === b.example || constant)) {
    if (a.text === b.text) return a.parent === b.parent ? "sibling" : "equal";
    if (x === y) return "equalButCase";
    if (!constant && y.startsWith(x)) return "begins";
    if (!constant && x.startsWith(y)) return "begunBy";
  }
  if (a.parent === b.parent) {
    const step = b.path.at(-1)! - a.path.at(-1)!;
    return step === 1 ? "next" : step === -1 ? "previous" : "sibling";
  }
  if (a.example !== b.example && a.example >= 0 && b.example >= 0) {
    if (
      a.path.length === b.path.length &&
      a.path.slice(1).every((place, level) => place === b.path[level + 1])
    )
      return "samePlace";
    if (a.text !== "" && a.text === b.text) return "equalElsewhere";
  }
  return "far";
}
