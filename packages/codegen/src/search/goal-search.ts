/**
 * Top-down deduction on a growing bank: turns one goal (a value for each example) into smaller ones by inverse semantics.
 * Concatenations, joins and maps over lists, filters, affine arithmetic, decision lists. Works the same for a problem's
 * outputs and for the body of a lambda, whose examples are a list's elements.
 */
import { call, constant, type Expression } from "../language/expression.ts";
import { operatorNamed } from "../language/operators/index.ts";
import { elementOf, isList, listOf, type Type } from "../values/type.ts";
import { keyOf, sameValue } from "../values/value.ts";
import { decimalsOf, fitAffine } from "./affine.ts";
import { type Bank, type Entry, valuesKey } from "./bank.ts";
import type { Clock } from "./clock.ts";
import { AtomIndex, spell } from "./concatenation.ts";
import { decide, distinctTests, type Leaf, maskOf, separate, type Test } from "./predicates.ts";

export type Strategy = "enumeration" | "concatenation" | "traversal" | "arithmetic" | "conditional";

export interface Solution {
  readonly expression: Expression;
  /** The lower, the likelier to be what was meant. */
  readonly cost: number;
  readonly strategy: Strategy;
}

export interface GoalContext {
  /** Whether a text stands in some input, so that a constant of the same letters is suspicious. */
  readonly inInputs: (text: string) => boolean;
  readonly joiners: readonly string[];
  readonly deadline: number;
  readonly clock: Clock;
  readonly conditionals: boolean;
}

const LIMITS = {
  sources: 24,
  leaves: 400,
  tests: 1_500,
  atoms: 40_000,
  bodyCost: 13,
  depth: 2,
  testedCost: 9,
};
const CONDITIONAL_COST = 8;

