import { describe, expect, it } from "vitest";
import { Random } from "./random.ts";
import { everyFamily } from "./registry.ts";

describe("every family", () => {
  for (const family of everyFamily) {
    it(`${family.group}/${family.name} draws 200 consistent examples, equal for equal seeds`, () => {
      let drawn = 0;
      for (let round = 0; round < 25; round++) {
        const seed = `${family.name} ${round}`;
        const random = new Random(seed);
        const task = family.sample(random);
        expect(task.spec).not.toMatch(/\{[a-z]+\}|undefined|NaN/);
        expect(task.spec.length).toBeLessThan(400);
        const outputs = new Map<string, string>();
        const again = new Random(seed);
        const twin = family.sample(again);
        for (let i = 0; i < 8; i++, drawn++) {
          const example = task.example(random);
          expect(twin.example(again)).toEqual(example);
          expect(example.input.trim()).not.toBe("");
          expect(example.output).not.toBe("");
          expect(`${example.input} ${example.output}`).not.toMatch(/undefined|NaN/);
          expect(outputs.get(example.input) ?? example.output).toBe(example.output);
          outputs.set(example.input, example.output);
        }
      }
      expect(drawn).toBe(200);
    });

    it(`${family.group}/${family.name} words its spec in at least 20 ways`, () => {
      const random = new Random(family.name);
      expect(new Set(random.many(400, () => family.sample(random).spec)).size).toBeGreaterThanOrEqual(20);
    });
  }
});
