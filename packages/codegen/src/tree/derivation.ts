/**
 * Expressions as derivations and back. A derivation's state is the stack of places still to be filled, each with its
 * type, its domain of constants or the lambda it stands in; only rules that fit the next place's type may come next, so
 * that every finished derivation is a well-typed expression.
 */
import { call, type Expression, variable } from "../language/expression.ts";
import { CONCATENATION } from "../search/concatenation.ts";
import { elementOf, isList, partsOf, type Type } from "../values/type.ts";
import type { Copyable } from "./request-tree.ts";
import { constantRule, MOST_PARTS, type Rule, type RuleTable } from "./rules.ts";

/** The most actions of a derivation. */
export const LONGEST = 24;

/** Below `rules.size` a rule; above, a node of the request's tree to copy. */
export type Action = number;

/** Where a rule is applied: what the decoder is told beside the actions so far. */
export interface Place {
  /** The rule that opened it, or -1 for the root. */
  readonly parent: number;
  /** Which of the rule's places. */
  readonly child: number;
  readonly depth: number;
}

export interface Derivation {
  readonly actions: readonly Action[];
  readonly places: readonly Place[];
}

/** The derivation of an expression, or undefined if it needs what is neither a rule nor copyable, or is too long. */
export function derive(
  expression: Expression,
  rules: RuleTable,
  copyable: readonly Copyable[],
  parameters: readonly string[],
): Derivation | undefined {
  const actions: Action[] = [];
  const places: Place[] = [];
  const visit = (part: Expression, place: Place, lambdas: number): boolean => {
    const step = (action: Action | undefined, children: readonly Expression[], inner = lambdas): boolean => {
      if (action === undefined || actions.length >= LONGEST) return false;
      actions.push(action);
      places.push(place);
      return children.every((child, at) =>
        visit(
          child,
          { parent: action < rules.size ? action : -1, child: at, depth: place.depth + 1 },
          at === children.length - 1 ? inner : lambdas,
        ),
      );
    };
    switch (part.kind) {
      case "variable": {
        const bound = /^@(\d+)\.(\d+)$/.exec(part.name);
        if (bound) return step(rules.idOf(`variable:${lambdas - 1 - Number(bound[1])}.${bound[2]}`), []);
        const node = copyable.find(
          (one) => one.kind === "parameter" && parameters[one.at] === part.name,
        )?.node;
        return step(node === undefined ? undefined : rules.size + node, []);
      }
      case "constant": {
        const name = constantRule(part);
        const node = copyable.find(
          (one) => one.kind === "constant" && constantRule(one.constant) === name,
        )?.node;
        return step(rules.idOf(name) ?? (node === undefined ? undefined : rules.size + node), []);
      }
      case "conditional": {
        const [first, ...rest] = part.branches;
        if (!first) return visit(part.otherwise, place, lambdas);
        const otherwise = rest.length === 0 ? part.otherwise : { ...part, branches: rest };
        return step(rules.idOf("conditional"), [first.test, first.value, otherwise]);
      }
      case "call": {
        if (part.operator === CONCATENATION)
          return part.args.length <= MOST_PARTS
            ? step(rules.idOf(`concatenation:${part.args.length}`), part.args)
            : false;
        const args =
          part.operator.name === "field"
            ? part.args.map((arg) => (arg.kind === "constant" ? { ...arg, type: "field" } : arg))
            : part.args;
        const inner = part.operator.binds > 0 ? lambdas + 1 : lambdas;
        return step(rules.idOf(`call:${part.operator.name}`), args, inner);
      }
    }
  };
  return visit(expression, { parent: -1, child: 0, depth: 0 }, 0) ? { actions, places } : undefined;
}

/** A place that is still open. */
interface Hole {
  readonly place: Place;
  /** What an expression here must have; for a slot of constants the domain's name. */
  readonly type: Type;
  readonly constantOf: string | undefined;
  /** Element types of the lambdas around it, outermost first; pairs bind two variables. */
  readonly scope: readonly Type[];
}

