import { describe, expect, test } from "vitest";
import { emptyStore, memoryStore } from "../../evaluate/store.ts";
import { parse } from "../../language/parse.ts";
import type { Value } from "../../number/value.ts";
import { fitPeriodic } from "../fit/periodic.ts";
import type { LibraryEntry } from "../library-entry.ts";
import { TermIndex } from "../term-index.ts";
import { Verifier } from "../verify.ts";
import { recogniseConstant } from "./constant.ts";
import { recogniseMultiplicative } from "./multiplicative.ts";
import { recognisePairs } from "./pairs.ts";
import { recogniseTransformed } from "./transformed.ts";

const alone = new Verifier(emptyStore);
const nothingKnown = (offset: number) => ({ offset, known: () => false });
const digits = (text: string) => [...text].map(BigInt);

describe("constants are recognised by terms, and go on", () => {
  test.each<[string, number, string, string]>([
    ["√2", 1, "14142135623730950", "4880168872"],
    ["(1 + √13)/2", 1, "23027756377319946", "465596106"],
    ["π²/6", 1, "16449340668482264", "36472415166"],
    ["e/3", 0, "90609394281968174", "5120095"],
    ["log 5/log 3", 1, "14649735207179271", "67197040"],
    ["the cube root of 7", 1, "19129311827723891", "0119911"],
    ["arctan(1/3)", 0, "32175055439664219", "3401404"],
  ])("%s", (_, offset, given, further) => {
    const [answer] = recogniseConstant(digits(given), nothingKnown(offset));
    expect(alone.run(answer!.program, given.length + further.length).terms.join("")).toBe(given + further);
  });

  test("continued fractions and their convergents", () => {
    // e = [2; 1, 2, 1, 1, 4, 1, 1, 6, …]
    const quotients = [2, 1, 2, 1, 1, 4, 1, 1, 6, 1, 1, 8, 1, 1, 10, 1, 1, 12, 1, 1, 14].map(BigInt);
    const [e] = recogniseConstant(quotients, nothingKnown(0));
    expect(alone.run(e!.program, 24).terms.slice(21)).toEqual([1, 1, 16]);
    // √456 = [21; 2, 1, 4, 1, 2, 42, …]
    const denominators = [
      1, 2, 3, 14, 17, 48, 2033, 4114, 6147, 28702, 34849, 98400, 4167649, 8433698, 12601347,
    ];
    const [root] = recogniseConstant(denominators.map(BigInt), nothingKnown(0));
    expect(alone.run(root!.program, 16).terms).toEqual([...denominators, 58839086]);
  });

  test("nothing where the digits are those of no simple constant", () => {
    expect(recogniseConstant(digits("57721566490153286"), nothingKnown(0))).toEqual([]);
    expect(recogniseConstant(digits("12345678910111213"), nothingKnown(1))).toEqual([]);
  });
});

describe("multiplicative and additive functions", () => {
  const range = Array.from({ length: 30 }, (_, i) => i + 1);
  const powersOf = (n: number): [number, number][] => {
    const found: [number, number][] = [];
    for (let p = 2, rest = n; rest > 1; p++) {
      let e = 0;
      for (; rest % p === 0; rest /= p) e++;
      if (e > 0) found.push([p, e]);
    }
    return found;
  };
  test.each<[string, "product" | "sum", (p: number, e: number) => number]>([
    ["p^e + 1", "product", (p, e) => p ** e + 1],
    ["(p + 1)·p^(e−1)", "product", (p, e) => (p + 1) * p ** (e - 1)],
    ["2e + 1", "product", (_, e) => 2 * e + 1],
    ["(−1)^e", "product", (_, e) => (-1) ** e],
    ["p·e", "sum", (p, e) => p * e],
  ])("%s", (_, by, f) => {
    const all = range.map((n) =>
      powersOf(n).reduce(
        (value, [p, e]) => (by === "product" ? value * f(p, e) : value + f(p, e)),
        by === "product" ? 1 : 0,
      ),
    );
    const [answer] = recogniseMultiplicative(all.slice(0, 16).map(BigInt), nothingKnown(1));
    expect(alone.run(answer!.program, 30).terms).toEqual(all);
  });

  test("nothing for others", () => {
    expect(
      recogniseMultiplicative(
        range.map(BigInt).map((n) => n * n + 1n),
        nothingKnown(1),
      ),
    ).toEqual([]);
  });
});

