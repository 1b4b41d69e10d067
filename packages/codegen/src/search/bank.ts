/**
 * Bottom-up enumeration with observational equivalence: all expressions in order of cost, of which only the cheapest of
 * those that compute the same values on the examples is kept (Udupa et al. 2013, TRANSIT; Albarghouthi et al. 2013). Bodies of
 * lambdas come from a bank of their own, whose examples are the elements of the list that is traversed.
 */
import { call, constant, type Expression, variable } from "../language/expression.ts";
import type { Operator } from "../language/operator.ts";
import { elementOf, isList, partsOf, type Type } from "../values/type.ts";
import { isUsable, keyOf } from "../values/value.ts";
import type { Clock } from "./clock.ts";
import type { Choice, Domains } from "./constants.ts";
import { type CostAdjustment, type Production, productionsFor } from "./productions.ts";

export interface Entry {
  readonly expression: Expression;
  readonly type: Type;
  /** One for each example. */
  readonly values: readonly unknown[];
  readonly cost: number;
  /** Whether it reads a variable of the bank's own lambda (always true outside lambdas). */
  readonly bound: boolean;
}

export interface Leaf {
  readonly expression: Expression;
  readonly values: readonly unknown[];
  readonly cost: number;
  readonly bound: boolean;
}

export interface BankSettings {
  readonly operators: readonly Operator[];
  readonly domains: Domains;
  readonly constants: readonly Choice[];
  readonly adjust: CostAdjustment;
  /** What type variables may stand for. */
  readonly elementTypes: readonly Type[];
  readonly maxEntries: number;
  /** Past this moment of the clock the enumeration stops. */
  readonly deadline: number;
  readonly clock: Clock;
  /** Given every entry that is kept. */
  readonly onEntry?: (entry: Entry) => void;
  /** What is looked for: expressions with these values are all given to `onGoal`, not only the cheapest. */
  readonly goal?: { readonly type: Type; readonly key: string };
  readonly onGoal?: (expression: Expression, cost: number) => void;
}

/** Nesting of lambdas, elements in all examples together, and entries in a lambda's bank. */
const LIMITS = {
  depth: 2,
  rows: 400,
  lambdaEntries: 4_000,
  lambdaSources: 60,
  outerLeaves: 14,
  outerCost: 8,
};

const EVALUATIONS_PER_LOOK = 2_048;

export class Bank {
  readonly #settings: BankSettings;
  readonly #depth: number;
  readonly #rows: number;
  readonly #productions: readonly Production[];
  readonly #seen = new Map<Type, Set<string>>();
  readonly #levels = new Map<Type, Entry[][]>();
  readonly #lambdas = new Map<Entry, Bank | undefined>();
  readonly #leaves: readonly Leaf[];
  readonly entries: Entry[] = [];
  /** The cost of the last level that was completed. */
  level = -1;
  exhausted = false;
  #lambdaCount = 0;
  /** Since the last look at the clock. */
  #evaluations = 0;