/** A rule with its type variables bound, or a copied node, as the expression that it begins. */
interface Step {
  readonly build: (children: readonly Expression[]) => Expression;
  readonly arity: number;
}

export interface Option {
  readonly action: Action;
  /** The state after it. */
  readonly next: DerivationState;
}

export interface Grammar {
  readonly rules: RuleTable;
  readonly copyable: readonly Copyable[];
  readonly parameters: readonly { readonly name: string; readonly type: Type }[];
  /** What type variables may stand for. */
  readonly elementTypes: readonly Type[];
  /** Values that a slot of constants takes, by its domain. */
  readonly domains: Readonly<Record<string, ReadonlySet<unknown>>>;
}

const MOST_LAMBDAS = 2;

export class DerivationState {
  readonly actions: readonly Action[];
  readonly places: readonly Place[];
  readonly #holes: readonly Hole[];
  readonly #steps: readonly Step[];
  readonly #grammar: Grammar;

  constructor(
    grammar: Grammar,
    holes: readonly Hole[],
    steps: readonly Step[] = [],
    actions: readonly Action[] = [],
    places: readonly Place[] = [],
  ) {
    this.#grammar = grammar;
    this.#holes = holes;
    this.#steps = steps;
    this.actions = actions;
    this.places = places;
  }

  static start(grammar: Grammar, returns: Type): DerivationState {
    return new DerivationState(grammar, [
      { place: { parent: -1, child: 0, depth: 0 }, type: returns, constantOf: undefined, scope: [] },
    ]);
  }

  get done(): boolean {
    return this.#holes.length === 0;
  }

  /** Where the next rule goes. */
  get place(): Place {
    return this.#holes.at(-1)!.place;
  }

  /** Whether the places that are open can still be filled. */
  get fits(): boolean {
    return this.actions.length + this.#holes.length <= LONGEST;
  }

  expression(): Expression {
    let at = 0;
    const build = (): Expression => {
      const step = this.#steps[at++]!;
      return step.build(Array.from({ length: step.arity }, build));
    };
    return build();
  }

  /** All that may come next: one for each binding of a rule's type variables. */
  *options(): Generator<Option> {
    const { rules, copyable, parameters, domains } = this.#grammar;
    const hole = this.#holes.at(-1)!;
    if (hole.constantOf !== undefined) {
      const allowed = domains[hole.constantOf];
      for (const [id, rule] of rules.rules.entries())
        if (rule?.kind === "constant" && allowed?.has(rule.constant.value))
          yield this.#leaf(id, rule.constant);
      for (const one of copyable)
        if (one.kind === "constant" && (allowed?.has(one.constant.value) ?? one.constant.type === "field"))
          yield this.#leaf(rules.size + one.node, one.constant);
      return;
    }
    for (const one of copyable) {
      if (one.kind === "parameter") {
        const { name, type } = parameters[one.at]!;
        if (type === hole.type) yield this.#leaf(rules.size + one.node, variable(name, type));
      } else if (one.constant.type === hole.type) yield this.#leaf(rules.size + one.node, one.constant);
    }
    for (const [id, rule] of rules.rules.entries()) if (rule) yield* this.#apply(id, rule, hole);
  }

