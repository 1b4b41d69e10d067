import { describe, expect, it } from "vitest";
import type { Family } from "./family.ts";
import { Random } from "./random.ts";
import { everyFamily, familiesOf } from "./registry.ts";
import { outOfFamilyNames, splitOf, validationNames } from "./splits.ts";

const unfinished = /undefined|NaN/;
const openSlot = /\{[a-z]+\}/;

/** 200 examples of a family, 25 tasks of 8; what is wrong with them. */
function faults(family: Family): string[] {
  const found: string[] = [];
  for (let round = 0; round < 25; round++) {
    const seed = `${family.name} ${round}`;
    const [random, again] = [new Random(seed), new Random(seed)];
    const [task, twin] = [family.sample(random), family.sample(again)];
    const fault = (what: string) => found.push(`${family.group}/${family.name}, "${task.spec}": ${what}`);
    if (task.spec !== twin.spec) fault("another spec for the same seed");
    if (unfinished.test(task.spec) || openSlot.test(task.spec) || task.spec.length > 400)
      fault("unfinished or long spec");
    const outputs = new Map<string, string>();
    for (let i = 0; i < 8; i++) {
      const { input, output } = task.example(random);
      const repeated = twin.example(again);
      if (repeated.input !== input || repeated.output !== output) fault("another example for the same seed");
      if (input.trim() === "" || output === "") fault("an empty text");
      if (unfinished.test(`${input} ${output}`)) fault(`unfinished example ${input} => ${output}`);
      if ((outputs.get(input) ?? output) !== output) fault(`contradictory outputs for ${input}`);
      outputs.set(input, output);
    }
  }
  return found;
}

describe("families", () => {
  for (const [group, families] of Map.groupBy(everyFamily, (family) => family.group)) {
    it(`of ${group} draw 200 consistent examples each, equal for equal seeds`, () => {
      expect(families.flatMap(faults)).toEqual([]);
    });

    it(`of ${group} word their specs in at least 20 ways each`, () => {
      const poor = families.filter((family) => {
        const random = new Random(family.name);
        return new Set(random.many(300, () => family.sample(random).spec)).size < 20;
      });
      expect(poor.map((family) => family.name)).toEqual([]);
    });
  }

  it("have names of their own", () => {
    expect(new Set(everyFamily.map((family) => family.name)).size).toBe(everyFamily.length);
  });

  it("number at least 200 for training and at least 40 for the out-of-family test", () => {
    expect(familiesOf("training").length).toBeGreaterThanOrEqual(200);
    expect(familiesOf("validation").length).toBeGreaterThanOrEqual(20);
    expect(familiesOf("out-of-family").length).toBeGreaterThanOrEqual(40);
  });
});

describe("the splits", () => {
  it("name families that exist, none of them twice", () => {
    const names = new Set(everyFamily.map((family) => family.name));
    const listed = [...validationNames, ...outOfFamilyNames];
    expect(listed.filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it("put every family into exactly one split", () => {
    const all = (["training", "validation", "out-of-family"] as const).flatMap(familiesOf);
    expect(all.map((family) => family.name).toSorted()).toEqual(
      everyFamily.map((family) => family.name).toSorted(),
    );
  });

  it("keep every novel family out of training", () => {
    const novel = everyFamily.filter(({ group }) => group === "everyday" || group === "trades");
    expect(novel.filter(({ name }) => splitOf(name) === "training")).toEqual([]);
  });

  it("share no wording of a spec between training and the out-of-family test", () => {
    const specsOf = (families: readonly Family[], draws: number) =>
      new Set(
        families.flatMap((family) => {
          const random = new Random(`specs ${family.name}`);
          return random.many(draws, () =>
            family
              .sample(random)
              .spec.toLowerCase()
              .replace(/[^a-z0-9]+/g, " ")
              .trim(),
          );
        }),
      );
    const trained = specsOf(familiesOf("training"), 60);
    expect([...specsOf(familiesOf("out-of-family"), 60)].filter((spec) => trained.has(spec))).toEqual([]);
  });
});
