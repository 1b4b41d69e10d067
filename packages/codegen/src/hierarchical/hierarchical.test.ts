import { describe, expect, it } from "vitest";
import { compileExpression } from "../language/expression.ts";
import { printFunction } from "../print/function.ts";
import { Sandbox } from "../sandbox/sandbox.ts";
import { countingClock } from "../search/clock.ts";
import type { Problem } from "../search/synthesize.ts";
import type { Value } from "../values/value.ts";
import { synthesizeByOutline } from "./hierarchical.ts";

const problem = (name: string, spec: string, pairs: readonly (readonly [Value, Value])[]): Problem => ({
  parameters: [{ name }],
  spec,
  examples: pairs.map(([input, output]) => ({ inputs: [input], output })),
});

const solve = (one: Problem) => synthesizeByOutline(one, { seconds: 1.5, clock: countingClock() }, "solve");

describe("synthesis by outline", () => {
  const cases: { name: string; one: Problem; input: Value; output: Value; outline: string }[] = [
    {
      name: "a loop whose step is found by running it",
      one: problem("digits", "distance", [
        [[3], 3],
        [[1, 2], 1],
        [[5, 1, 4], 0],
        [[2, 2, 2, 9], 7],
      ]),
      input: [10, 1, 2],
      output: 7,
      outline: "fold",
    },
    {
      name: "a helper for each part of a text",
      one: problem("text", "initial and length of each word", [
        ["maple river", "m4-r4"],
        ["stone", "s4"],
        ["a garden gate", "a0-g5-g3"],
      ]),
      input: "big tree",
      output: "b2-t3",
      outline: "each",
    },
    {
      name: "a helper for each field of the output",
      one: problem("text", "", [
        ["Lovelace, Ada 1815", "A. Lovelace (15)"],
        ["Turing, Alan 1912", "A. Turing (12)"],
        ["Hopper, Grace 1906", "G. Hopper (06)"],
        ["Novak, Omar 1977", "O. Novak (77)"],
      ]),
      input: "Weber, Lena 1934",
      output: "L. Weber (34)",
      outline: "pieces",
    },
  ];

  it.each(cases)("$name", ({ one, input, output, outline }) => {
    const solutions = solve(one);
    expect(solutions.map((solution) => solution.outline)).toContain(outline);
    const solution = solutions.find((each) => each.outline === outline)!;
    expect(compileExpression(solution.expression)({ [one.parameters[0]!.name]: input })).toEqual(output);
    expect(solution.helpers.length).toBeGreaterThan(0);
  });

  it.each(["python", "typescript"] as const)(
    "prints helpers as functions of their own in %s",
    async (language) => {
      const { one, input, output } = cases[0]!;
      const [solution] = solve(one);
      const { code } = printFunction(solution!.expression, one, {
        name: "solve",
        language,
        functions: solution!.helpers,
      });
      expect(code.match(/(?:def|function) \w+/g)).toHaveLength(1 + solution!.helpers.length);
      if (language === "python") return;
      const sandbox = new Sandbox();
      try {
        expect(await sandbox.run(language, code, "solve", [[input]])).toEqual([
          { status: "returned", value: output },
        ]);
      } finally {
        await sandbox.close();
      }
    },
  );

  it("offers nothing for examples that no outline explains", () => {
    const random = problem("n", "", [
      [1, "q7!"],
      [2, "zz0"],
      [3, "!!x"],
    ]);
    expect(synthesizeByOutline(random, { seconds: 0.3, clock: countingClock() }, "solve")).toEqual([]);
  });
});
