// Programs built on known sequences: the terms asked for are a known sequence after some change, such as its partial
// sums, its multiples, or every other term of it. The program undoes the change and calls the known one by `seq`.
import { constant, direct, type Operation, operation, type Program } from "../language/program.ts";
import type { Value } from "../number/value.ts";
import { normalize } from "../number/value.ts";
import { addConstant, literal, loopEnd } from "./fit/assemble.ts";
import type { LibraryEntry } from "./library-entry.ts";
import { type AffineMatch, type TermIndex, windowTerms } from "./term-index.ts";

export interface Relative {
  readonly program: Program;
  /** The known sequences it calls. */
  readonly uses: readonly number[];
  /** What was recognised, in words. */
  readonly relation: string;
}

/** Matches to follow for each change. */
const matchesEach = 3;

/**
 * Programs for terms that a change turns into those of a known sequence.
 * @param offset the index of the first term
 */
export function findRelatives(terms: readonly Value[], offset: number, index: TermIndex): Relative[] {
  const found: Relative[] = [];
  const exact = terms.map(BigInt);
  const lookUp = (
    changed: readonly bigint[] | undefined,
    first: number,
    build: (call: Operation[]) => Operation[],
    relation: string,
  ) => {
    if (!changed || changed.length < windowTerms) return;
    const values = changed.map(normalize);
    if (values.some((x) => x === undefined)) return;
    for (const match of index.findAffine(values as Value[], matchesEach)) {
      const known = affineCall(match, first);
      found.push({
        program: { offset, operations: build(known) },
        uses: [match.entry.id],
        relation: relation.replace("…", name(match)),
      });
    }
  };
  lookUp(exact, offset, (call) => call, "…");
  // a(n) = a(n−1) + b(n): the running sum of b, with the first term as it is.
  lookUp(
    exact.slice(1).map((x, i) => x - exact[i]!),
    offset + 1,
    (call) => accumulate(call, offset, exact[0]!, "add"),
    "partial sums of …",
  );
  lookUp(
    quotients(exact),
    offset + 1,
    (call) => accumulate(call, offset, exact[0]!, "mul"),
    "partial products of …",
  );
  // a(n) = b(n) − b(n−1), where b is the running sum of a.
  lookUp(runningSums(exact), offset, (call) => difference(call, offset), "differences of …");
  lookUp(divided(exact, offset), offset, (call) => withIndex(call, "mul"), "n times …");
  lookUp(divided(exact, offset + 1), offset, (call) => withIndex(call, "mul", 1n), "n + 1 times …");
  lookUp(
    exact.map((x, i) => x * BigInt(offset + i)),
    offset,
    (call) => withIndex(call, "div"),
    "… over n",
  );
  lookUp(
    exact.map((x, i) => x - BigInt(offset + i)),
    offset,
    (call) => withIndex(call, "add"),
    "n plus …",
  );
  lookUp(
    exact.map((x, i) => x + BigInt(offset + i)),
    offset,
    (call) => withIndex(call, "sub"),
    "… minus n",
  );
  lookUp(roots(exact), offset, (call) => [...call, operation("pow", direct(0), constant(2))], "squares of …");
  lookUp(halves(exact), offset, (call) => [...call, operation("bin", direct(0), constant(2))], "… over 2");
  found.push(...everyOther(terms, offset, index));
  return found;
}

function name({ entry, factor, divisor, summand }: AffineMatch): string {
  const scale =
    factor === 1n && divisor === 1n ? "" : divisor === 1n ? `${factor}·` : `${factor}/${divisor}·`;
  return `${scale}A${String(entry.id).padStart(6, "0")}${summand === 0n ? "" : summand > 0n ? `+${summand}` : summand}`;
}

/** `$0 := factor·entry(…)/divisor + summand`, given `$0 = n` with the first match at n = first. */
function affineCall({ entry, shift, factor, divisor, summand }: AffineMatch, first: number): Operation[] {
  return [
    ...addConstant(0, BigInt(entry.offset + shift - first)),
    call(entry),
    ...(factor === 1n ? [] : [operation("mul", direct(0), literal(factor))]),
    ...(divisor === 1n ? [] : [operation("div", direct(0), literal(divisor))]),
    ...addConstant(0, summand),
  ];
}

function call(entry: LibraryEntry): Operation {
  return operation("seq", direct(0), constant(entry.id));
}

