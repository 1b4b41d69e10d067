import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { constraintOf, constraintOfExamples } from "./constraint-options.ts";

test("labels, a pattern and the schema in a file become the constraint of a request; two of them are refused", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "constraint-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "schema.json");
  await writeFile(file, '{"type":"integer"}');
  expect(await constraintOf({})).toBeUndefined();
  expect(await constraintOf({ labels: ["a", "b"] })).toEqual({ kind: "labels", labels: ["a", "b"] });
  expect(await constraintOf({ regex: "\\d+" })).toEqual({ kind: "regex", pattern: "\\d+" });
  expect(await constraintOf({ jsonSchema: file })).toEqual({
    kind: "jsonSchema",
    schema: { type: "integer" },
  });
  await writeFile(file, "{");
  await expect(constraintOf({ jsonSchema: file })).rejects.toThrow(/is not JSON/);
  await expect(constraintOf({ labels: ["a"], regex: "a" })).rejects.toThrow(/Give one of/);
});

test("examples suggest a constraint, and those held out have no part in it", async () => {
  const examples = Array.from({ length: 20 }, (_, k) => ({
    input: `${k}`,
    output: k % 2 === 0 ? "yes" : "no",
  }));
  const labels = { kind: "labels", labels: ["no", "yes"] };
  expect(await constraintOfExamples({ examples, seed: 0 })).toEqual(labels);
  const { splitExamples } = await import("@weightsmith/programs");
  const { heldOut } = splitExamples(examples, 0);
  const changed = examples.map((example) =>
    heldOut.some(({ input }) => input === example.input) ? { ...example, output: "perhaps" } : example,
  );
  expect(await constraintOfExamples({ examples: changed, seed: 0 })).toEqual(labels);
  expect(
    await constraintOfExamples({
      examples: examples.map(({ input }) => ({ input, output: `${input}!` })),
      seed: 0,
    }),
  ).toBeUndefined();
});
