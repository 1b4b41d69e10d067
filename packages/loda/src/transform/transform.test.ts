import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryStore } from "../evaluate/store.ts";
import { parse } from "../language/parse.ts";
import { print } from "../language/print.ts";
import { explain, trace } from "./explain.ts";
import { compare, optimize } from "./optimize.ts";

function optimized(text: string): string {
  return print(optimize(parse(text, "pipes")), "pipes");
}

describe("optimize", () => {
  test.each([
    ["dead code", "mov $1,$0 | mul $1,3 | add $0,1", "add $0 1"],
    ["dead loop", "mov $1,5 | lpb $1 | sub $1,1 | add $2,1 | lpe | add $0,1", "add $0 1"],
    ["a loop that is always undone", "lpb $0 | add $0,1 | lpe", ""],
    ["operations without effect", "add $0,0 | mul $0,1 | mov $0,$0 | div $0,2", "div $0 2"],
    ["constant folding", "mov $1,3 | add $1,4 | mul $1,$1 | add $0,$1", "add $0 49"],
    ["untouched cells are 0", "add $0,$5 | add $3,$0 | mov $0,$3 | sub $0,$4", "mov $3 $0 | mov $0 $3"],
    ["neighbours", "add $0,5 | sub $0,7 | mul $0,3 | mul $0,4", "sub $0 2 | mul $0 12"],
    ["a product with 0", "mul $0,$1 | add $0,2", "mov $0 2"],
    ["an overwritten result", "mul $0,5 | mov $0,3", "mov $0 3"],
  ])("%s: %s", (_, text, wanted) => {
    expect(optimized(text)).toBe(wanted);
  });

  test.each([
    ["a division that fails stays", "div $0,0", "div $0 0"],
    [
      "what a loop writes is not known after it",
      "lpb $0 | sub $0,1 | add $1,2 | lpe | mov $0,$1",
      "lpb $0 | sub $0 1 | add $1 2 | lpe | mov $0 $1",
    ],
    [
      "computed addresses are left alone",
      "mov $1,5 | mov $$1,3 | add $0,0 | mov $0,$5",
      "mov $1 5 | mov $$1 3 | mov $0 $5",
    ],
  ])("%s: %s", (_, text, wanted) => {
    expect(optimized(text)).toBe(wanted);
  });

  const operand = fc.oneof(
    fc.integer({ min: 0, max: 3 }).map((n) => `$${n}`),
    fc.integer({ min: -2, max: 3 }).map(String),
  );
  const line = fc
    .tuple(
      fc.constantFrom(
        "mov",
        "add",
        "sub",
        "mul",
        "div",
        "mod",
        "min",
        "gcd",
        "pow",
        "fil",
        "rol",
        "clr",
        "equ",
      ),
      fc.integer({ min: 0, max: 3 }),
      operand,
    )
    .map(([name, cell, source]) => `${name} $${cell},${["fil", "rol", "clr"].includes(name) ? 2 : source}`);
  const loop = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.array(line, { maxLength: 4 }))
    .map(([cell, body]) => [`lpb $${cell}`, ...body, `sub $${cell},1`, "lpe"].join(" | "));

  test("keeps every term of random programs", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: line }, loop), { minLength: 1, maxLength: 6 }),
        (parts) => {
          const program = parse(parts.join(" | "), "pipes");
          const better = optimize(program);
          expect(better.operations.length).toBeLessThanOrEqual(program.operations.length);
          expect(compare(program, better, { terms: 6 }).difference, print(better)).toBeUndefined();
        },
      ),
      { numRuns: 150, seed: 9 },
    );
  });
});

describe("compare", () => {
  test("finds the first different term", () => {
    expect(compare(parse("mul $0,$0"), parse("add $0,$0"), { terms: 9 })).toEqual({
      terms: 1,
      difference: 1,
    });
    expect(compare(parse("mul $0,2"), parse("add $0,$0"), { terms: 9 })).toEqual({
      terms: 9,
      difference: undefined,
    });
  });
});

describe("explain", () => {
  test("says what each line does", () => {
    const program = parse("mov $1,$0\nlpb $1\n  seq $2,45\n  sub $1,1\nlpe\nlog $0,10\nrol $2,3");
    expect(explain(program, (id) => (id === 45 ? "Fibonacci numbers" : undefined))).toEqual([
      { code: "mov $1,$0", meaning: "$1 := $0", depth: 0 },
      { code: "lpb $1", meaning: "repeat to lpe while $1 falls and stays ≥ 0", depth: 0 },
      { code: "seq $2,45", meaning: "$2 := term $2 of sequence A000045 (Fibonacci numbers)", depth: 1 },
      { code: "sub $1,1", meaning: "$1 := $1 − 1", depth: 1 },
      { code: "lpe", meaning: "end of loop: again if the counter fell, else undo the last round", depth: 0 },
      { code: "log $0,10", meaning: "$0 := floor(log of $0 in base 10)", depth: 0 },
      { code: "rol $2,3", meaning: "rotate 3 cells from $2 on left by one", depth: 0 },
    ]);
  });
});

describe("trace", () => {
  test("shows the memory after each operation", () => {
    const store = memoryStore([[290, parse("mul $0,$0")]]);
    const result = trace(parse("mov $1,$0\nseq $1,290\nsub $1,1"), 3, { store });
    expect(result).toMatchObject({ value: 3, omitted: 0, error: undefined });
    expect(result.entries.map(({ code, steps, memory }) => [code, steps, memory])).toEqual([
      [
        "mov $1,$0",
        1,
        [
          [0, 3],
          [1, 3],
        ],
      ],
      [
        "seq $1,290",
        3,
        [
          [0, 3],
          [1, 9],
        ],
      ],
      [
        "sub $1,1",
        4,
        [
          [0, 3],
          [1, 8],
        ],
      ],
    ]);
  });

  test("keeps the first entries and counts the rest, and ends at an error", () => {
    const result = trace(parse("lpb $0\nsub $0,1\nlpe\ndiv $0,0"), 50, { maxEntries: 4 });
    expect(result.entries).toHaveLength(4);
    expect(result.omitted).toBe(99);
    expect(result.error?.code).toBe("overflow");
  });
});
