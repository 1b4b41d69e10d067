import { expect, test } from "vitest";
import { varyExamples } from "./vary-examples.ts";

const given = [
  { input: "Smith, John", output: "John Smith" },
  { input: "Okafor, Ada", output: "Ada Okafor" },
  { input: "Lee, Min", output: "Min Lee" },
];

test("variations are new, marked, and copy what the given ones copy", () => {
  const fresh = varyExamples("Swap the names.", given, { count: 12, seed: 1 });
  expect(fresh).toHaveLength(12);
  expect(new Set([...given, ...fresh].map(({ input }) => input)).size).toBe(15);
  for (const { input, output, generated } of fresh) {
    expect(generated).toBe(true);
    expect(output).toBe(input.split(", ").reverse().join(" "));
  }
});

test("where outputs copy nothing there is nothing to vary, and what was generated is varied no further", () => {
  const labels = [
    { input: "great", output: "+" },
    { input: "awful", output: "-" },
  ];
  expect(varyExamples("Rate it.", labels, { count: 5, seed: 1 })).toEqual([]);
  const marked = given.map((example) => ({ ...example, generated: true }));
  expect(varyExamples("Swap the names.", marked, { count: 5, seed: 1 })).toEqual([]);
});