  /** @param productions of the bank around this one, which are the same */
  constructor(
    leaves: readonly Leaf[],
    rows: number,
    settings: BankSettings,
    depth = 0,
    productions?: readonly Production[],
  ) {
    this.#settings = settings;
    this.#depth = depth;
    this.#rows = rows;
    this.#leaves = leaves;
    if (productions) {
      this.#productions =
        depth >= LIMITS.depth ? productions.filter(({ body }) => body === undefined) : productions;
      return;
    }
    const types = new Set(settings.elementTypes);
    const known = (type: Type): boolean =>
      isList(type)
        ? known(elementOf(type))
        : type.startsWith("pair<")
          ? partsOf(type).every(known)
          : types.has(type) || type === "bool";
    this.#productions = productionsFor(
      settings.operators,
      settings.domains,
      settings.elementTypes,
      known,
      settings.adjust,
    );
  }

  /** Entries of a type, cheapest first. */
  *ofType(type: Type): Generator<Entry> {
    for (const level of this.#levels.get(type) ?? []) if (level) yield* level;
  }

  /** Entries of a type at one cost. */
  at(type: Type, cost: number): readonly Entry[] {
    return this.#levels.get(type)?.[cost] ?? [];
  }

  get types(): Iterable<Type> {
    return this.#levels.keys();
  }

  /** Makes all entries of the next cost. False when time or room has run out. */
  grow(): boolean {
    if (this.exhausted) return false;
    this.level++;
    const cost = this.level;
    for (const leaf of this.#leaves)
      if (leaf.cost === cost) this.#add(leaf.expression, leaf.values, cost, leaf.bound);
    for (const choice of this.#settings.constants) {
      if (choice.cost === cost) {
        this.#add(choice.constant, new Array(this.#rows).fill(choice.constant.value), cost, false);
      }
    }
    for (const production of this.#productions) {
      const rest = cost - production.cost;
      if (rest < 0) continue;
      if (!this.#expand(production, rest, cost)) {
        this.exhausted = true;
        return false;
      }
    }
    return true;
  }

  /** Grows to a cost. */
  growTo(cost: number): void {
    while (this.level < cost && this.grow()) {}
  }

  /** The bank for bodies of lambdas over a list entry; undefined if the list has too many elements or none. */
  lambdaBank(source: Entry): Bank | undefined {
    if (this.#lambdas.has(source)) return this.#lambdas.get(source);
    const bank = this.#makeLambdaBank(source, LIMITS.lambdaEntries);
    this.#lambdas.set(source, bank);
    return bank;
  }

  #makeLambdaBank(source: Entry, maxEntries: number): Bank | undefined {
    if (this.#lambdaCount >= LIMITS.lambdaSources || source.cost > 16) return undefined;
    const lists = source.values as readonly (readonly unknown[])[];
    const rows = lists.flat(1);
    if (rows.length === 0 || rows.length > LIMITS.rows) return undefined;
    this.#lambdaCount++;
    const element = elementOf(source.type);
    const prefix = `@${this.#depth}`;
    const own: Leaf[] = element.startsWith("pair<")
      ? partsOf(element).map((type, part) => ({
          expression: variable(`${prefix}.${part}`, type),
          values: lists.flatMap((list) => list.map((pair) => (pair as unknown[])[part])),
          cost: 0,
          bound: true,
        }))
      : recordFields({
          expression: variable(`${prefix}.0`, element),
          values: lists.flatMap((list) => [...list]),
          cost: 0,
          bound: true,
        });
    const outer = this.entries
      .filter(
        ({ cost, type, expression }) =>
          expression.kind === "variable" ||
          (cost <= LIMITS.outerCost &&
            cost > 0 &&
            expression.kind === "call" &&
            !isList(type) &&
            type !== "bool"),
      )
      .slice(0, LIMITS.outerLeaves)
      .map(({ expression, values, cost }) => ({
        expression,
        values: lists.flatMap((list, example) => list.map(() => values[example])),
        cost: cost + (expression.kind === "variable" ? 1 : 2),
        bound: false,
      }));
    const { onEntry: _, onGoal: __, goal: ___, ...settings } = this.#settings;
    return new Bank(
      [...own, ...outer],
      rows.length,
      { ...settings, maxEntries },
      this.#depth + 1,
      this.#productions,
    );
  }

  #expand(production: Production, rest: number, cost: number): boolean {
    const { holes } = production;
    if (production.body !== undefined) return this.#expandLambda(production, rest, cost);
    const chosen: Entry[] = [];
    const choose = (at: number, left: number): boolean => {
      const type = holes[at]!;
      if (at === holes.length - 1) {
        for (const entry of this.at(type, left)) {
          chosen[at] = entry;
          if (!this.#apply(production, chosen, cost)) return false;
        }
        return true;
      }
      for (let own = 0; own <= left; own++) {
        for (const entry of this.at(type, own)) {
          chosen[at] = entry;
          if (!choose(at + 1, left - own)) return false;
        }
      }
      return true;
    };
    return holes.length === 0 ? true : choose(0, rest);
  }

  #expandLambda(production: Production, rest: number, cost: number): boolean {
    const { operator, holes, returns } = production;
    for (let own = 0; own <= rest; own++) {
      // A copy, because the loop adds entries of this cost.
      for (const source of [...this.at(holes[0]!, own)]) {
        const bank = this.lambdaBank(source);
        if (!bank) continue;
        bank.growTo(rest - own);
        const lists = source.values as readonly (readonly unknown[])[];
        for (const body of bank.at(production.body!, rest - own)) {
          if (!body.bound) continue;
          if (this.#late()) return false;
          const values: unknown[] = [];
          let offset = 0;
          for (const list of lists) {
            const value = attempt(operator, [list, body.values.slice(offset, offset + list.length)]);
            if (!isUsable(value)) break;
            values.push(value);
            offset += list.length;
          }
          if (values.length < lists.length) continue;
          const expression = call(operator, returns, [source.expression, body.expression], this.#depth);
          if (!this.#add(expression, values, cost, source.bound || this.#depth === 0)) return false;
        }
      }
    }
    return true;
  }

  #apply(production: Production, chosen: readonly Entry[], cost: number): boolean {
    if (this.#late()) return false;
    const { operator, fixed, returns } = production;
    const args: unknown[] = fixed.map((one) => one?.value);
    const places = fixed.flatMap((one, at) => (one === undefined ? [at] : []));
    const values: unknown[] = new Array(this.#rows);
    for (let row = 0; row < this.#rows; row++) {
      for (let hole = 0; hole < places.length; hole++) args[places[hole]!] = chosen[hole]!.values[row];
      const value = attempt(operator, args);
      if (value === undefined || !isUsable(value)) return true;
      values[row] = value;
    }
    const bound = chosen.some((entry) => entry.bound);
    return this.#add(
      () => {
        let hole = 0;
        return call(
          operator,
          returns,
          fixed.map((one) => one ?? chosen[hole++]!.expression),
        );
      },
      values,
      cost,
      bound,
      returns,
    );
  }

  /** False when there is no room for more. */
  #add(
    expression: Expression | (() => Expression),
    values: readonly unknown[],
    cost: number,
    bound: boolean,
    type: Type = (expression as Expression).type,
  ): boolean {
    const key = valuesKey(values, type);
    let seen = this.#seen.get(type);
    if (!seen) {
      seen = new Set();
      this.#seen.set(type, seen);
    }
    const { onEntry, goal, onGoal } = this.#settings;
    const isGoal = goal !== undefined && goal.key === key && goal.type === type;
    if (seen.has(key)) {
      if (isGoal) onGoal?.(typeof expression === "function" ? expression() : expression, cost);
      return true;
    }
    seen.add(key);
    const made = typeof expression === "function" ? expression() : expression;
    if (isGoal) onGoal?.(made, cost);
    const entry: Entry = {
      expression: made,
      type,
      values,
      cost,
      bound,
    };
    let levels = this.#levels.get(type);
    if (!levels) {
      levels = [];
      this.#levels.set(type, levels);
    }
    levels[cost] ??= [];
    levels[cost].push(entry);
    this.entries.push(entry);
    onEntry?.(entry);
    return this.entries.length < this.#settings.maxEntries;
  }

  #late(): boolean {
    this.#evaluations += this.#rows;
    if (this.#evaluations < EVALUATIONS_PER_LOOK) return false;
    this.#evaluations = 0;
    return this.#settings.clock.now() > this.#settings.deadline;
  }
}

/** A leaf and, if its values are records of the same fields, one leaf for each field. */
export function recordFields(leaf: Leaf): Leaf[] {
  if (leaf.expression.type !== "record") return [leaf];
  const records = leaf.values as readonly Readonly<Record<string, unknown>>[];
  const names = Object.keys(records[0] ?? {}).filter((name) =>
    records.every((record) => Object.hasOwn(record, name)),
  );
  return [
    leaf,
    ...names.flatMap((name) => {
      const values = records.map((record) => record[name]);
      const kinds = new Set(values.map((value) => typeof value));
      const kind = [...kinds][0];
      const type =
        kinds.size > 1
          ? undefined
          : kind === "string"
            ? "str"
            : kind === "number"
              ? "num"
              : kind === "boolean"
                ? "bool"
                : undefined;
      if (type === undefined) return [];
      return [
        {
          ...leaf,
          expression: call(FIELD, type, [leaf.expression, constant(name, "str")]),
          values,
          cost: leaf.cost + 1,
        },
      ];
    }),
  ];
}

export const FIELD: Operator = {
  name: "field",
  slots: [
    { kind: "expression", type: "record" },
    { kind: "constant", type: "field" },
  ],
  returns: "str",
  binds: 0,
  cost: 1,
  run: (record: Readonly<Record<string, unknown>>, name: string) =>
    Object.hasOwn(record, name) ? record[name] : undefined,
  python: "{0:9}[{1}]",
  typescript: "{0:9}[{1}]!",
  precedence: 9,
  typescriptPrecedence: 9,
  helpers: [],
  words: "field",
};

function attempt(operator: Operator, args: readonly unknown[]): unknown {
  try {
    return (operator.run as (...values: readonly unknown[]) => unknown)(...args);
  } catch {
    // An operator given what it was not made for (a mixed list, say) has no value.
    return undefined;
  }
}

/** Equal for entries that compute the same values. Floats are compared to twelve digits. */
export function valuesKey(values: readonly unknown[], type: Type): string {
  if (type === "str") return values.join("\u0000");
  if (type === "num") {
    let key = "";
    for (const value of values as readonly number[]) {
      key += Number.isInteger(value) ? value : Number(value.toPrecision(12));
      key += ",";
    }
    return key;
  }
  return keyOf(values);
}
