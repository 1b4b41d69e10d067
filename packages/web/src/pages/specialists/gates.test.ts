import { expect, test } from "vitest";
import { colourOf, favourite, meanShares } from "./gates.ts";

test("a cell belongs to its largest share, paler the smaller that is, and the generalist is grey", () => {
  expect(favourite([0.2, 0.7, 0.1])).toBe(1);
  expect(colourOf(0, 1)).toBe("oklch(0.62 0 210 / 1.00)");
  expect(colourOf(1, 0.5)).toBe("oklch(0.62 0.15 255 / 0.50)");
  expect(colourOf(7, 0)).toBe("oklch(0.62 0.15 255 / 0.08)");
});

test("mean shares go over layers and tokens alike", () => {
  const weights = [
    [
      [1, 0],
      [0.5, 0.5],
    ],
    [
      [0, 1],
      [0.5, 0.5],
    ],
  ];
  expect(meanShares({ tokens: ["a", "b"], experts: ["general", "x"], weights })).toEqual([0.5, 0.5]);
  expect(meanShares({ tokens: [], experts: ["general"], weights: [[]] })).toEqual([0]);
});
