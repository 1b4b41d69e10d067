import { expect, test } from "vitest";
import { examplesIn, termsIn } from "./generate-text.ts";

test("examples are JSON on both sides of an arrow, whichever arrow", () => {
  expect(examplesIn('"a b" → "b a"\n\n[1, 2] -> 3\n{"x": null} => true')).toEqual([
    { input: "a b", output: "b a" },
    { input: [1, 2], output: 3 },
    { input: { x: null }, output: true },
  ]);
  expect(examplesIn('"a -> b" → "c"')).toEqual([{ input: "a -> b", output: "c" }]);
  expect(() => examplesIn('"a" → "b"\n"c"')).toThrow("Line 2");
  expect(() => examplesIn("a → 1")).toThrow("Line 1");
});

test("terms may be parted by anything that is usual, and what is no whole number is named", () => {
  expect(termsIn("0, 1 1;2\n-3, 99999999999999999999, …")).toEqual([
    "0",
    "1",
    "1",
    "2",
    "-3",
    "99999999999999999999",
  ]);
  expect(() => termsIn("1, 2.5")).toThrow("“2.5”");
});
