import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileConstraint } from "./compile.ts";
import { ConstraintError } from "./expression.ts";
import { byteVocabulary } from "./vocabularies.fixture.ts";

const accepts = (pattern: string, text: string, flags = "") =>
  compileConstraint({ kind: "regex", pattern, flags }, byteVocabulary).accepts(text);

/** Patterns of what is supported, over a few characters so that texts hit them. */
const { pattern: patterns } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      "a",
      "b",
      "é",
      "😀",
      ".",
      "\\d",
      "\\w",
      "\\s",
      "[ab1]",
      "[^a😀]",
      "[a-é]",
      "\\.",
      "\\u00e9",
      "\\p{Lu}",
      "[\\d-]",
    ),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?"))
      .map(([a, count]) => `(${a})${count}`),
    fc.constant("()"),
  ),
}));
const texts = fc.string({
  unit: fc.constantFrom("a", "b", "é", "😀", "1", ".", "-", "A", " ", "\n"),
  maxLength: 6,
});

describe("regular expressions", () => {
  test("accept what JavaScript accepts", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        patterns,
        fc.constantFrom("", "i", "s", "is"),
        fc.array(texts, { minLength: 8, maxLength: 8 }),
        (pattern, flags, several) => {
          const constraint = compileConstraint({ kind: "regex", pattern, flags }, byteVocabulary);
          const oracle = new RegExp(`^(?:${pattern})$`, `u${flags}`);
          for (const text of several) {
            expect(constraint.accepts(text), `${pattern} ${flags} on ${JSON.stringify(text)}`).toBe(
              oracle.test(text),
            );
            if (oracle.test(text)) accepted++;
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test.each([
    ["\\x41\\u{1F600}\\t\\cA", "A😀\t\u0001", ""],
    ["\\ud83d\\ude00", "😀", ""],
    ["[\\b\\]^-]+", "\b]^-", ""],
    ["(?<year>\\d{4})", "1999", ""],
    ["\\P{L}+", "12 ", ""],
    ["[^]", "\n", ""],
    ["\\$\\(a\\)", "$(a)", ""],
    ["straße", "STRAßE", "i"],
    ["^ab$|^c$", "c", ""],
  ])("%s accepts %j", (pattern, text, flags) => {
    expect(accepts(pattern, text, flags)).toBe(true);
    expect(accepts(pattern, `${text}!x`, flags)).toBe(false);
  });

  test.each<[string, RegExp]>([
    ["(?=a)b", /character 1: lookaround/],
    ["(a)\\1", /backreferences/],
    ["\\ba", /word boundaries/],
    ["a^b", /an anchor/],
    ["(^a)", /an anchor/],
    ["(a$)b", /an anchor/],
    ["a)", /there is no \( for this/],
    ["(a", /a \) is missing/],
    ["[a", /a \] is missing/],
    ["[b-a]", /out of order/],
    ["[a-\\d]", /either end/],
    ["*a", /nothing for \*/],
    ["a**", /a quantifier follows/],
    ["a{3,2}", /out of order/],
    ["a{9999999}", /exceeds/],
    ["(?:(?:a{1000}){1000}){1000}", /more than 300000/],
    ["a\\", /ends in a backslash/],
    ["\\q", /unknown escape/],
    ["\\p{Nonsense}", /no such Unicode property/],
    ["\\u{110000}", /no such code point/],
    ["\\ud800", /half of a surrogate pair/],
    ["[]", /matches nothing/],
    ["(".repeat(300), /nested deeper/],
  ])("%s is refused with its reason", (pattern, reason) => {
    const compile = () => compileConstraint({ kind: "regex", pattern }, byteVocabulary);
    expect(compile).toThrow(ConstraintError);
    expect(compile).toThrow(reason);
  });

  test("any text as a pattern compiles or is a ConstraintError", () => {
    const syntax = fc.string({
      unit: fc.constantFrom(..."ab\\(){}[]|*+?^$.-,0123dwpux<>:=!é"),
      maxLength: 20,
    });
    fc.assert(
      fc.property(syntax, (pattern) => {
        try {
          compileConstraint({ kind: "regex", pattern }, byteVocabulary).start().mask();
        } catch (error) {
          expect(error).toBeInstanceOf(ConstraintError);
        }
      }),
      { numRuns: 800, seed: 2 },
    );
  });
});