export class GoalSearch {
  readonly #bank: Bank;
  readonly #goal: readonly unknown[];
  readonly #type: Type;
  readonly #context: GoalContext;
  readonly #depth: number;
  readonly #all: bigint;
  readonly #goalKey: string;
  readonly #atoms = new AtomIndex();
  readonly #sources: Entry[] = [];
  readonly #tests: Test[] = [];
  readonly #leaves = new Map<bigint, Leaf>();
  readonly #inner = new Map<string, GoalSearch | undefined>();
  readonly #solutions = new Map<string, Solution>();
  readonly #numberGoals: readonly {
    readonly values: readonly number[];
    readonly decimals: number;
    readonly fixed: boolean;
  }[];
  #read = 0;
  #spelledAt = 0;
  #decidedAt = 0;

  constructor(bank: Bank, goal: readonly unknown[], type: Type, context: GoalContext, depth = 0) {
    this.#bank = bank;
    this.#goal = goal;
    this.#type = type;
    this.#context = context;
    this.#depth = depth;
    this.#all = (1n << BigInt(goal.length)) - 1n;
    this.#goalKey = valuesKey(goal, type);
    this.#numberGoals =
      type === "num"
        ? [
            {
              values: goal as readonly number[],
              decimals: decimalsOf(goal as readonly number[]),
              fixed: false,
            },
          ]
        : type === "str"
          ? numbersWithin(goal as readonly string[])
          : [];
    this.#constantLeaves();
  }

  /** Found so far, likeliest first. */
  get solutions(): Solution[] {
    return [...this.#solutions.values()].sort((a, b) => a.cost - b.cost);
  }

  get best(): number {
    let best = Number.POSITIVE_INFINITY;
    for (const { cost } of this.#solutions.values()) best = Math.min(best, cost);
    return best;
  }

  offer(expression: Expression, cost: number, strategy: Strategy): void {
    if (this.#solutions.size >= 40) return;
    const key = signature(expression);
    const known = this.#solutions.get(key);
    if (!known || cost < known.cost) this.#solutions.set(key, { expression, cost, strategy });
  }

  /**
   * Takes in what the bank has made since, then tries every deduction that could have become possible; those that need
   * banks of their own only if `thorough`.
   */
  advance(thorough = true): void {
    this.#readEntries();
    if (this.#type === "str") this.#spellOutputs();
    if (thorough) {
      this.#throughLists();
      if (isList(this.#type)) this.#throughFilters();
    }
    if (this.#context.conditionals || this.#type === "bool") this.#byCases();
  }

  #constantLeaves(): void {
    const groups = new Map<string, { value: unknown; mask: bigint }>();
    this.#goal.forEach((value, at) => {
      const key = keyOf(value);
      const group = groups.get(key);
      const bit = 1n << BigInt(at);
      if (group) group.mask |= bit;
      else groups.set(key, { value, mask: bit });
    });
    for (const { value, mask } of groups.values()) {
      const scalar = typeof value !== "object" || (Array.isArray(value) && value.length === 0);
      // A constant that is right once says nothing; where everything is one of few constants it says a lot.
      if (scalar && (mask & (mask - 1n)) !== 0n) {
        this.#leaves.set(mask, { expression: constant(value, this.#type), mask, cost: 4 });
      } else if (scalar && groups.size <= 6 && this.#goal.length >= 2 * groups.size) {
        this.#leaves.set(mask, { expression: constant(value, this.#type), mask, cost: 9 });
      }
    }
  }

  #readEntries(): void {
    const { entries } = this.#bank;
    for (; this.#read < entries.length; this.#read++) {
      if ((this.#read & 255) === 0 && this.#context.clock.now() > this.#context.deadline) return;
      this.#readEntry(entries[this.#read]!);
    }
  }

  #readEntry(entry: Entry): void {
    const { type, values, expression, cost } = entry;
    if (type === this.#type) {
      if (this.#depth > 0 && valuesKey(values, type) === this.#goalKey)
        this.offer(expression, cost, "enumeration");
      this.#readLeaf(entry);
    }
    if (type === "bool" && this.#tests.length < LIMITS.tests) {
      this.#tests.push({ expression, mask: maskOf(values), cost });
    }
    if (cost <= LIMITS.testedCost && this.#goal.length <= 200 && this.#tests.length < LIMITS.tests) {
      if (type === "num") this.#tests.push(...thresholdTests(entry, this.#goal));
      if (type === "str" || type === "num") this.#tests.push(...equalityTests(entry));
    }
    if (this.#type === "str" && type === "str") this.#readAtom(entry);
    if (type === "num") for (const goal of this.#numberGoals) this.#readNumber(entry, goal);
    if (isList(type) && cost <= 16 && this.#sources.length < 400) this.#sources.push(entry);
  }

  #readAtom({ expression, values, cost }: Entry): void {
    const goal = this.#goal as readonly string[];
    for (let at = 0; at < goal.length; at++) if (!goal[at]!.includes(values[at] as string)) return;
    if (this.#atoms.size < LIMITS.atoms) {
      this.#atoms.add({ expression, values: values as readonly string[], cost });
    }
  }

  #readNumber(
    { expression, values, cost }: Entry,
    goal: { readonly values: readonly number[]; readonly decimals: number; readonly fixed: boolean },
  ): void {
    if (cost > 14 || expression.kind === "constant") return;
    const fit = fitAffine(expression, values as readonly number[], goal.values, goal.decimals);
    if (!fit) return;
    if (this.#type === "num") {
      this.offer(fit.expression, cost + fit.cost, "arithmetic");
      return;
    }
    const written = goal.fixed
      ? call(operatorNamed("fixed"), "str", [fit.expression, constant(goal.decimals, "num")])
      : call(operatorNamed("shortest_decimal"), "str", [fit.expression]);
    const texts = goal.values.map((value) => (goal.fixed ? value.toFixed(goal.decimals) : String(value)));
    this.#atoms.add({ expression: written, values: texts, cost: cost + fit.cost + 3 });
  }

  #readLeaf({ expression, values, cost }: Entry): void {
    if (this.#leaves.size >= LIMITS.leaves || cost > 16 || this.#goal.length > 200) return;
    let mask = 0n;
    for (let at = 0; at < values.length; at++) {
      if (sameValue(values[at], this.#goal[at])) mask |= 1n << BigInt(at);
    }
    if (mask === 0n) return;
    const known = this.#leaves.get(mask);
    if (!known || cost < known.cost) this.#leaves.set(mask, { expression, mask, cost });
  }

  #spellOutputs(): void {
    if (this.#atoms.size === 0 || this.#atoms.size < this.#spelledAt * 1.25 + 1) return;
    this.#spelledAt = this.#atoms.size;
    const goal = this.#goal as readonly string[];
    if (goal.every((text) => text === "")) return;
    for (const { expression, cost } of spell(goal, this.#atoms, this.#context.inInputs, this.#context)) {
      if (expression.kind === "constant" && this.#goal.length > 1) {
        this.offer(expression, cost + 6, "concatenation");
      } else this.offer(expression, cost, "concatenation");
    }
  }

  /** goal = [body(x) for x in source], or the join of that. */
  #throughLists(): void {
    if (this.#depth >= LIMITS.depth) return;
    if (isList(this.#type)) {
      this.#mapTo(this.#goal as readonly (readonly unknown[])[], elementOf(this.#type), undefined);
    }
    if (this.#type !== "str" || this.#depth > 0) return;
    const goal = this.#goal as readonly string[];
    for (const joiner of this.#context.joiners) {
      if (joiner !== "" && !goal.some((text) => text.includes(joiner))) continue;
      const parts = goal.map((text) => (text === "" ? [] : joiner === "" ? [...text] : text.split(joiner)));
      if (parts.some((part) => part.length > 60)) continue;
      this.#mapTo(parts, "str", joiner);
    }
  }

  #mapTo(lists: readonly (readonly unknown[])[], element: Type, joiner: string | undefined): void {
    const rows = lists.flat(1);
    if (rows.length === 0 || rows.length > 300 || !lists.some((list) => list.length > 1)) return;
    const sources = this.#sources
      .filter(({ values }) =>
        values.every((value, at) => (value as readonly unknown[]).length === lists[at]!.length),
      )
      .sort((a, b) => a.cost - b.cost)
      .slice(0, LIMITS.sources);
    for (const source of sources) {
      if (this.#context.clock.now() > this.#context.deadline) return;
      const key = `${joiner ?? "list"}\u0000${signature(source.expression)}`;
      if (!this.#inner.has(key)) {
        const bank = this.#bank.lambdaBank(source);
        this.#inner.set(key, bank && new GoalSearch(bank, rows, element, this.#context, this.#depth + 1));
      }
      const inner = this.#inner.get(key);
      if (!inner) continue;
      this.#bank
        .lambdaBank(source)
        ?.growTo(Math.min(LIMITS.bodyCost, Math.max(4, this.#bank.level - source.cost - 2)));
      inner.advance();
      for (const { expression, cost } of inner.solutions.slice(0, 3)) {
        this.#offerMap(source, expression, source.cost + cost + 4, joiner);
      }
    }
  }

  #offerMap(source: Entry, body: Expression, cost: number, joiner: string | undefined): void {
    const pairs = elementOf(source.type).startsWith("pair<");
    const identity = body.kind === "variable" && body.name === `@${this.#depth}.0` && !pairs;
    const mapped = identity
      ? source.expression
      : call(
          operatorNamed(pairs ? "map_pairs" : "map"),
          listOf(body.type),
          [source.expression, body],
          this.#depth,
        );
    if (joiner === undefined) {
      if (!identity) this.offer(mapped, cost, "traversal");
      return;
    }
    this.offer(call(operatorNamed("join"), "str", [mapped, constant(joiner, "str")]), cost + 4, "traversal");
  }

  /** goal = [x for x in source if test(x)], the test learnt from which elements remain. */
  #throughFilters(): void {
    if (this.#depth >= LIMITS.depth) return;
    const goal = this.#goal as readonly (readonly unknown[])[];
    const sources = this.#sources.filter(({ type, cost }) => type === this.#type && cost <= 10).slice(0, 12);
    for (const source of sources) {
      const flags = keptFlags(source.values as readonly (readonly unknown[])[], goal);
      if (!flags || flags.every(Boolean) || !flags.some(Boolean)) continue;
      const bank = this.#bank.lambdaBank(source);
      if (!bank) continue;
      const key = `filter\u0000${signature(source.expression)}`;
      let inner = this.#inner.get(key);
      if (!inner) {
        inner = new GoalSearch(bank, flags, "bool", this.#context, this.#depth + 1);
        this.#inner.set(key, inner);
      }
      bank.growTo(Math.min(LIMITS.bodyCost, Math.max(5, this.#bank.level - source.cost - 1)));
      inner.advance();
      for (const { expression, cost } of inner.solutions.slice(0, 2)) {
        const filtered = call(
          operatorNamed("filter"),
          source.type,
          [source.expression, expression],
          this.#depth,
        );
        this.offer(filtered, source.cost + cost + 5, "traversal");
      }
    }
  }

  /** goal = leaf under test, else leaf …: a decision list over what is right on some examples. */
  #byCases(): void {
    if (this.#goal.length < 3 || this.#goal.length > 200) return;
    const size = this.#tests.length + this.#leaves.size;
    if (this.#tests.length === 0 || size < this.#decidedAt * 1.3 + 2) return;
    this.#decidedAt = size;
    const tests = distinctTests(this.#tests, this.#all, 500);
    if (this.#type === "bool") {
      const yes = maskOf(this.#goal);
      const [test] = separate(tests, yes, this.#all & ~yes);
      if (test) this.offer(test.expression, test.cost, "enumeration");
      return;
    }
    const leaves = [...this.#leaves.values()].sort((a, b) => a.cost - b.cost);
    const decision = decide(leaves, tests, this.#all);
    if (!decision || decision.branches.length === 0) return;
    const expression: Expression = { kind: "conditional", type: this.#type, ...decision };
    this.offer(expression, decision.cost + CONDITIONAL_COST, "conditional");
  }
}

/** x >= c for constants between neighbouring values of x whose goals differ: the roundest number that divides them. */
function thresholdTests({ expression, values, cost }: Entry, goal: readonly unknown[]): Test[] {
  if (expression.kind === "constant") return [];
  const sorted = (values as readonly number[])
    .map((value, at) => ({ value, goal: keyOf(goal[at]) }))
    .sort((a, b) => a.value - b.value);
  const tests: Test[] = [];
  for (let at = 1; at < sorted.length && tests.length < 8; at++) {
    const [below, above] = [sorted[at - 1]!, sorted[at]!];
    if (below.value === above.value || below.goal === above.goal) continue;
    const threshold = roundest(below.value, above.value);
    tests.push({
      expression: call(operatorNamed("at_least"), "bool", [expression, constant(threshold, "num")]),
      mask: maskOf(values.map((value) => (value as number) >= threshold)),
      cost: cost + 6,
    });
  }
  return tests;
}

/** The number with the fewest digits above `low` and up to `high`. */
export function roundest(low: number, high: number): number {
  for (let exponent = 6; exponent >= -6; exponent--) {
    for (const unit of [10 ** exponent, 5 * 10 ** (exponent - 1)]) {
      const candidate = Number((Math.floor(high / unit + 1e-9) * unit).toPrecision(12));
      if (candidate > low && candidate <= high) return candidate;
    }
  }
  return high;
}

/** x == c for values that come more than once, and for all where there are few. */
function equalityTests({ expression, values, type, cost }: Entry): Test[] {
  if (
    expression.kind === "constant" ||
    (type === "str" && (values as readonly string[]).some((one) => one.length > 30))
  )
    return [];
  const groups = Map.groupBy(
    values.map((value, at) => ({ value, at })),
    ({ value }) => value,
  );
  if (groups.size > 8 || groups.size < 2) return [];
  return [...groups].map(([value, of]) => ({
    expression:
      type === "num"
        ? call(operatorNamed("equal_numbers"), "bool", [expression, constant(value, "num")])
        : call(operatorNamed("text_is"), "bool", [expression, constant(value, "str")]),
    mask: maskOf(values.map((one) => one === value)),
    // Equal to what was seen once only: that could be said of any example.
    cost: cost + (of.length > 1 ? 6 : 14),
  }));
}

/** Numeric goals inside text goals: the k-th number of every output, where all have as many. */
function numbersWithin(
  texts: readonly string[],
): { readonly values: readonly number[]; readonly decimals: number; readonly fixed: boolean }[] {
  if (texts.length < 2) return [];
  const found = texts.map((text) => text.match(/\d+(?:\.\d+)?/g) ?? []);
  const count = found[0]!.length;
  if (count === 0 || count > 4 || found.some((numbers) => numbers.length !== count)) return [];
  return Array.from({ length: count }, (_, k) => {
    const column = found.map((numbers) => numbers[k]!);
    const places = new Set(column.map((one) => one.split(".")[1]?.length ?? 0));
    return {
      values: column.map(Number),
      decimals: Math.max(...places),
      fixed: places.size === 1,
      plain: column.every((one) => String(Number(one)) === one),
    };
  }).filter(({ fixed, plain }) => fixed || plain);
}

/** For each element of the sources, whether it is among what is left; undefined if what is left is no subsequence. */
function keptFlags(
  sources: readonly (readonly unknown[])[],
  kept: readonly (readonly unknown[])[],
): boolean[] | undefined {
  const flags: boolean[] = [];
  for (const [example, source] of sources.entries()) {
    const wanted = kept[example]!;
    const keys = new Set(wanted.map(keyOf));
    const chosen = source.map((item) => keys.has(keyOf(item)));
    const left = source.filter((_, at) => chosen[at]);
    if (keyOf(left) !== keyOf(wanted)) return undefined;
    flags.push(...chosen);
  }
  return flags;
}

/** A text that is equal for expressions of equal form. */
export function signature(expression: Expression): string {
  switch (expression.kind) {
    case "variable":
      return expression.name;
    case "constant":
      return keyOf(expression.value);
    case "call":
      return `${expression.operator.name}(${expression.args.map(signature).join(",")})`;
    case "conditional":
      return `if(${expression.branches.map(({ test, value }) => `${signature(test)}?${signature(value)}`).join(";")};${signature(expression.otherwise)})`;
  }
}
