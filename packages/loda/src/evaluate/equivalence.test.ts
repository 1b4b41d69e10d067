// Every evaluator gives the terms, the steps and the errors of the plain interpreter on exact integers: on random
// programs here, on the corpus in corpus.test.ts.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arithmeticMnemonics } from "../language/operation.ts";
import { print } from "../language/print.ts";
import { constant, direct, indirect, type Operation, operation, type Program } from "../language/program.ts";
import { exactArithmetic } from "../number/arithmetic.ts";
import { EvaluationError } from "./error.ts";
import { FastEvaluator } from "./fast.ts";
import type { Result } from "./interpret.ts";
import type { Limits } from "./limits.ts";
import { ReferenceEvaluator } from "./reference.ts";
import { memoryStore, type ProgramStore } from "./store.ts";

const cell = fc.integer({ min: 0, max: 5 });
const target = cell.map(direct);
const smallConstant = fc.integer({ min: -3, max: 9 }).map((x) => constant(x));
const anyConstant = fc.oneof(
  { weight: 12, arbitrary: smallConstant },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 2n ** 53n, -(2n ** 64n), 2n ** 3000n)
      .map(constant),
  },
);
const source = fc.oneof(target, anyConstant);
const arithmeticOperation = fc
  .tuple(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom("mov" as const, "add" as const, "sub" as const, "mul" as const),
      },
      { weight: 2, arbitrary: fc.constantFrom(...arithmeticMnemonics) },
    ),
    target,
    source,
  )
  .map(([mnemonic, to, from]) => [operation(mnemonic, to, from)]);
const regionOperation = fc
  .tuple(
    fc.constantFrom("clr" as const, "fil" as const, "rol" as const, "ror" as const),
    target,
    fc.integer({ min: -2, max: 4 }),
  )
  .map(([mnemonic, to, length]) => [operation(mnemonic, to, constant(length))]);
const callOperation = fc
  .tuple(target, fc.integer({ min: 1, max: 5 }))
  .map(([to, id]) => [operation("seq", to, constant(id))]);
const loopEnd = operation("lpe", constant(0), constant(0));

function loops(body: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> {
  const counterStep = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(["sub", 1], ["sub", 2], ["trn", 2], ["div", 2], ["mod", 3]) },
    { weight: 1, arbitrary: fc.constantFrom(["add", 0], ["mov", 1], ["gcd", 2], ["mul", -1]) },
  );
  return fc
    .tuple(cell, body, fc.option(counterStep, { freq: 6 }))
    .map(([counter, operations, step]) => [
      operation("lpb", direct(counter)),
      ...operations,
      ...(step ? [operation(step[0] as "sub", direct(counter), constant(step[1] as number))] : []),
      loopEnd,
    ]);
}

function blocks(step: fc.Arbitrary<Operation[]>, depth: number): fc.Arbitrary<Operation[]> {
  const nested =
    depth === 0
      ? step
      : fc.oneof({ weight: 4, arbitrary: step }, { weight: 1, arbitrary: loops(blocks(step, depth - 1)) });
  return fc.array(nested, { minLength: 0, maxLength: 6 }).map((parts) => parts.flat());
}

const step = fc.oneof(
  { weight: 12, arbitrary: arithmeticOperation },
  { weight: 1, arbitrary: regionOperation },
  { weight: 1, arbitrary: callOperation },
);
const offset = fc.integer({ min: -2, max: 2 });
const plainProgram = fc
  .tuple(blocks(step, 2), offset)
  .map(([operations, offset]): Program => ({ operations, offset }));

/** A search as the corpus is full of: the n-th index at which the core has a property. */
const searchProgram = fc
  .tuple(
    fc.array(arithmeticOperation, { minLength: 1, maxLength: 5 }),
    fc.constantFrom(
      // The bound falls by what is still wanted, or is cut to 0 once nothing is.
      ["sub $2,$0"],
      ["mov $4,$0", "max $4,0", "equ $4,$0", "mul $2,$4", "sub $2,1"],
      ["trn $2,1", "mov $4,$0", "geq $4,1", "mul $2,$4"],
    ),
    offset,
  )
  .map(([core, exit, offset]): Program => {
    // The core keeps off the counter and the hits: cells 0 and 2 become 1 and 3.
    const shifted = core.flat().map((each) => {
      const away = (operand: Operation["target"]) =>
        operand.kind !== "constant" && (operand.cell === 0 || operand.cell === 2)
          ? direct(operand.cell + 1)
          : operand;
      return operation(each.mnemonic, away(each.target), away(each.source));
    });
    return {
      offset,
      operations: [
        ...lines("mov $2,$0", "add $2,3", "pow $2,2", "lpb $2"),
        ...shifted,
        ...lines("add $1,1", "equ $3,$5", "sub $0,$3", ...exit, "lpe", "mov $0,$1"),
      ],
    };
  });

