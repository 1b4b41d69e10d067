import { describe, expect, test } from "vitest";
import { parse } from "../language/parse.ts";
import type { Value } from "../number/value.ts";
import { EvaluationError } from "./error.ts";
import type { Limits } from "./limits.ts";
import { ReferenceEvaluator } from "./reference.ts";
import { memoryStore } from "./store.ts";

/** A program in the pipe form, run on `$0 = input`. */
function run(
  text: string,
  input: Value = 0,
  limits: Partial<Limits> = {},
  others: Record<number, string> = {},
) {
  const sequences = Object.entries(others).map(
    ([id, source]) => [Number(id), parse(source.replaceAll("|", "\n"))] as const,
  );
  const evaluator = new ReferenceEvaluator({ store: memoryStore(sequences), limits });
  evaluator.start();
  return evaluator.term(parse(text.replaceAll("|", "\n")), input);
}

function failure(...args: Parameters<typeof run>): EvaluationError {
  try {
    run(...args);
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
  throw new Error("the run ended without an error");
}

/** Reads cells $a…$b back as one number, two decimal digits a cell. */
function cells(from: number, to: number): string {
  let text = "|mov $0,0";
  for (let cell = from; cell <= to; cell++) text += `|mul $0,100|add $0,$${cell}`;
  return text;
}

describe("operands", () => {
  test("cells start at 0, and reading one far away is allowed", () => {
    expect(run("mov $0,$7|add $0,$123456789").value).toBe(0);
  });

  test("$$n reads and writes the cell whose address is in $n", () => {
    expect(run("mov $1,5|mov $$1,42|mov $0,$$1|add $0,$5").value).toBe(84);
  });

  test("each operation is one step", () => {
    expect(run("mov $1,5|add $0,$1|mul $0,2", 1)).toEqual({ value: 12, steps: 3 });
  });
});

describe("memory operations", () => {
  const fill = "mov $1,1|mov $2,2|mov $3,3|mov $4,4|mov $5,5";
  test.each([
    ["clr $2,3", "01 00 00 00 05"],
    ["clr $4,-2", "01 02 00 00 05"],
    ["clr $3,0", "01 02 03 04 05"],
    ["clr $2,-9", "00 00 03 04 05"],
    ["fil $2,3", "01 02 02 02 05"],
    ["fil $4,-2", "01 02 04 04 05"],
    ["fil $4,0", "01 02 03 04 05"],
    ["rol $2,3", "01 03 04 02 05"],
    ["rol $4,-3", "01 03 04 02 05"],
    ["rol $4,0", "01 02 03 04 05"],
    ["rol $4,1", "01 02 03 04 05"],
    ["ror $2,3", "01 04 02 03 05"],
    ["ror $4,-3", "01 04 02 03 05"],
    ["ror $4,0", "01 02 03 04 05"],
  ])("%s on 1 2 3 4 5 gives %s", (operation, wanted) => {
    expect(run(`${fill}|${operation}${cells(1, 5)}`).value).toBe(Number(wanted.replaceAll(" ", "")));
  });

  test("an indirect target gives the start", () => {
    expect(run(`${fill}|mov $0,4|clr $$0,2${cells(1, 5)}`).value).toBe(102030000);
  });

  test.each(["fil $1,-5", "rol $1,-5", "ror $1,-5"])("%s reaches a negative cell", (operation) => {
    expect(failure(operation).code).toBe("negative-address");
  });

  test.each(["fil $1,2001", "rol $1,2001", "ror $1,2001"])("%s reaches beyond the memory", (operation) => {
    expect(failure(operation).code).toBe("memory");
    expect(run(operation.replace("2001", "2000")).steps).toBe(1);
  });
});

describe("loops", () => {
  test("repeat while the counter falls, and undo the last round", () => {
    // Rounds: 5 → 3 → 1 → −1; the last is undone, so $1 counts 2 and $0 stays 1.
    expect(run("lpb $0|sub $0,2|add $1,1|lpe|mul $0,10|add $0,$1", 5)).toEqual({ value: 12, steps: 12 });
  });

  test("run once even if nothing is accepted, and then undo all memory", () => {
    expect(run("lpb $0|add $0,1|mov $1,7|lpe|add $0,$1", 3)).toEqual({ value: 3, steps: 5 });
  });

  test("an error inside a doomed round still throws", () => {
    expect(failure("lpb $0|div $1,$0|sub $0,1|lpe", 0).code).toBe("overflow");
  });

  test("a negative counter is not accepted", () => {
    expect(run("lpb $0|sub $0,5|add $1,1|lpe|mov $0,$1", 3).value).toBe(0);
  });

  test("nest", () => {
    expect(run("lpb $0|sub $0,1|mov $1,3|lpb $1|sub $1,1|add $2,1|lpe|lpe|mov $0,$2", 4).value).toBe(12);
  });

  test("a constant counter runs the body once", () => {
    expect(run("lpb 5|add $0,1|lpe", 3)).toEqual({ value: 3, steps: 3 });
  });

  test("compare regions lexicographically when a length is given", () => {
    // ($1,$2) falls from (2,1): (2,0), (1,9)…, so the first cell may stay while the second falls.
    expect(run("mov $1,2|mov $2,1|lpb $1,2|sub $2,1|add $3,1|lpe|mov $0,$3").value).toBe(1);
    expect(run("mov $1,2|mov $2,1|lpb $1,2|sub $1,1|add $2,5|add $3,1|lpe|mov $0,$3").value).toBe(2);
  });

  test("a negative cell before the deciding one ends a region loop", () => {
    expect(run("mov $1,-1|mov $2,5|lpb $1,2|sub $2,1|add $3,1|lpe|mov $0,$3").value).toBe(0);
    expect(run("mov $1,1|mov $2,-1|lpb $1,2|sub $1,1|add $3,1|lpe|mov $0,$3").value).toBe(1);
  });

  test("the length of a region is evaluated again, and the smaller one counts", () => {
    // The length shrinks to 1 in the first round: then only $1 is compared, and it did not fall.
    expect(run("mov $1,2|mov $2,3|mov $4,2|lpb $1,$4|sub $2,1|mov $4,1|add $3,1|lpe|mov $0,$3").value).toBe(
      0,
    );
  });

  test("a length of 0 or less means one round, undone", () => {
    expect(run("mov $1,5|lpb $1,0|sub $1,1|add $3,1|lpe|mov $0,$3")).toEqual({ value: 0, steps: 6 });
  });

  test("one region loop makes every loop of the program compare regions", () => {
    // A plain loop on a constant is legal, but a region has to have an address.
    expect(failure("lpb 5|lpe|mov $1,1|lpb $1,2|sub $1,1|lpe").code).toBe("constant-target");
  });
});

describe("calls", () => {
  const square = "mul $0,$0";
  test("seq gives the term and counts the steps of the callee, remembered or not", () => {
    expect(run("seq $0,290|seq $1,290|mov $1,3|seq $1,290|add $0,$1", 3, {}, { 290: square })).toEqual({
      value: 18,
      steps: 8,
    });
  });

  test("an argument below the offset of the callee is an error", () => {
    expect(failure("seq $0,27", 0, {}, { 27: "#offset 1|mov $1,1" }).code).toBe("argument");
    expect(run("seq $0,27", 1, {}, { 27: "#offset 1|mov $1,1" }).value).toBe(1);
  });

  test("a missing program is an error that names it", () => {
    expect(failure("seq $0,27")).toMatchObject({
      code: "missing-program",
      message: expect.stringContaining("A000027"),
    });
  });

  test("recursion is an error, direct and indirect", () => {
    expect(failure("seq $0,1", 0, {}, { 1: "seq $0,1" }).code).toBe("recursion");
    expect(failure("seq $0,1", 0, {}, { 1: "seq $0,2", 2: "seq $0,1" }).code).toBe("recursion");
  });

  test("prg passes cells in and out", () => {
    const procedure = parse("#inputs 2\n#outputs 2\nadd $0,$1\nmul $1,$0");
    const evaluator = new ReferenceEvaluator({ store: memoryStore([], [[7, procedure]]) });
    // ($3,$4) = (2,5) becomes (7,35).
    const caller = parse("mov $3,2\nmov $4,5\nprg $3,7\nmov $0,$3\nmul $0,100\nadd $0,$4");
    expect(evaluator.term(caller, 0)).toEqual({ value: 735, steps: 8 });
  });
});

describe("errors", () => {
  const big = "mov $1,2|pow $1,3839";
  test.each([
    ["overflow", `${big}|mul $1,2`],
    ["overflow", "div $0,0"],
    ["overflow", "log $0,10"],
    ["negative-address", "mov $1,-1|mov $$1,1"],
    ["negative-address", "mov $1,-1|mov $0,$$1"],
    ["integer-range", `${big}|mov $0,$$1`],
    ["integer-range", `${big}|clr $0,$1`],
    ["memory", "mov $2001,1"],
    ["memory", "mov $1,5000|mov $$1,1"],
    ["memory", "lpb $0,2001|lpe"],
    ["constant-target", "mov 5,1"],
    ["constant-target", "clr 5,1"],
    ["open-loop", "lpb $0"],
    ["loop-end-without-begin", "lpe"],
    ["nesting", `${"lpb $0|".repeat(101)}${"lpe|".repeat(101)}`],
    ["missing-program", "prg $0,1"],
  ] as const)("%s: %s", (code, text) => {
    expect(failure(text).code).toBe(code);
  });

  test("the largest number is legal", () => {
    expect(run(`${big}|sub $1,1|mul $1,2|add $1,1|mov $0,$1`).value).toBe(2n ** 3840n - 1n);
  });

  test("the step limit is exact", () => {
    const loop = "lpb $0|sub $0,1|lpe";
    expect(run(loop, 10, { steps: 23 }).steps).toBe(23);
    expect(failure(loop, 10, { steps: 22 }).code).toBe("steps");
  });

  test("the time limit ends an endless run", () => {
    expect(failure("mov $1,2|pow $1,60|lpb $1|sub $1,1|lpe", 0, { milliseconds: 20, steps: 1e15 }).code).toBe(
      "time",
    );
  });

  test("a message names the operation and its line", () => {
    expect(failure("mov $1,0|div $0,$1").message).toContain("`div $0,$1` (line 2)");
  });
});
