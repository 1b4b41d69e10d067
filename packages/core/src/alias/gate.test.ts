import { DEFAULT_GATE, type Report } from "@weightsmith/contract";
import { describe, expect, test } from "vitest";
import { refusal } from "./gate.ts";

const report = (exactMatch: number | null, baseline?: number): Report => ({
  heldOut: { exactMatch, n: 10 },
  training: { exactMatch: 1, n: 4, steps: 1, seconds: 1, finalLoss: null },
  ...(baseline === undefined ? {} : { baseline: { exactMatch: baseline, n: 10 } }),
  predictions: [],
});

describe("the default gate", () => {
  test("lets a first program through, with a score or without", () => {
    expect(refusal(DEFAULT_GATE, report(0.1), undefined)).toBeUndefined();
    expect(refusal(DEFAULT_GATE, null, undefined)).toBeUndefined();
  });
  test("refuses a program below its own baseline", () => {
    expect(refusal(DEFAULT_GATE, report(0.5, 0.6), undefined)).toContain("baseline, 60 %");
    expect(refusal(DEFAULT_GATE, report(0.6, 0.6), undefined)).toBeUndefined();
  });
  test("refuses a program below the current one, or unmeasured where that was measured", () => {
    expect(refusal(DEFAULT_GATE, report(0.7), report(0.8))).toContain("the new program's is 70 %");
    expect(refusal(DEFAULT_GATE, report(null), report(0.8))).toContain("has none");
    expect(refusal(DEFAULT_GATE, report(0.8), report(0.8))).toBeUndefined();
    expect(refusal(DEFAULT_GATE, report(0.1), report(null))).toBeUndefined();
  });
});

test("a gate may demand a minimum, allow a drop, and ignore baselines", () => {
  const gate = { minimumScore: 0.5, allowedDrop: 0.1, beatBaseline: false };
  expect(refusal(gate, report(0.4), undefined)).toContain("demands a held-out score of 50 %");
  expect(refusal(gate, null, undefined)).toContain("has none");
  expect(refusal(gate, report(0.7, 0.9), report(0.8))).toBeUndefined();
  expect(refusal(gate, report(0.69), report(0.8))).toContain("10 %");
  expect(refusal({ ...gate, allowedDrop: null }, report(0.5), report(1))).toBeUndefined();
});
