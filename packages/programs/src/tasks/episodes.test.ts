import { describe, expect, it } from "vitest";
import { charactersOf, corpus, type Episode, episodes, isHeldOut, suite } from "./episodes.ts";
import { Random } from "./random.ts";
import { familiesOf } from "./registry.ts";

function take<T>(stream: Iterator<T>, count: number): T[] {
  return Array.from({ length: count }, () => stream.next().value as T);
}

describe("the training stream", () => {
  const drawn = take(episodes({ seed: 1 }), 6000);

  it("is equal for equal seeds and another for another seed", () => {
    expect(take(episodes({ seed: 1 }), 50)).toEqual(drawn.slice(0, 50));
    expect(take(episodes({ seed: 2 }), 50)).not.toEqual(drawn.slice(0, 50));
  });

  it("holds no held-out spec and no held-out input, in solved examples neither", () => {
    const inputs = drawn.flatMap(({ input, examples }) => [
      input,
      ...examples.map((example) => example.input),
    ]);
    expect(inputs.filter(isHeldOut)).toEqual([]);
    expect(drawn.map(({ spec }) => spec).filter((spec) => spec !== "" && isHeldOut(spec))).toEqual([]);
  });

  it("comes from training families alone, and from nearly all of them", () => {
    const training = new Set(familiesOf("training").map((family) => family.name));
    const seen = new Set(drawn.map(({ family }) => family));
    expect([...seen].filter((name) => !training.has(name))).toEqual([]);
    expect(seen.size).toBeGreaterThan(training.size * 0.98);
  });

  it("mixes specs alone, specs with one to four examples, and two to four examples alone", () => {
    const form = ({ spec, examples }: Episode) => `${spec ? "spec" : "no spec"} ${examples.length}`;
    const forms = new Set(drawn.map(form));
    expect([...forms].toSorted()).toEqual([
      "no spec 2",
      "no spec 3",
      "no spec 4",
      "spec 0",
      "spec 1",
      "spec 2",
      "spec 3",
      "spec 4",
    ]);
  });

  it("never asks for an input that stands among the solved examples", () => {
    const repeated = drawn.filter(({ input, examples }) =>
      examples.some((example) => example.input.trim() === input.trim()),
    );
    expect(repeated).toEqual([]);
  });

  it("keeps to the length asked for, and shortens texts at small sizes", () => {
    const short = take(episodes({ seed: 1, size: 0, mostCharacters: 120 }), 500);
    expect(Math.max(...short.map(charactersOf))).toBeLessThanOrEqual(120);
    const mean = (list: readonly Episode[]) =>
      list.reduce((sum, { input }) => sum + input.length, 0) / list.length;
    expect(mean(short)).toBeLessThan(mean(drawn) * 0.8);
  });

  it("gives copying the share asked for", () => {
    const copying = new Set(
      familiesOf("training").flatMap(({ group, name }) => (group === "copy" ? [name] : [])),
    );
    const some = take(episodes({ seed: 3, copyShare: 0.5 }), 1000);
    expect(some.filter(({ family }) => copying.has(family)).length).toBeGreaterThan(450);
  });
});

describe("the corpus", () => {
  it("is made of the texts of the training families", () => {
    const pieces = take(corpus(1), 1000);
    expect(pieces.every((piece) => piece.length > 0)).toBe(true);
    expect(pieces.filter((piece) => isHeldOut(piece)).length).toBeLessThan(pieces.length * 0.1);
  });
});

describe("a suite", () => {
  it("is equal for equal seeds", () => {
    expect(suite("out-of-family", { seed: 4, examplesPerTask: 5 })).toEqual(
      suite("out-of-family", { seed: 4, examplesPerTask: 5 }),
    );
  });

  it("of the families trained on holds nothing but held-out specs and inputs", () => {
    const tasks = suite("in-family", { examplesPerTask: 20 });
    expect(tasks.filter(({ spec }) => !isHeldOut(spec))).toEqual([]);
    expect(tasks.flatMap(({ examples }) => examples).filter(({ input }) => !isHeldOut(input))).toEqual([]);
    expect(tasks.length).toBe(familiesOf("training").length);
  });

  it("gives every task at least ten examples, with different inputs", () => {
    for (const name of ["in-family", "validation", "out-of-family"] as const) {
      for (const { family, examples } of suite(name, { examplesPerTask: 24 })) {
        const inputs = new Set(examples.map(({ input }) => input.trim()));
        expect([family, inputs.size]).toEqual([family, examples.length]);
        expect(examples.length, family).toBeGreaterThanOrEqual(10);
      }
    }
  });

  it("of unseen families shares no family with training", () => {
    const training = new Set(familiesOf("training").map((family) => family.name));
    const unseen = [
      ...suite("validation", { examplesPerTask: 1 }),
      ...suite("out-of-family", { examplesPerTask: 1 }),
    ];
    expect(unseen.filter(({ family }) => training.has(family))).toEqual([]);
  });
});

describe("the random source", () => {
  it("is uniform enough to fill ten cells evenly", () => {
    const random = new Random("cells");
    const cells = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) cells[random.int(10)]!++;
    expect(Math.min(...cells)).toBeGreaterThan(850);
    expect(Math.max(...cells)).toBeLessThan(1150);
  });

  it("samples without repetition", () => {
    const random = new Random(1);
    expect(new Set(random.sample([1, 2, 3, 4, 5], 4)).size).toBe(4);
    expect(random.shuffle([1, 2, 3]).toSorted()).toEqual([1, 2, 3]);
  });
});
