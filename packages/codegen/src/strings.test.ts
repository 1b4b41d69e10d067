import { describe, expect, it } from "vitest";
import { synthesizeTextFunctions } from "./strings.ts";

const learn = (pairs: readonly (readonly [string, string])[]) =>
  synthesizeTextFunctions(
    pairs.map(([input, output]) => ({ input, output })),
    { seconds: 20 },
  );

describe("text functions from examples", () => {
  it.each([
    {
      pairs: [
        ["John Smith", "J. Smith"],
        ["Mary Anne Jones", "M. Jones"],
        ["Al Gore", "A. Gore"],
      ],
      input: "Ada Lovelace",
      output: "A. Lovelace",
    },
    {
      pairs: [
        ["report_final.PDF", "pdf"],
        ["a.b.TXT", "txt"],
        ["x.Jpg", "jpg"],
      ],
      input: "holiday.2024.PNG",
      output: "png",
    },
    {
      pairs: [
        ["Smith, John", "John Smith"],
        ["Doe, Jane", "Jane Doe"],
      ],
      input: "Turing, Alan",
      output: "Alan Turing",
    },
    {
      pairs: [
        ["a,b,c", "c;b;a"],
        ["x,y", "y;x"],
        ["1,2,3,4", "4;3;2;1"],
      ],
      input: "p,q,r",
      output: "r;q;p",
    },
  ] as const)("$pairs.0 generalises to $input", ({ pairs, input, output }) => {
    const { functions, consensus } = learn(pairs);
    expect(functions[0]?.run(input)).toBe(output);
    expect(consensus(input)?.output).toBe(output);
  });

  it("offers nothing for examples that contradict each other", () => {
    expect(
      synthesizeTextFunctions(
        [
          { input: "a", output: "b" },
          { input: "a", output: "c" },
        ],
        { seconds: 0.5 },
      ).functions,
    ).toEqual([]);
  });
});
