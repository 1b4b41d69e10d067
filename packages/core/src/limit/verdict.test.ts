import { expect, test } from "vitest";
import { verdict } from "./index.ts";

/** Ten uses a minute: one every six seconds. */
const rule = { subject: "key:a", bucket: "compile", limit: 10, periodSeconds: 60 };

test("an untouched allowance is whole", () => {
  expect(verdict(rule, true, 0)).toEqual({
    allowed: true,
    limit: 10,
    remaining: 10,
    resetSeconds: 0,
    retryAfterSeconds: 0,
  });
});

test("each use takes six seconds off the minute", () => {
  expect(verdict(rule, true, 6).remaining).toBe(9);
  expect(verdict(rule, true, 54).remaining).toBe(1);
  expect(verdict(rule, true, 59.9).remaining).toBe(0);
});

test("a refused use may come back when its share has been refilled", () => {
  expect(verdict(rule, false, 60)).toMatchObject({ remaining: 0, resetSeconds: 60, retryAfterSeconds: 6 });
  expect(verdict({ ...rule, cost: 3 }, false, 50).retryAfterSeconds).toBeCloseTo(8);
});

test("division does not cost a use: 3 in 1 second", () => {
  const third = { ...rule, limit: 3, periodSeconds: 1 };
  expect([0, 1 / 3, 2 / 3, 1].map((full) => verdict(third, true, full).remaining)).toEqual([3, 2, 1, 0]);
});
