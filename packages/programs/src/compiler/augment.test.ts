import { Random } from "@weightsmith/nn";
import { expect, test } from "vitest";
import { Augmenter } from "./augment.ts";
import { findLabeller, LabelledInputs } from "./labelled-inputs.ts";

const swap = [
  { input: "Smith, John", output: "John Smith" },
  { input: "Okafor, Ada", output: "Ada Okafor" },
  { input: "Lindqvist, Per", output: "Per Lindqvist" },
  { input: "Sato, Yuki", output: "Yuki Sato" },
];

const many = <T>(make: (random: Random) => T): T[] => {
  const random = new Random(1, "test");
  return Array.from({ length: 50 }, () => make(random));
};

test("what an output copies is exchanged in input and output alike, in its case", () => {
  const augmenter = new Augmenter("Swap the names.", swap);
  const varied = many((random) => augmenter.vary(0, random));
  for (const { input, output } of varied) {
    const [last, first] = input.split(", ");
    expect(output).toBe(`${first} ${last}`);
    expect(last![0]).toBe(last![0]!.toUpperCase());
  }
  expect(new Set(varied.map(({ input }) => input)).size).toBeGreaterThan(25);
});

test("words of the spec, and words that many outputs share, stay", () => {
  const examples = swap.map(({ input }, index) => ({ input, output: index % 2 ? "Mr Sato" : "Mr Smith" }));
  const kept = new Augmenter("Say Smith or Sato.", examples);
  expect(kept.canVary).toBe(false);
});

test("digits stay digits, as many, and a number stays without a leading zero", () => {
  const augmenter = new Augmenter("x", [{ input: "id 4821", output: "4821" }]);
  for (const { input, output } of many((random) => augmenter.vary(0, random, 1))) {
    expect(output).toMatch(/^[1-9]\d{3}$/);
    expect(input).toBe(`id ${output}`);
  }
});

test("a function that misses a validation example labels nothing", () => {
  const [first, ...rest] = swap;
  const split = { training: rest, validation: [first!] };
  const right = (input: string) => ({ output: input.split(", ").reverse().join(" "), share: 1 });
  expect(findLabeller(() => right, "x", split)).toBe(right);
  expect(findLabeller(() => () => ({ output: "no", share: 1 }), "x", split)).toBeUndefined();
  expect(findLabeller(() => right, "x", { training: rest.slice(1), validation: [] })).toBeUndefined();
  expect(findLabeller(undefined, "x", split)).toBeUndefined();
});

test("labelled inputs are new, labelled by the function, and unsure labels are not used", () => {
  const label = (input: string) => ({
    output: input.split(", ").reverse().join(" "),
    share: input.includes("e") ? 0.5 : 1,
  });
  const labelled = new LabelledInputs(label, "Swap.", swap);
  const seen = many((random) => labelled.vary(2, random));
  for (const { input, output } of seen) {
    expect(output).toBe(input.split(", ").reverse().join(" "));
    if (!swap.some((example) => example.input === input)) expect(input).not.toContain("e");
  }
  expect(new Set(seen.map(({ input }) => input)).size).toBeGreaterThan(20);
  const judges = labelled.several(12, new Random(1));
  expect(new Set(judges.map(({ input }) => input)).size).toBe(12);
  for (const { input } of judges) expect(swap.map((example) => example.input)).not.toContain(input);
});
