/**
 * The grammar as rules that a decoder writes one after the other: the leftmost derivation of an expression, outermost
 * call first. A rule is an operator, a concatenation of n parts, a conditional, a variable of a lambda, or a constant
 * that every problem may need; parameters and the problem's own constants are copied from the request's tree instead.
 */
import { type Constant, constant } from "../language/expression.ts";
import type { Operator } from "../language/operator.ts";
import { OPERATORS } from "../language/operators/index.ts";
import { FIELD } from "../search/bank.ts";
import { domainsOf } from "../search/constants.ts";

export type Rule =
  | { readonly kind: "operator"; readonly operator: Operator }
  | { readonly kind: "concatenation"; readonly parts: number }
  | { readonly kind: "conditional" }
  /** `@depth.part`, relative to the innermost lambda: level 0 is that one's. */
  | { readonly kind: "variable"; readonly level: number; readonly part: number }
  | { readonly kind: "constant"; readonly constant: Constant };

export const MOST_PARTS = 6;

const smallNumbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1, -2, -3, -4, 100, 16];
const commonTexts = ["", " ", "*", "0", ", ", "-"];

/** Patterns do not depend on the problem. */
const patterns = [
  ...new Set(
    Object.values(domainsOf({ inputs: ["([<\"'{}')>])"], outputs: [], spec: "" }))
      .flat()
      .filter((one) => one.constant.type === "pattern")
      .map((one) => String(one.constant.value)),
  ),
  "\\(([^)]*)\\)",
  "\\[([^\\]]*)\\]",
  "<([^>]*)>",
  '"([^"]*)"',
  "'([^']*)'",
  "\\{([^}]*)\\}",
].filter((one, at, all) => all.indexOf(one) === at);

/** The name that a model's file knows a constant's rule by. */
export const constantRule = ({ type, value }: Constant): string => `${type}:${JSON.stringify(value)}`;

function* namedRules(): Generator<[string, Rule]> {
  for (const operator of [...OPERATORS, FIELD])
    yield [`call:${operator.name}`, { kind: "operator", operator }];
  for (let parts = 2; parts <= MOST_PARTS; parts++)
    yield [`concatenation:${parts}`, { kind: "concatenation", parts }];
  yield ["conditional", { kind: "conditional" }];
  for (const level of [0, 1])
    for (const part of [0, 1]) yield [`variable:${level}.${part}`, { kind: "variable", level, part }];
  const constants = [
    ...smallNumbers.map((value) => constant(value, "num")),
    ...commonTexts.map((value) => constant(value, "str")),
    ...patterns.map((value) => constant(value, "pattern")),
  ];
  for (const one of constants) yield [constantRule(one), { kind: "constant", constant: one }];
}

const byName = new Map(namedRules());

/** The rules by the numbers that a model gives them. */
export class RuleTable {
  readonly names: readonly string[];
  /** Undefined for a rule that the grammar no longer has. */
  readonly rules: readonly (Rule | undefined)[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(names: readonly string[] = [...byName.keys()]) {
    this.names = names;
    this.rules = names.map((name) => byName.get(name));
    this.#ids = new Map(names.map((name, id) => [name, id]));
  }

  get size(): number {
    return this.names.length;
  }

  idOf(name: string): number | undefined {
    return this.#ids.get(name);
  }
}