function lines(...texts: string[]): Operation[] {
  return texts.map((text) => {
    const [mnemonic, rest = ""] = text.split(" ");
    if (mnemonic === "lpe") return loopEnd;
    const [to, from] = rest
      .split(",")
      .map((part) => (part.startsWith("$") ? direct(Number(part.slice(1))) : constant(Number(part))));
    return operation(mnemonic as "mov", to!, from);
  });
}

/** Programs with `$$n`, computed regions and, at times, loops that compare regions. */
const indirectProgram = fc
  .tuple(
    blocks(
      fc.oneof(
        { weight: 4, arbitrary: arithmeticOperation },
        {
          weight: 2,
          arbitrary: fc
            .tuple(
              fc.constantFrom(
                "mov" as const,
                "add" as const,
                "mul" as const,
                "div" as const,
                "clr" as const,
                "rol" as const,
                "fil" as const,
                "ror" as const,
              ),
              fc.oneof(target, cell.map(indirect)),
              fc.oneof(source, cell.map(indirect)),
            )
            .map(([mnemonic, to, from]) => [operation(mnemonic, to, from)]),
        },
        { weight: 1, arbitrary: callOperation },
      ),
      2,
    ),
    fc.option(
      fc.oneof(
        fc.integer({ min: 0, max: 3 }).map((x) => constant(x)),
        cell.map(direct),
      ),
      { freq: 3 },
    ),
  )
  .map(
    ([operations, length]): Program => ({
      offset: 0,
      operations: length
        ? operations.map((each) => (each.mnemonic === "lpb" ? operation("lpb", each.target, length) : each))
        : operations,
    }),
  );

const callee = fc
  .tuple(
    blocks(
      fc.oneof({ weight: 8, arbitrary: arithmeticOperation }, { weight: 1, arbitrary: callOperation }),
      1,
    ),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([operations, offset]): Program => ({ operations, offset }));
/** Sequences 1 to 4; 5 is missing. */
const store = fc
  .tuple(callee, callee, callee, callee)
  .map((programs) => memoryStore(programs.map((program, i) => [i + 1, program])));

const limits: Partial<Limits> = { steps: 700, cells: 12 };

interface Evaluator {
  term(program: Program, index: number, id?: number): Result;
}

function outcome(evaluator: Evaluator, program: Program, index: number, id?: number): string {
  try {
    const { value, steps } = evaluator.term(program, index, id);
    expect(Object.is(value, -0)).toBe(false);
    return `${value} in ${steps} steps`;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

/** Runs eight terms one after the other, so that records and remembered terms come into play. */
function agree(program: Program, others: ProgramStore, id?: number): void {
  const reference = new ReferenceEvaluator({ store: others, limits, arithmetic: exactArithmetic });
  const compiled = new FastEvaluator({ store: others, limits, interpretedOperations: 0 });
  const mixed = new FastEvaluator({ store: others, limits, interpretedOperations: 60 });
  const fresh = () => new FastEvaluator({ store: others, limits, interpretedOperations: 1e9 });
  for (let index = program.offset; index < program.offset + 8; index++) {
    const wanted = outcome(reference, program, index, id);
    const text = () => `a(${index}) of\n${print(program)}`;
    expect(outcome(compiled, program, index, id), `compiled ${text()}`).toBe(wanted);
    expect(outcome(mixed, program, index, id), `mixed ${text()}`).toBe(wanted);
    expect(outcome(fresh(), program, index, id), `interpreted ${text()}`).toBe(wanted);
  }
}

test("a step limit that remembered terms pass comes before the error of a later call", () => {
  // A(1) takes 601 steps, remembered after the first call; the second call passes the limit, the third would fail.
  const others = memoryStore([
    [1, { offset: 0, operations: lines("mov $1,300", "lpb $1", "sub $1,1", "lpe") }],
    [2, { offset: 0, operations: lines("div $0,0") }],
  ]);
  const twice = { offset: 0, operations: lines("seq $1,1", "seq $2,1", "seq $3,2") };
  const first = { offset: 0, operations: lines("seq $3,2") };
  agree(twice, others);
  agree(first, others);
});

const numRuns = Number(process.env.WEIGHTSMITH_LODA_RUNS ?? 60);

describe("all evaluators agree with the plain interpreter", () => {
  test("on random programs", () => {
    fc.assert(
      fc.property(plainProgram, store, (program, others) => agree(program, others)),
      { numRuns, seed: 1 },
    );
  });

  test("on searches, where rounds are replayed", () => {
    fc.assert(
      fc.property(searchProgram, store, (program, others) => agree(program, others)),
      { numRuns, seed: 2 },
    );
  });

  test("on programs with computed addresses and region loops", () => {
    fc.assert(
      fc.property(indirectProgram, store, (program, others) => agree(program, others)),
      { numRuns, seed: 3 },
    );
  });

  test("on programs that call each other, themselves included", () => {
    fc.assert(
      fc.property(store, fc.integer({ min: 1, max: 4 }), (others, id) =>
        agree(others.sequence(id)!, others, id),
      ),
      { numRuns, seed: 4 },
    );
  });
});