/**
 * a(n) = a(offset) ∘ b(offset+1) ∘ … ∘ b(n). The counter runs down from n to offset + 1; `$9` holds what is left,
 * `$8` the result.
 */
function accumulate(
  term: readonly Operation[],
  offset: number,
  start: bigint,
  by: "add" | "mul",
): Operation[] {
  return [
    ...addConstant(0, BigInt(-offset)),
    operation("mov", direct(9), direct(0)),
    operation("mov", direct(8), literal(start)),
    operation("lpb", direct(9)),
    operation("mov", direct(0), direct(9)),
    // The last round is undone, but it runs: its argument must be one that the callee takes.
    operation("max", direct(0), constant(1)),
    ...addConstant(0, BigInt(offset)),
    ...term,
    operation(by, direct(8), direct(0)),
    operation("sub", direct(9), constant(1)),
    loopEnd,
    operation("mov", direct(0), direct(8)),
  ];
}

/** b(n) − b(n−1), where the first index has no predecessor and b(n−1) counts as 0. */
function difference(term: readonly Operation[], offset: number): Operation[] {
  return [
    operation("mov", direct(9), direct(0)),
    operation("mov", direct(7), direct(0)),
    operation("neq", direct(7), literal(BigInt(offset))),
    operation("sub", direct(0), direct(7)),
    ...term,
    operation("mul", direct(7), direct(0)),
    operation("mov", direct(0), direct(9)),
    ...term,
    operation("sub", direct(0), direct(7)),
  ];
}

function withIndex(term: readonly Operation[], by: "add" | "sub" | "mul" | "div", more = 0n): Operation[] {
  return [
    operation("mov", direct(9), direct(0)),
    ...term,
    ...addConstant(9, more),
    operation(by, direct(0), direct(9)),
  ];
}

/** Terms that are every second or third term of a known sequence. */
function everyOther(terms: readonly Value[], offset: number, index: TermIndex): Relative[] {
  return [2, 3].flatMap((stride) =>
    index.findStrided(terms, stride, matchesEach).map(
      ({ entry, shift }): Relative => ({
        program: {
          offset,
          operations: [
            ...addConstant(0, BigInt(-offset)),
            operation("mul", direct(0), constant(stride)),
            ...addConstant(0, BigInt(entry.offset + shift)),
            call(entry),
          ],
        },
        uses: [entry.id],
        relation: `one term in ${stride} of A${String(entry.id).padStart(6, "0")}`,
      }),
    ),
  );
}

function quotients(terms: readonly bigint[]): bigint[] | undefined {
  const result: bigint[] = [];
  for (let i = 1; i < terms.length; i++) {
    const before = terms[i - 1]!;
    if (before === 0n || terms[i]! % before !== 0n) return undefined;
    result.push(terms[i]! / before);
  }
  return result;
}

function runningSums(terms: readonly bigint[]): bigint[] {
  let sum = 0n;
  return terms.map((x) => {
    sum += x;
    return sum;
  });
}

function divided(terms: readonly bigint[], first: number): bigint[] | undefined {
  const result: bigint[] = [];
  for (const [i, x] of terms.entries()) {
    const by = BigInt(first + i);
    if (by === 0n ? x !== 0n : x % by !== 0n) return undefined;
    // What stands at index 0 does not matter: the product is 0.
    result.push(by === 0n ? 0n : x / by);
  }
  return result;
}

function roots(terms: readonly bigint[]): bigint[] | undefined {
  const result: bigint[] = [];
  for (const x of terms) {
    const root = squareRoot(x);
    if (root === undefined) return undefined;
    result.push(root);
  }
  return result;
}

/** m with m(m−1)/2 = x. */
function halves(terms: readonly bigint[]): bigint[] | undefined {
  const result: bigint[] = [];
  for (const x of terms) {
    const root = squareRoot(8n * x + 1n);
    if (root === undefined) return undefined;
    result.push((root + 1n) / 2n);
  }
  return result;
}

function squareRoot(x: bigint): bigint | undefined {
  if (x < 0n) return undefined;
  if (x < 2n) return x;
  let root = 1n << BigInt(Math.ceil(x.toString(2).length / 2));
  for (;;) {
    const next = (root + x / root) / 2n;
    if (next >= root) return root * root === x ? root : undefined;
    root = next;
  }
}