test("periods with a constant step", () => {
  const terms = [1, 4, 9, 11, 14, 19, 21, 24, 29, 31].map(BigInt);
  const program = fitPeriodic(terms, 0)!;
  expect(alone.run(program, 13).terms.slice(10)).toEqual([34, 39, 41]);
  expect(fitPeriodic([1n, 2n, 4n, 8n, 16n, 32n, 64n, 128n], 0)).toBeUndefined();
});

describe("known sequences, changed or together", () => {
  /** A000001: n³ + 2n + 1; A000002: the n-th power of 3 plus n. Both from 0 on. */
  const store = memoryStore([
    [1, parse("mov $1,$0\npow $1,3\nmul $0,2\nadd $0,$1\nadd $0,1")],
    [2, parse("mov $1,3\npow $1,$0\nadd $0,$1")],
  ]);
  const verifier = new Verifier(store);
  const values = (id: number, count: number) => verifier.run(store.sequence(id)!, count).terms;
  const entries: LibraryEntry[] = [1, 2].map((id) => ({
    id,
    offset: 0,
    description: "",
    terms: values(id, 30),
    split: "train" as const,
  }));
  const index = new TermIndex(entries);
  const options = { offset: 0, known: (id: number) => store.sequence(id) !== undefined };
  const b = values(2, 20).map(Number);

  const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n, k - 1) * (n - k + 1)) / k);
  const sum = (n: number, f: (k: number) => number) =>
    Array.from({ length: n + 1 }, (_, k) => f(k)).reduce((total, x) => total + x, 0);
  const invert: number[] = [1];
  for (let n = 1; n < 14; n++) invert.push(sum(n - 1, (k) => b[k]! * invert[n - 1 - k]!));

  test.each<[string, readonly number[]]>([
    ["binomial transform", b.slice(0, 14).map((_, n) => sum(n, (k) => binomial(n, k) * b[k]!))],
    ["self-convolution", b.slice(0, 14).map((_, n) => sum(n, (k) => b[k]! * b[n - k]!))],
    ["INVERT transform", invert],
    ["second partial sums", b.slice(0, 14).map((_, n) => sum(n, (k) => (n - k + 1) * b[k]!))],
    ["sums of neighbours", b.slice(0, 14).map((x, n) => x + (b[n - 1] ?? 0))],
    ["(-1)^n times", b.slice(0, 14).map((x, n) => (n % 2 === 0 ? x : -x))],
  ])("%s", (name, all) => {
    const answers = recogniseTransformed(all.slice(0, 11).map(BigInt), index, options);
    const answer = answers.find(({ origin }) => origin.startsWith(name));
    expect(verifier.run(answer!.program, 14).terms).toEqual(all);
  });

  test.each<[string, readonly Value[]]>([
    ["A000001 + A000002", values(1, 16).map((x, i) => Number(x) + b[i]!)],
    ["A000001 * A000002", values(1, 16).map((x, i) => Number(x) * b[i]!)],
    ["n² plus of A000002", b.slice(0, 16).map((x, n) => x + n * n)],
    ["the quotients by 5 of A000002", b.slice(0, 16).map((x) => Math.floor(x / 5))],
  ])("%s", (name, all) => {
    const answers = recognisePairs(all.slice(0, 12), index, options);
    const answer = answers.find(
      ({ origin }) =>
        origin
          .split(/ [+*] /)
          .sort()
          .join() ===
        name
          .split(/ [+*] /)
          .sort()
          .join(),
    );
    expect(verifier.run(answer!.program, 16).terms).toEqual(all);
  });

  test("nothing for terms of too little weight", () => {
    expect(recognisePairs([0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0], index, options)).toEqual([]);
  });
});
