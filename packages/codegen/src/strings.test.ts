import { describe, expect, it, vi } from "vitest";
import { countingClock } from "./search/clock.ts";
import { functionsOfText, synthesizeTextFunctions } from "./strings.ts";

const learn = (pairs: readonly (readonly [string, string])[]) =>
  synthesizeTextFunctions(
    pairs.map(([input, output]) => ({ input, output })),
    { seconds: 8 },
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
    {
      pairs: [
        ["27:24", "51"],
        ["8:22 path", "30"],
        ["38:40", "78"],
      ],
      input: "120:45 road",
      output: "165",
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

describe("text functions by a counting clock", () => {
  const hard = [
    { input: "Order 12 of 2024", output: "2024-12 order" },
    { input: "Refund 7 of 2023", output: "2023-7 refund" },
    { input: "Gift 30 of 2020", output: "2020-30 gift" },
  ];
  const search = () => {
    const { functions, consensus } = synthesizeTextFunctions(hard, { seconds: 0.4, clock: countingClock() });
    return { texts: functions.map(({ text, cost }) => [text, cost]), answer: consensus("Return 4 of 2021") };
  };
  const easy = [
    { input: "Smith, John", output: "John Smith" },
    { input: "Doe, Jane", output: "Jane Doe" },
    { input: "Lovelace, Ada", output: "Ada Lovelace" },
  ];

  it("are the same in every run, however slow the machine's clock says it is", () => {
    const [first, again] = [search(), search()];
    expect(first.texts.length).toBeGreaterThan(0);
    expect(again).toEqual(first);
    const label = () => functionsOfText("", easy)?.("Turing, Alan");
    const labelled = label();
    expect(labelled?.output).toBe("Alan Turing");
    let time = 0;
    const slow = vi.spyOn(performance, "now").mockImplementation(() => {
      time += 60_000;
      return time;
    });
    try {
      expect(search()).toEqual(first);
      expect(label()).toEqual(labelled);
      expect(slow).not.toHaveBeenCalled();
    } finally {
      slow.mockRestore();
    }
  });
});
