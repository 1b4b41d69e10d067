import { expect, test } from "vitest";
import { examplesInSpec } from "./examples-in-spec.ts";

test("turns of Input and Output lines are examples; quotes around them are not part of them", () => {
  const spec =
    'Classify the mail.\n\nInput: "I won!"\nOutput: spam\n\nInput: Lunch at 1?\nExpected output: "ham"';
  expect(examplesInSpec(spec)).toEqual([
    { input: "I won!", output: "spam" },
    { input: "Lunch at 1?", output: "ham" },
  ]);
});

test("lists with arrows, and both on one line", () => {
  expect(examplesInSpec("Extension:\n- a.JPG -> jpg\n2. b.md → md\nInput: c.GZ, Output: gz")).toEqual([
    { input: "a.JPG", output: "jpg" },
    { input: "b.md", output: "md" },
    { input: "c.GZ", output: "gz" },
  ]);
});

test("prose with arrows, halves and contradictions are no examples", () => {
  expect(examplesInSpec("Map input -> output in order. Input: text.")).toEqual([]);
  expect(examplesInSpec("Input: a\nSome words.\nOutput: b")).toEqual([]);
  expect(examplesInSpec("- a -> 1\n- a -> 2\n- b -> 3")).toEqual([{ input: "b", output: "3" }]);
});
