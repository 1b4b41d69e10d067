import { expect, test } from "vitest";
import { readScore, wilsonInterval } from "./score.ts";

test("Wilson's interval agrees with published values", () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const published: [number, number, number, number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [right, n, low, high] of published) {
    const interval = wilsonInterval(right, n);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  }
});

test("a score is read with what it was measured on, and nothing measured is no score", () => {
  expect(readScore({ exactMatch: 2 / 3, n: 3 })).toMatchObject({ right: 2, n: 3, interval: "21–94 %" });
  expect(readScore({ exactMatch: null, n: 0 })).toBeUndefined();
  expect(readScore(undefined)).toBeUndefined();
});
