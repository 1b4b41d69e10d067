/**
 * Which test tells some examples from the others: single tests, negations, and pairs joined by `and` and `or`. Sets of
 * examples are bit masks (bigint), so that a pair is tried in one operation.
 */
import { call, type Expression } from "../language/expression.ts";
import { operatorNamed } from "../language/operators/index.ts";

export interface Test {
  readonly expression: Expression;
  /** Bit k: it holds on example k. */
  readonly mask: bigint;
  readonly cost: number;
}

export function maskOf(flags: readonly unknown[]): bigint {
  let mask = 0n;
  for (let at = 0; at < flags.length; at++) if (flags[at] === true) mask |= 1n << BigInt(at);
  return mask;
}

const negated = (expression: Expression): Expression => call(operatorNamed("not"), "bool", [expression]);
const both = (a: Expression, b: Expression): Expression => call(operatorNamed("and"), "bool", [a, b]);
const either = (a: Expression, b: Expression): Expression => call(operatorNamed("or"), "bool", [a, b]);

/** Each mask's cheapest test, negations included; the constant ones are left out. */
export function distinctTests(tests: readonly Test[], all: bigint, most = 900): Test[] {
  const best = new Map<bigint, Test>();
  for (const test of tests) {
    if (test.mask === 0n || test.mask === all) continue;
    const known = best.get(test.mask);
    if (!known || test.cost < known.cost) best.set(test.mask, test);
  }
  for (const test of [...best.values()]) {
    const mask = all & ~test.mask;
    const cost = test.cost + 3;
    const known = best.get(mask);
    if (!known || cost < known.cost) best.set(mask, { expression: negated(test.expression), mask, cost });
  }
  return [...best.values()].sort((a, b) => a.cost - b.cost).slice(0, most);
}

/**
 * The cheapest tests that hold on all of `yes` and none of `no`; what they say elsewhere does not matter.
 * @param tests distinct, cheapest first
 */
export function separate(tests: readonly Test[], yes: bigint, no: bigint, most = 1): Test[] {
  const found = tests.filter(({ mask }) => (mask & yes) === yes && (mask & no) === 0n).slice(0, most);
  if (found.length > 0) return found;
  let best: Test | undefined;
  const covering = tests.filter(({ mask }) => (mask & yes) === yes);
  for (const [at, a] of covering.entries()) {
    for (const b of covering.slice(at + 1)) {
      if (best && a.cost + b.cost >= best.cost) break;
      if ((a.mask & b.mask & no) === 0n) {
        best = {
          expression: both(a.expression, b.expression),
          mask: a.mask & b.mask,
          cost: a.cost + b.cost + 4,
        };
      }
    }
  }
  const excluding = tests.filter(({ mask }) => (mask & no) === 0n && (mask & yes) !== 0n);
  for (const [at, a] of excluding.entries()) {
    for (const b of excluding.slice(at + 1)) {
      if (best && a.cost + b.cost >= best.cost) break;
      if (((a.mask | b.mask) & yes) === yes) {
        best = {
          expression: either(a.expression, b.expression),
          mask: a.mask | b.mask,
          cost: a.cost + b.cost + 4,
        };
      }
    }
  }
  return best ? [best] : [];
}

export interface Leaf {
  readonly expression: Expression;
  /** The examples it is right on. */
  readonly mask: bigint;
  readonly cost: number;
}

export interface Decision {
  readonly branches: readonly { readonly test: Expression; readonly value: Expression }[];
  readonly otherwise: Expression;
  readonly cost: number;
}

/**
 * A decision list: tests in order, each with a leaf that is right wherever its test is the first to hold. Greedy on how
 * many examples a branch settles for its cost; `most` branches at most.
 */
export function decide(
  leaves: readonly Leaf[],
  tests: readonly Test[],
  all: bigint,
  most = 5,
): Decision | undefined {
  const branches: { test: Expression; value: Expression }[] = [];
  let rest = all;
  let cost = 0;
  while (rest !== 0n) {
    const whole = cheapest(leaves, (leaf) => (rest & ~leaf.mask) === 0n);
    if (whole) return { branches, otherwise: whole.expression, cost: cost + whole.cost };
    if (branches.length === most) return undefined;
    let best: { test: Test; leaf: Leaf; settled: bigint; score: number } | undefined;
    for (const test of tests) {
      const here = test.mask & rest;
      if (here === 0n || here === rest) continue;
      const leaf = cheapest(leaves, ({ mask }) => (here & ~mask) === 0n);
      if (!leaf) continue;
      const other = cheapest(leaves, ({ mask }) => (rest & ~here & ~mask) === 0n);
      const score = other
        ? test.cost + leaf.cost + other.cost - 1_000
        : (test.cost + leaf.cost + 6) / bits(here);
      if (!best || score < best.score) best = { test, leaf, settled: here, score };
    }
    if (!best) return undefined;
    branches.push({ test: best.test.expression, value: best.leaf.expression });
    cost += best.test.cost + best.leaf.cost + 6;
    rest &= ~best.settled;
  }
  return undefined;
}

function cheapest(leaves: readonly Leaf[], suits: (leaf: Leaf) => boolean): Leaf | undefined {
  // Leaves are sorted by cost.
  return leaves.find(suits);
}

export function bits(mask: bigint): number {
  let count = 0;
  for (let rest = mask; rest !== 0n; rest &= rest - 1n) count++;
  return count;
}
