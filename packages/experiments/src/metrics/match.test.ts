import { describe, expect, test } from "vitest";
import { exactMatch, isCorrect, numericMatch, similarity, tatQaScores, tokenF1 } from "./match.ts";
import { parseQuantity } from "./quantity.ts";

describe("exact match after normalisation", () => {
  test.each([
    ["The Vitamin D.", "vitamin d"],
    ["1,204", "1204"],
    ["$1.5 million", "1500000"],
    ["(15)", "-15"],
    ["$ (1,204)", "-1204"],
    ["12 %", "12 percent"],
    ["12%", "0.12"],
    ["7.40 bar", "7.4"],
    ["−3", "-3"],
    ["net  revenue", "net revenue"],
  ])("%s is %s", (gold, pred) => expect(exactMatch(gold, pred)).toBe(true));

  test.each([
    ["1204", "1205"],
    ["12 %", "12"],
    ["5 kg", "5 mg"],
    ["1.5", "15"],
    ["(15)", "15"],
    ["high", "low"],
    ["", "0"],
  ])("%s is not %s", (gold, pred) => expect(exactMatch(gold, pred)).toBe(false));

  test("a text with a number in it is no quantity", () => {
    expect(parseQuantity("2019 was better")).toBeUndefined();
    expect(parseQuantity("1,2,3")).toBeUndefined();
    expect(parseQuantity("€ 3.2 bn")).toEqual({ value: 3.2e9, unit: "eur" });
  });
});

test("numbers may differ by one percent", () => {
  expect(numericMatch("200", "201")).toBe(true);
  expect(numericMatch("200", "203")).toBe(false);
});

test("an option counts by its letter, its text, or both", () => {
  const question = "Which?\nA) liver\nB) the spleen\nC) pancreas";
  for (const pred of ["B", "b)", "(B)", "spleen", "B) the spleen"])
    expect(isCorrect(question, "spleen", pred)).toBe(true);
  for (const pred of ["A", "pancreas", "D", ""]) expect(isCorrect(question, "spleen", pred)).toBe(false);
});

test("token F1 counts words as often as they occur", () => {
  expect(tokenF1("a red red car", "red car")).toBeCloseTo(0.8);
  expect(tokenF1("red", "blue")).toBe(0);
});

test("TAT-QA's measures: numbers by value and scale, spans in any order", () => {
  expect(tatQaScores("1.5 million", "1500000")).toEqual({ exactMatch: 1, f1: 1 });
  expect(tatQaScores("1.5 million", "1.5")).toEqual({ exactMatch: 0, f1: 0 });
  expect(tatQaScores(["cash", "loans"], ["loans", "cash"])).toEqual({ exactMatch: 1, f1: 1 });
  expect(tatQaScores("net sales", "sales").f1).toBeCloseTo(2 / 3);
});

test("similarity gives partial credit", () => {
  expect(similarity("deferred taxes", "deferred tax")).toBeGreaterThan(
    similarity("deferred taxes", "net sales"),
  );
});
