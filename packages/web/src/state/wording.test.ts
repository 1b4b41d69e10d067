import { expect, test } from "vitest";
import { belowHeading, headline, shownBytes, shownSeconds } from "./wording.ts";

test("what a heading has said is not said again below it", () => {
  const one = "Return the second word.";
  expect(belowHeading(one, headline(one))).toBe("");
  const two = "Return the second word.\n\nIn capitals.";
  expect(belowHeading(two, headline(two))).toBe("In capitals.");
  expect(belowHeading(one, "second-word")).toBe(one);
  const long = "word ".repeat(40).trim();
  expect(belowHeading(long, headline(long))).toBe(long);
});

test("times and sizes are given in the unit that people would choose", () => {
  expect([0.2, 42.4, 600, 7200].map(shownSeconds)).toEqual(["under 1 s", "42 s", "10 min", "2.0 h"]);
  expect([55, 4200, 180_000, 2_500_000].map(shownBytes)).toEqual(["55 bytes", "4.2 kB", "180 kB", "2.5 MB"]);
});
