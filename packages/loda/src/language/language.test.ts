import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isArithmetic, mnemonics } from "./operation.ts";
import { LodaSyntaxError, parse } from "./parse.ts";
import { print } from "./print.ts";
import {
  constant,
  direct,
  formatId,
  indirect,
  type Operand,
  operation,
  type Program,
  parseId,
} from "./program.ts";
import { validate } from "./validate.ts";

const fibonacci = `
; A000045: Fibonacci numbers.

#offset -2

mov $1,0 ; previous
LPB $0
  Add $2,$$1
  sub $0,1
lpe
mov $0,$1`;

function shape({ operations, ...rest }: Program) {
  return {
    ...rest,
    operations: operations.map(({ mnemonic, target, source }) => ({ mnemonic, target, source })),
  };
}

describe("parse", () => {
  test("reads directives, comments, operands of all three kinds and mnemonics in any case", () => {
    const program = parse(fibonacci);
    expect(shape(program)).toEqual({
      offset: -2,
      operations: [
        { mnemonic: "mov", target: direct(1), source: constant(0) },
        { mnemonic: "lpb", target: direct(0), source: constant(1) },
        { mnemonic: "add", target: direct(2), source: indirect(1) },
        { mnemonic: "sub", target: direct(0), source: constant(1) },
        { mnemonic: "lpe", target: constant(0), source: constant(0) },
        { mnemonic: "mov", target: direct(0), source: direct(1) },
      ],
    });
    expect(program.operations[2]!.position).toEqual({ line: 8, column: 3 });
  });

  test("reads the text form with pipes, operands parted by blanks or commas", () => {
    const wanted = shape(parse("mov $1,$0\nadd $1,5"));
    expect(shape(parse("mov $1 $0 | add $1 5", "pipes"))).toEqual(wanted);
    expect(shape(parse("mov $1,$0|add $1 , 5", "pipes"))).toEqual(wanted);
  });

  test("keeps constants exact beyond 2^53", () => {
    const [operation] = parse("mov $0,-123456789012345678901234567890").operations;
    expect(operation!.source).toEqual(constant(-123456789012345678901234567890n));
  });

  test("reads #inputs and #outputs", () => {
    expect(parse("#inputs 2\n#outputs 3\nmov $0,1")).toMatchObject({ inputs: 2, outputs: 3, offset: 0 });
  });

  test.each([
    ["mov $0,01", "leading zeros", 1, 8],
    ["mov $0,-0", "leading zeros", 1, 8],
    ["mov $-1,0", "negative cell", 1, 5],
    ["mov $01,0", "leading zeros", 1, 5],
    ["\n  mul $0,x", "malformed operand", 2, 10],
    ["mov $0", "two operands", 1, 1],
    ["mov $0,1,2", "two operands", 1, 1],
    ["mov", "two operands", 1, 1],
    ["lpb", "one or two operands", 1, 1],
    ["lpe $0", "no operands", 1, 1],
    ["rnd $0,1", "unknown operation", 1, 1],
    ["cmp $0,1", "unknown operation", 1, 1],
    ["cal $0,1", "unknown operation", 1, 1],
    ["#seed 3", "unknown directive", 1, 1],
    ["#offset x", "one integer", 1, 1],
    ["#offset", "one integer", 1, 1],
    ["#inputs -1", "non-negative", 1, 1],
    ["#offset 1\n#offset 2", "twice", 2, 1],
    [`mov $0,${"9".repeat(1157)}`, "infinite", 1, 8],
    [`mov $${"9".repeat(20)},1`, "beyond", 1, 5],
  ])("refuses %j and says why and where", (text, reason, line, column) => {
    const error = (() => {
      try {
        parse(text);
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(LodaSyntaxError);
    expect(error).toMatchObject({ line, column, message: expect.stringContaining(reason) });
  });
});

const cell = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 40 }));
const operand: fc.Arbitrary<Operand> = fc.oneof(
  cell.map(direct),
  cell.map(indirect),
  fc.maxSafeInteger().map((x) => constant(x)),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 3000n }).map(constant),
);
const anyOperation = fc
  .tuple(fc.constantFrom(...mnemonics), operand, operand)
  .map(([mnemonic, target, source]) =>
    mnemonic === "lpe" ? operation(mnemonic, constant(0), constant(0)) : operation(mnemonic, target, source),
  );

describe("print", () => {
  test("is undone by parse, in both forms", () => {
    fc.assert(
      fc.property(
        fc.array(anyOperation, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: -9, max: 9 }),
        (operations, offset) => {
          expect(shape(parse(print({ operations, offset })))).toEqual(shape({ operations, offset }));
          expect(shape(parse(print({ operations, offset: 0 }, "pipes"), "pipes"))).toEqual(
            shape({ operations, offset: 0 }),
          );
        },
      ),
      { numRuns: 200, seed: 3 },
    );
  });

  test("indents loop bodies and leaves out the default length of a loop", () => {
    expect(print(parse("#offset 1\nlpb $0,1\nlpb $1,2\nsub $1,1\nlpe\nsub $0,1\nlpe"))).toBe(
      "#offset 1\n\nlpb $0\n  lpb $1,2\n    sub $1,1\n  lpe\n  sub $0,1\nlpe\n",
    );
  });
});

describe("validate", () => {
  test("accepts a sound program", () => {
    expect(validate(parse(fibonacci))).toEqual([]);
  });

  test.each([
    ["mov $0,1\nlpe", "error", "lpe without lpb", 2],
    ["lpb $0\nsub $0,1", "error", "lpb without lpe", 1],
    ["add 5,1", "error", "must be a cell", 1],
    ["mov $2001,1", "error", "beyond the last cell", 1],
    ["seq $0,99", "error", "no program for A000099", 1],
    ["seq $0,-1", "error", "non-negative", 1],
    ["seq $0,$1", "warning", "not known before", 1],
  ])("reports %j", (text, severity, message, line) => {
    const issues = validate(parse(text), { hasSequence: (id) => id === 45 });
    expect(issues).toEqual([
      { severity, message: expect.stringContaining(message), position: { line, column: 1 } },
    ]);
  });

  test("reports loops nested more than 100 deep", () => {
    const nested = (depth: number) => parse(`${"lpb $0\n".repeat(depth)}${"lpe\n".repeat(depth)}`);
    expect(validate(nested(100))).toEqual([]);
    expect(validate(nested(101))).toHaveLength(1);
  });
});

test("sequence ids are written with at least six digits", () => {
  expect([formatId(45), formatId(1234567)]).toEqual(["A000045", "A1234567"]);
  expect([parseId("a000045"), parseId("A12"), parseId("B000045")]).toEqual([45, undefined, undefined]);
});

test("every mnemonic has one kind", () => {
  expect(mnemonics.filter(isArithmetic)).toHaveLength(27);
  expect(new Set(mnemonics).size).toBe(mnemonics.length);
});