  #leaf(action: Action, expression: Expression): Option {
    return this.#after(action, { arity: 0, build: () => expression }, []);
  }

  #after(action: Action, step: Step, opened: readonly Hole[]): Option {
    const hole = this.#holes.at(-1)!;
    const next = new DerivationState(
      this.#grammar,
      [...this.#holes.slice(0, -1), ...opened.toReversed()],
      [...this.#steps, step],
      [...this.actions, action],
      [...this.places, hole.place],
    );
    return { action, next };
  }

  *#apply(id: number, rule: Rule, hole: Hole): Generator<Option> {
    const inside = (child: number, type: Type, constantOf?: string, scope = hole.scope): Hole => ({
      place: { parent: id, child, depth: hole.place.depth + 1 },
      type,
      constantOf,
      scope,
    });
    switch (rule.kind) {
      case "constant":
        if (rule.constant.type === hole.type) yield this.#leaf(id, rule.constant);
        return;
      case "variable": {
        const depth = hole.scope.length - 1 - rule.level;
        const element = hole.scope[depth];
        if (element === undefined) return;
        const parts = element.startsWith("pair<") ? partsOf(element) : [element];
        if (parts[rule.part] === hole.type)
          yield this.#leaf(id, variable(`@${depth}.${rule.part}`, hole.type));
        return;
      }
      case "conditional":
        yield this.#after(
          id,
          {
            arity: 3,
            build: ([test, value, otherwise]) => {
              const branches = [{ test: test!, value: value! }];
              return otherwise!.kind === "conditional"
                ? { ...otherwise!, branches: [...branches, ...otherwise!.branches] }
                : { kind: "conditional", type: hole.type, branches, otherwise: otherwise! };
            },
          },
          [inside(0, "bool"), inside(1, hole.type), inside(2, hole.type)],
        );
        return;
      case "concatenation":
        if (hole.type !== "str") return;
        yield this.#after(
          id,
          { arity: rule.parts, build: (parts) => call(CONCATENATION, "str", parts) },
          Array.from({ length: rule.parts }, (_, at) => inside(at, "str")),
        );
        return;
      case "operator": {
        const { operator } = rule;
        const record = operator.name === "field";
        if (operator.binds > 0 && hole.scope.length >= MOST_LAMBDAS) return;
        const bound = record ? {} : matchType(operator.returns, hole.type);
        if (bound === undefined || (record && !["str", "num", "bool"].includes(hole.type))) return;
        const free = [
          ...new Set(operator.slots.flatMap(({ type }) => type.match(/\b[TUV]\b/g) ?? [])),
        ].filter((name) => bound[name] === undefined);
        for (const binding of bindings(free, this.#grammar.elementTypes)) {
          const all = { ...bound, ...binding };
          const types = operator.slots.map(({ type }) => substitute(type, all));
          yield this.#after(
            id,
            {
              arity: operator.slots.length,
              build: (args) =>
                call(operator, hole.type, args, operator.binds > 0 ? hole.scope.length : undefined),
            },
            operator.slots.map(({ kind, type }, at) =>
              kind === "constant"
                ? inside(at, "", type)
                : kind === "lambda"
                  ? inside(at, types[at]!, undefined, [...hole.scope, elementOf(types[0]!)])
                  : inside(at, types[at]!),
            ),
          );
        }
      }
    }
  }
}

const substitute = (type: Type, binding: Readonly<Record<string, Type>>): Type =>
  type.replace(/\b[TUV]\b/g, (name) => binding[name] ?? name);

function* bindings(names: readonly string[], types: readonly Type[]): Generator<Record<string, Type>> {
  const [name, ...rest] = names;
  if (name === undefined) {
    yield {};
    return;
  }
  for (const type of types) for (const others of bindings(rest, types)) yield { [name]: type, ...others };
}

/** What a signature's type variables stand for if it gives a type; undefined if it cannot. */
function matchType(pattern: Type, type: Type): Record<string, Type> | undefined {
  if (/^[TUV]$/.test(pattern)) return { [pattern]: type };
  if (isList(pattern)) return isList(type) ? matchType(elementOf(pattern), elementOf(type)) : undefined;
  if (pattern.startsWith("pair<") && type.startsWith("pair<")) {
    const [a, b] = [partsOf(pattern), partsOf(type)];
    const [left, right] = [matchType(a[0], b[0]), matchType(a[1], b[1])];
    if (!left || !right) return undefined;
    const agree = Object.entries(left).every(([name, one]) => (right[name] ?? one) === one);
    return agree ? { ...left, ...right } : undefined;
  }
  return pattern === type ? {} : undefined;
}
