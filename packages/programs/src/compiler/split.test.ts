import fc from "fast-check";
import { expect, test } from "vitest";
import { splitExamples } from "./split.ts";

const numbered = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ input: `in ${i}`, output: `out ${i}` }));

test("every example lands in exactly one part", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 2 ** 31 }), (n, seed) => {
      const { training, validation, heldOut } = splitExamples(numbered(n), seed);
      const inputs = [...training, ...validation, ...heldOut].map(({ input }) => input);
      expect(inputs.sort()).toEqual(
        numbered(n)
          .map(({ input }) => input)
          .sort(),
      );
    }),
  );
});

test("a repeated example cannot be both trained on and held out", () => {
  const twice = [...numbered(20), ...numbered(20)];
  const { training, validation, heldOut } = splitExamples(twice, 7);
  const held = new Set(heldOut.map(({ input }) => input));
  expect([...training, ...validation].filter(({ input }) => held.has(input))).toEqual([]);
  expect(training.length + validation.length + heldOut.length).toBe(20);
});

test("the order of the examples does not matter, the seed does", () => {
  const forwards = splitExamples(numbered(30), 1);
  expect(splitExamples(numbered(30).reverse(), 1)).toEqual(forwards);
  expect(splitExamples(numbered(30), 2).heldOut).not.toEqual(forwards.heldOut);
});

test("sixteen examples give four held out, two to choose by and ten to train on", () => {
  const { training, validation, heldOut } = splitExamples(numbered(16), 0);
  expect([training.length, validation.length, heldOut.length]).toEqual([10, 2, 4]);
});

test("one example trains and holds nothing out; two hold one out", () => {
  expect(splitExamples(numbered(1), 0).heldOut).toHaveLength(0);
  expect(splitExamples(numbered(2), 0).heldOut).toHaveLength(1);
  expect(splitExamples(numbered(2), 0).training).toHaveLength(1);
});

test("examples that a model wrote are trained on, and never select or measure", () => {
  const given = Array.from({ length: 10 }, (_, i) => ({ input: `given ${i}`, output: "x" }));
  const generated = Array.from({ length: 30 }, (_, i) => ({
    input: `made ${i}`,
    output: "x",
    generated: true,
  }));
  const split = splitExamples([...generated, ...given], 0);
  for (const { input } of [...split.heldOut, ...split.validation]) expect(input).toMatch(/^given/);
  expect(split.heldOut).toEqual(splitExamples(given, 0).heldOut);
  expect(split.training.filter(({ input }) => input.startsWith("made"))).toHaveLength(30);
  expect(splitExamples(generated, 0).heldOut).toEqual([]);
});
