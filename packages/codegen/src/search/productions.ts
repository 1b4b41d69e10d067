/**
 * Operators made ready for one search: every slot of constants filled, every type variable bound. What remains are the
 * places for expressions, and at most one for a lambda's body.
 */
import type { Constant } from "../language/expression.ts";
import type { Operator } from "../language/operator.ts";
import { elementOf, isList, type Type } from "../values/type.ts";
import type { Choice, Domains } from "./constants.ts";

export interface Production {
  readonly operator: Operator;
  /** The constant in each slot that has one. */
  readonly fixed: readonly (Constant | undefined)[];
  /** Types of the places for expressions, in order; the lambda's body is not among them. */
  readonly holes: readonly Type[];
  readonly body: Type | undefined;
  readonly returns: Type;
  readonly cost: number;
}

/** Adds to an operator's cost: negative for what the policy expects. */
export type CostAdjustment = (operator: Operator) => number;

const substitute = (type: Type, binding: Readonly<Record<string, Type>>): Type =>
  type.replace(/\b[TUV]\b/g, (name) => binding[name] ?? name);

const variablesOf = (operator: Operator): string[] => [
  ...new Set(
    [...operator.slots.map(({ type }) => type), operator.returns].join(" ").match(/\b[TUV]\b/g) ?? [],
  ),
];

function* bindings(names: readonly string[], types: readonly Type[]): Generator<Record<string, Type>> {
  const [name, ...rest] = names;
  if (name === undefined) {
    yield {};
    return;
  }
  for (const type of types) for (const others of bindings(rest, types)) yield { [name]: type, ...others };
}

function* fillings(
  operator: Operator,
  domains: Domains,
): Generator<{ fixed: (Constant | undefined)[]; cost: number }> {
  const choose = function* (at: number): Generator<{ fixed: (Constant | undefined)[]; cost: number }> {
    if (at === operator.slots.length) {
      yield { fixed: [], cost: 0 };
      return;
    }
    const slot = operator.slots[at]!;
    const choices: readonly (Choice | undefined)[] =
      slot.kind === "constant" ? (domains[slot.type] ?? []) : [undefined];
    for (const choice of choices) {
      for (const rest of choose(at + 1)) {
        yield { fixed: [choice?.constant, ...rest.fixed], cost: rest.cost + (choice?.cost ?? 0) };
      }
    }
  };
  yield* choose(0);
}

/**
 * @param elementTypes what the type variables may stand for
 * @param known whether a search for this problem can ever hold values of a type; productions over others are left out
 */
export function productionsFor(
  operators: readonly Operator[],
  domains: Domains,
  elementTypes: readonly Type[],
  known: (type: Type) => boolean,
  adjust: CostAdjustment,
): Production[] {
  const productions: Production[] = [];
  for (const operator of operators) {
    const base = Math.max(1, operator.cost + adjust(operator));
    for (const binding of bindings(variablesOf(operator), elementTypes)) {
      const types = operator.slots.map(({ type }) => substitute(type, binding));
      const holes = types.filter((_, at) => operator.slots[at]!.kind === "expression");
      const returns = substitute(operator.returns, binding);
      const body = types.find((_, at) => operator.slots[at]!.kind === "lambda");
      if (depthOf(returns) > 2 || !holes.every(known) || (body !== undefined && !known(body))) continue;
      for (const { fixed, cost } of fillings(operator, domains)) {
        productions.push({ operator, fixed, holes, body, returns, cost: base + cost });
      }
    }
  }
  return productions;
}

const depthOf = (type: Type): number => (isList(type) ? 1 + depthOf(elementOf(type)) : 0);
