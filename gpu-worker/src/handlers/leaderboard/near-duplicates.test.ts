import { expect, test } from "vitest";
import { editDistance } from "./baselines.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { ownTasks, seeded } from "./tasks/index.ts";

const hidden = [
  { input: "Please write to ann@example.org before Friday.", output: "example.org" },
  { input: "7", output: "13" },
];

test("copies with other case, spaces or punctuation, and texts that differ in a letter, are near", () => {
  const near = (input: string, output = "example.org") => nearDuplicates([{ input, output }], hidden)[0];
  expect(near("please  write to ANN@example.org before friday")).toBe(true);
  expect(near("Please write to anna@example.org before Friday.")).toBe(true);
  expect(near("Please write to bob@shop.example after Monday, if you can.")).toBe(false);
});

test("another wanted output gives nothing away, and short inputs are the same or not", () => {
  expect(nearDuplicates([{ input: hidden[0]!.input, output: "other" }], hidden)).toEqual([false, false]);
  expect(nearDuplicates([{ input: "8", output: "13" }], hidden)).toEqual([false, false]);
  expect(nearDuplicates([{ input: "7", output: "13" }], hidden)).toEqual([false, true]);
  expect(nearDuplicates([], hidden)).toEqual([false, false]);
});

test("at least twelve tasks over all kinds of program have enough examples, no input twice", () => {
  expect(ownTasks.length).toBeGreaterThanOrEqual(12);
  expect([...new Set(ownTasks.flatMap(({ kinds }) => kinds))].toSorted()).toEqual([
    "code",
    "loda",
    "weights",
  ]);
  for (const { make, publicCount, hiddenCount } of ownTasks) {
    const examples = make(seeded(7), publicCount + hiddenCount);
    expect(new Set(examples.map(({ input }) => input)).size).toBe(publicCount + hiddenCount);
    expect(make(seeded(7), 5)).toEqual(make(seeded(7), 5));
  }
});

test("the edit distance counts insertions, deletions and changes", () => {
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("", "abc")).toBe(3);
});
