import { describe, expect, it } from "vitest";
import { episodes } from "./episodes.ts";
import { userPrograms } from "./user-programs.ts";

describe("the user programs", () => {
  const programs = userPrograms();

  it("are 24, each with a spec and 16 to 40 examples of different inputs", () => {
    expect(programs).toHaveLength(24);
    for (const { family, spec, examples } of programs) {
      expect(spec, family).not.toBe("");
      expect(examples.length, family).toBeGreaterThanOrEqual(16);
      expect(examples.length, family).toBeLessThanOrEqual(40);
      expect(new Set(examples.map(({ input }) => input)).size, family).toBe(examples.length);
      expect(
        examples.filter(({ output }) => output === ""),
        family,
      ).toEqual([]);
    }
  });

  it("occur in no training stream, neither spec nor example", () => {
    const specs = new Set(programs.map(({ spec }) => spec.toLowerCase()));
    const pairs = new Set(
      programs.flatMap(({ examples }) => examples.map(({ input, output }) => `${input}\n${output}`)),
    );
    const stream = episodes({ seed: "user programs" });
    const found = Array.from({ length: 5000 }, () => stream.next().value).filter(
      (episode) =>
        specs.has(episode.spec.toLowerCase()) ||
        (episode.output.length > 3 && pairs.has(`${episode.input}\n${episode.output}`)),
    );
    expect(found).toEqual([]);
  });
});
