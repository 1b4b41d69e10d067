import { expect, test } from "vitest";
import { differenceOf, lessonsIn } from "./experiment.ts";

const text = `## Strategies & Insights
[strategy-00001] helpful=5 harmful=1 :: Read units first.
not a lesson
[formula-00002] helpful=0 harmful=0 :: Growth is (b − a) / a :: always.`;

test("lessons are read with their counts and the heading above them", () => {
  expect(lessonsIn(text)).toEqual([
    {
      id: "strategy-00001",
      helpful: 5,
      harmful: 1,
      text: "Read units first.",
      section: "Strategies & Insights",
    },
    {
      id: "formula-00002",
      helpful: 0,
      harmful: 0,
      text: "Growth is (b − a) / a :: always.",
      section: "Strategies & Insights",
    },
  ]);
  expect(lessonsIn("")).toEqual([]);
});

test("two playbooks differ in what was added, changed and removed", () => {
  const before = lessonsIn("[a-1] helpful=0 harmful=0 :: one\n[b-2] helpful=0 harmful=0 :: two");
  const after = lessonsIn("[b-2] helpful=9 harmful=0 :: two\n[c-3] helpful=0 harmful=0 :: three");
  expect(differenceOf(before, after).map(({ lesson, change }) => [lesson.id, change])).toEqual([
    ["b-2", "same"],
    ["c-3", "added"],
    ["a-1", "removed"],
  ]);
  const changed = lessonsIn("[a-1] helpful=0 harmful=0 :: ONE");
  expect(differenceOf(before.slice(0, 1), changed)).toMatchObject([
    { change: "changed", before: { text: "one" } },
  ]);
});
