import fc from "fast-check";
import { expect, test } from "vitest";
import {
  anyCodePoint,
  codePoints,
  complement,
  difference,
  foldCase,
  includes,
  unicodeProperty,
  utf8Of,
} from "./code-points.ts";
import { Constraint } from "./constraint.ts";
import { Network } from "./network.ts";
import { byteVocabulary } from "./vocabularies.fixture.ts";

const point = fc.oneof(
  fc.nat({ max: 0x10ffff }),
  fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff),
);
const isCharacter = (value: number) => value < 0xd800 || value > 0xdfff;
const sets = fc
  .array(fc.tuple(point, fc.nat({ max: 300 })), { maxLength: 5 })
  .map((ranges) =>
    codePoints(...ranges.map(([low, size]) => [low, Math.min(low + size, 0x10ffff)] as const)),
  );

test("sets are sets", () => {
  fc.assert(
    fc.property(sets, sets, point, (a, b, value) => {
      expect(includes(complement(a), value)).toBe(isCharacter(value) && !includes(a, value));
      expect(includes(difference(a, b), value)).toBe(includes(a, value) && !includes(b, value));
      expect(complement(complement(a))).toEqual(a);
    }),
    { numRuns: 500, seed: 1 },
  );
});

test("the UTF-8 of a set is that of its members and of nothing else", () => {
  const root = (expression: ReturnType<typeof utf8Of>) => ({
    root: "root",
    rules: new Map([["root", expression]]),
  });
  fc.assert(
    fc.property(sets, fc.array(point, { maxLength: 20 }), (set, others) => {
      fc.pre(set.length > 0);
      const constraint = new Constraint(new Network(root(utf8Of(set))), byteVocabulary);
      const edges = set.flatMap(([low, high]) => [low - 1, low, high, high + 1]);
      for (const value of [...edges, ...others])
        if (value >= 0 && value <= 0x10ffff && isCharacter(value))
          expect(constraint.accepts(String.fromCodePoint(value))).toBe(includes(set, value));
    }),
    { numRuns: 200, seed: 2 },
  );
  const any = new Constraint(new Network(root(utf8Of(anyCodePoint))), byteVocabulary);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), (bytes) => {
      let text: string | undefined;
      try {
        text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        text = undefined;
      }
      expect(any.accepts(bytes)).toBe(text !== undefined && [...text].length === 1);
    }),
    { numRuns: 2000, seed: 3 },
  );
});

test.each(["L", "Lu", "White_Space", "Script=Greek", "Emoji", "Any", "ASCII"])(
  "\\p{%s} is JavaScript's",
  (name) => {
    const set = unicodeProperty(name)!;
    const pattern = new RegExp(`^\\p{${name}}$`, "u");
    const wrong: number[] = [];
    for (let value = 0; value < 0x10ffff; value += 37)
      if (isCharacter(value) && includes(set, value) !== pattern.test(String.fromCodePoint(value)))
        wrong.push(value);
    expect(wrong).toEqual([]);
  },
);

test("folding adds the other case and nothing else", () => {
  const set = foldCase(codePoints([0x61, 0x63], [0xc9, 0xc9], [0x31, 0x31]));
  expect(set).toEqual(codePoints([0x41, 0x43], [0x61, 0x63], [0xc9, 0xc9], [0xe9, 0xe9], [0x31, 0x31]));
});
