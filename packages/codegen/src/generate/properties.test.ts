import { describe, expect, it } from "vitest";
import type { Value } from "../values/value.ts";
import { readConstraints } from "./properties.ts";

describe("constraints as properties", () => {
  it.each<[string, Value, Value, boolean]>([
    ["The result is sorted.", [3, 1], [1, 3], true],
    ["The result is sorted.", [3, 1], [3, 1], false],
    ["output must be lower case", "A", "a", true],
    ["output must be lower case", "A", "A", false],
    ["must not be empty", "a", "", false],
    ["The output has at most 3 characters", "abcd", "abcd", false],
    ["The output has at most 3 characters", "abcd", "abc", true],
    ["returns a non-negative integer", 1, -1, false],
    ["non-negative", 1, 0, true],
    ["no duplicates", [1, 1], [1], true],
    ["no duplicates", [1, 1], [1, 1], false],
    ["The result starts with 'ID-'", "x", "ID-x", true],
    ["The result starts with 'ID-'", "x", "x", false],
    ["has the same length as the input", [1, 2], [2], false],
    ["between 0 and 100", 5, 101, false],
    ["a permutation of the input", [1, 2, 2], [2, 1, 2], true],
    ["a permutation of the input", [1, 2, 2], [2, 1, 1], false],
  ])("%s: %j to %j", (constraint, input, output, holds) => {
    const { properties, unread } = readConstraints([constraint]);
    if (constraint.startsWith("returns a non")) {
      // Two things in one sentence are not read as one of them.
      expect(unread).toEqual([constraint]);
      return;
    }
    expect(properties).toHaveLength(1);
    expect(properties[0]!.holds([input], output)).toBe(holds);
  });

  it("says what it could not read", () => {
    expect(readConstraints(["be friendly to the user", "runs in O(n)"])).toEqual({
      properties: [],
      unread: ["be friendly to the user", "runs in O(n)"],
    });
  });

  it("reads no pattern that could backtrack without end", () => {
    expect(readConstraints(["matches '(a+)+b'"]).unread).toHaveLength(1);
    expect(readConstraints(["matches '[a-z]+-[0-9]{2}'"]).properties).toHaveLength(1);
  });
});
