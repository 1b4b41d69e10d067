import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../model/random.ts";
import { loadTokenizer, tokenizerFiles, trainBpe } from "../tokenizer/index.ts";
import { type ConstraintSpec, compileConstraint } from "./compile.ts";
import { Constraint, constraintVocabulary } from "./constraint.ts";
import { ConstraintError, type Expression, type Grammar } from "./expression.ts";
import { Network } from "./network.ts";
import { allowed, byteVocabulary, vocabularyWith, walkAtRandom } from "./vocabularies.fixture.ts";

const utf8 = new TextEncoder();
const vocabulary = vocabularyWith([
  "ab",
  "abc",
  "ba",
  "bb",
  "aaa",
  "a(",
  "()",
  "))",
  "(((",
  "é",
  "é!",
  "1+",
  "+1",
  "no",
  "yes",
  "ye",
  "s",
  "maybe",
]);
const [end] = vocabulary.endTokens as [number];

/** Tokens with which, after `prefix`, some text of a finite language goes on; and the end, where one is whole. */
function allowedByDefinition(language: readonly string[], prefix: Uint8Array): number[] {
  const whole = language.map((text) => utf8.encode(text));
  const begins = (text: Uint8Array, beginning: Uint8Array) =>
    beginning.length <= text.length && beginning.every((byte, index) => text[index] === byte);
  return Array.from({ length: vocabulary.size }, (_, token) => token).filter((token) => {
    if (token === end) return whole.some((text) => text.length === prefix.length && begins(text, prefix));
    const bytes = vocabulary.tokenBytes(token);
    if (bytes === undefined || bytes.length === 0) return false;
    return whole.some((text) => begins(text, Buffer.concat([prefix, bytes])));
  });
}

/** Follows random texts of a finite language token by token and compares every mask with the definition. */
function checkMasks(constraint: Constraint, language: readonly string[], seed: number): void {
  const random = new Random(seed);
  for (let walk = 0; walk < 4; walk++) {
    let state = constraint.start();
    let prefix: Uint8Array = new Uint8Array(0);
    while (!state.isFinished) {
      const tokens = allowed(state, vocabulary);
      expect(tokens).toEqual(allowedByDefinition(language, prefix));
      expect(state.isComplete).toBe(tokens.includes(end));
      const token = tokens[random.integer(tokens.length)]!;
      state = state.advance(token);
      if (token !== end) prefix = Buffer.concat([prefix, vocabulary.tokenBytes(token)!]);
    }
    expect(allowed(state, vocabulary)).toEqual([end]);
  }
}

describe("masks", () => {
  test("of labels are those of the definition", () => {
    const label = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "(", ")"), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 8 }), fc.nat(), (labels, seed) => {
        checkMasks(compileConstraint({ kind: "labels", labels }, vocabulary), labels, seed);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  /** Random grammars without recursion, with the texts they stand for. */
  type Sample = { expression: Expression; language: string[] };
  const { sample: samples } = fc.letrec<{ sample: Sample }>((tie) => ({
    sample: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom("a", "b", "ab", "é", "(", "").map(
        (text): Sample => ({
          expression: {
            kind: "sequence",
            parts: [...utf8.encode(text)].map((byte) => ({ kind: "byte", ranges: [[byte, byte]] })),
          },
          language: [text],
        }),
      ),
      fc.tuple(tie("sample"), tie("sample")).map(
        ([a, b]): Sample => ({
          expression: { kind: "sequence", parts: [a.expression, b.expression] },
          language: a.language.flatMap((left) => b.language.map((right) => left + right)),
        }),
      ),
      fc.tuple(tie("sample"), tie("sample")).map(
        ([a, b]): Sample => ({
          expression: { kind: "choice", options: [a.expression, b.expression] },
          language: [...a.language, ...b.language],
        }),
      ),
      tie("sample").map(
        ({ expression, language }): Sample => ({
          expression: { kind: "repeat", body: expression, least: 0, most: 2 },
          language: ["", ...language, ...language.flatMap((left) => language.map((right) => left + right))],
        }),
      ),
    ),
  }));

  test("of grammars are those of the definition, whichever parts are rules of their own", () => {
    fc.assert(
      fc.property(
        samples,
        fc.infiniteStream(fc.boolean()),
        fc.nat(),
        ({ expression, language }, coins, seed) => {
          const rules = new Map<string, Expression>();
          const named = (part: Expression): Expression => {
            let own = part;
            if (part.kind === "sequence") own = { ...part, parts: part.parts.map(named) };
            else if (part.kind === "choice") own = { ...part, options: part.options.map(named) };
            else if (part.kind === "repeat") own = { ...part, body: named(part.body) };
            if (!coins.next().value) return own;
            const name = `rule ${rules.size}`;
            rules.set(name, own);
            return { kind: "rule", name };
          };
          rules.set("root", named(expression));
          const grammar: Grammar = { root: "root", rules };
          checkMasks(new Constraint(new Network(grammar), vocabulary), [...new Set(language)], seed);
        },
      ),
      { numRuns: 80, seed: 2 },
    );
  });
});

describe("context-free grammars", () => {
  const grammar = (source: string) => compileConstraint({ kind: "grammar", source }, vocabulary);

  test.each([
    ["as a pair around", `root ::= "" | "(" root ")" root`],
    ["left-recursive", `root ::= root "(" root ")" | ""`],
    ["ambiguous", `root ::= root root | "(" root ")" | "()" | ""`],
    [
      "through other rules",
      `root ::= list?\nlist ::= list item | item # left recursion\nitem ::= "(" root ")"`,
    ],
  ])("balanced brackets %s", (_, source) => {
    const constraint = grammar(source);
    const isBalanced = (text: string) => {
      let depth = 0;
      for (const character of text) {
        depth += character === "(" ? 1 : -1;
        if (depth < 0) return false;
      }
      return depth === 0;
    };
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("(", ")"), maxLength: 9 }), (text) => {
        expect(constraint.accepts(text)).toBe(isBalanced(text));
      }),
      { numRuns: 300, seed: 3 },
    );
    const random = new Random(4);
    let ended = 0;
    for (let walk = 0; walk < 20; walk++) {
      const text = walkAtRandom(constraint.start(), vocabulary, () => random.uniform(), 60);
      if (text === undefined) continue;
      expect(isBalanced(text)).toBe(true);
      ended++;
    }
    expect(ended).toBeGreaterThan(3);
    // At depth 3, "))" goes on, ")))" would too, and no text has ended.
    const deep = constraint.start().advance(vocabularyToken("((("));
    expect(deep.isComplete).toBe(false);
    expect(allowed(deep, vocabulary)).toContain(vocabularyToken("))"));
    expect(allowed(constraint.start().advance(vocabularyToken("()")), vocabulary)).not.toContain(
      vocabularyToken("))"),
    );
  });

  function vocabularyToken(text: string): number {
    for (let token = vocabulary.size - 1; token >= 0; token--)
      if (vocabulary.tokenBytes(token) && Buffer.from(vocabulary.tokenBytes(token)!).toString() === text)
        return token;
    throw new Error(`no token ${text}`);
  }

  test("arithmetic in GBNF: what a walk writes evaluates", () => {
    const constraint = grammar(`
      # sums of products
      root   ::= sum
      sum    ::= sum [+-] term |
                 term
      term   ::= factor | term "*" factor
      factor ::= number | "(" sum ")"
      number ::= [1-9] [0-9]{0,2} ("." [0-9]+)?
    `);
    const random = new Random(5);
    let ended = 0;
    for (let walk = 0; walk < 30; walk++) {
      const text = walkAtRandom(constraint.start(), vocabulary, () => random.uniform(), 100);
      if (text === undefined) continue;
      expect(Number.isFinite(Function(`return ${text}`)())).toBe(true);
      ended++;
    }
    expect(ended).toBeGreaterThan(10);
    for (const text of ["1+2*(3-4)", "12.50", "((7))"]) expect(constraint.accepts(text)).toBe(true);
    for (const text of ["1+", "01", "()", "1 + 2", "1.", ""]) expect(constraint.accepts(text)).toBe(false);
  });

  test("GBNF's notation: escapes, classes, counts, comments", () => {
    const constraint =
      grammar(String.raw`root ::= "\"\\\n" [^a-c\]] [\x41-\x43-] "\u00e9" [😀]{2} . x-1? # end
x-1 ::= ("z" | "y"){1,}`);
    expect(constraint.accepts('"\\\nd-é😀😀!')).toBe(true);
    expect(constraint.accepts('"\\\nxBé😀😀é')).toBe(true);
    expect(constraint.accepts('"\\\nxBé😀😀😀yzzy')).toBe(true);
    expect(constraint.accepts('"\\\naBé😀😀!')).toBe(false);
    expect(constraint.accepts('"\\\nxBé😀!')).toBe(false);
  });

  test.each<[string, RegExp]>([
    ["", /has no rule root/],
    ['top ::= "a"', /has no rule root/],
    ["root ::= a", /calls a, which is not defined/],
    ['root ::= ("a"', /line 1: a \) is missing/],
    ['root ::= "a" )', /expected a rule/],
    ['root ::= "a"\nroot ::= "b"', /line 2: the rule root is defined twice/],
    ['root ::= "a', /line 1: cannot read/],
    ['root ::= "\\q"', /unknown escape \\q/],
    ["root ::= [z-a]", /out of order/],
    ['root ::= "a"{3,1}', /out of order/],
    ['root ::= "a"{1000000}', /exceeds/],
    ['root ::= root "a"', /matches nothing/],
    ['root ::= "a" loop\nloop ::= "b" loop', /matches nothing/],
    ['root ::= (((("a"{900}){900}){900}){900})', /more than 300000/],
  ])("%j is refused with its reason", (source, reason) => {
    expect(() => grammar(source)).toThrow(ConstraintError);
    expect(() => grammar(source)).toThrow(reason);
  });

  test("any text as a grammar compiles or is a ConstraintError", () => {
    const lexemes = fc.constantFrom(
      "root",
      " ::= ",
      "a",
      "b",
      '"x"',
      "[a-c]",
      "|",
      "(",
      ")",
      "*",
      "+",
      "?",
      "{2}",
      "\n",
      ".",
      "#",
      '"',
      "\\",
    );
    fc.assert(
      fc.property(fc.array(lexemes, { maxLength: 25 }), (parts) => {
        try {
          compileConstraint({ kind: "grammar", source: `root ::= ${parts.join(" ")}` }, byteVocabulary)
            .start()
            .mask();
        } catch (error) {
          expect(error).toBeInstanceOf(ConstraintError);
        }
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  test("branches that can never end are not offered", () => {
    const constraint = grammar(`root ::= "a" ("b" | "c" loop)\nloop ::= "a" loop`);
    expect(allowed(constraint.start(), vocabulary)).toEqual(
      ["a".charCodeAt(0), vocabularyToken("ab")].sort((a, b) => a - b),
    );
  });
});

describe("states", () => {
  const spec: ConstraintSpec = { kind: "labels", labels: ["yes", "no", "maybe"] };
  const constraint = compileConstraint(spec, vocabulary);

  test("can be advanced in several ways and keep their masks", () => {
    const start = constraint.start();
    const before = allowed(start, vocabulary);
    const no = start.advance("n".charCodeAt(0)).advance("o".charCodeAt(0));
    expect(no.isComplete).toBe(true);
    expect(allowed(no, vocabulary)).toEqual([end]);
    expect(allowed(start, vocabulary)).toEqual(before);
    expect(start.mask()).toBe(constraint.start().mask());
  });

  test("refuse tokens that their masks do not allow", () => {
    const start = constraint.start();
    expect(() => start.advance("x".charCodeAt(0))).toThrow(ConstraintError);
    expect(() => start.advance(end)).toThrow(/not allowed here/);
    expect(() => start.advance(vocabulary.size - 1)).toThrow(/not allowed here/);
    const over = start.advance("n".charCodeAt(0)).advance("o".charCodeAt(0)).advance(end);
    expect(over.isFinished).toBe(true);
    expect(over.advance(end)).toBe(over);
    expect(() => over.advance(1)).toThrow(/after the end/);
  });

  test("special, empty and padding tokens are never allowed", () => {
    const any = compileConstraint({ kind: "regex", pattern: ".*", flags: "s" }, vocabulary).start();
    const tokens = allowed(any, vocabulary);
    expect(tokens.at(-1)).toBe(end);
    expect(tokens).not.toContain(end - 1);
    expect(tokens).not.toContain(end - 2);
    // Bytes that begin no character are not text.
    expect(tokens).not.toContain(0xff);
    expect(tokens).not.toContain(0x80);
  });

  test("a vocabulary that cannot write the text says so", () => {
    const letters = constraintVocabulary(
      {
        vocabularySize: 2,
        specialTokens: new Map(),
        tokenBytes: (id) => [utf8.encode("a"), utf8.encode("b")][id],
      },
      { endTokens: [] },
    );
    const state = compileConstraint({ kind: "regex", pattern: "ac" }, letters).start().advance(0);
    expect(() => state.mask()).toThrow(/lacks single bytes/);
  });

  test("a long text of ever new situations does not exhaust the memory of a constraint", () => {
    const nested = compileConstraint({ kind: "grammar", source: `root ::= "(" root ")" | "a"` }, vocabulary);
    let state = nested.start();
    for (let depth = 0; depth < 60_000; depth++) state = state.advance("(".charCodeAt(0));
    expect(allowed(state, vocabulary).length).toBeGreaterThan(0);
    expect(allowed(nested.start(), vocabulary)).toContain("a".charCodeAt(0));
    expect(state.advance("a".charCodeAt(0)).advance(")".charCodeAt(0)).isComplete).toBe(false);
  });

  test("no labels at all are refused", () => {
    expect(() => compileConstraint({ kind: "labels", labels: [] }, vocabulary)).toThrow(ConstraintError);
  });
});

test("a tokenizer's own encoding of an accepted text is always allowed", async () => {
  const corpus = Array.from(
    { length: 50 },
    (_, row) => `{"name": "né${row}", "tags": [true, null, ${row}.5]}`,
  );
  const trained = await trainBpe(corpus, {
    vocabularySize: 330,
    preTokenizer: "qwen2",
    specialTokens: ["<end>"],
  });
  const tokenizer = loadTokenizer(tokenizerFiles(trained, { roles: { eos: "<end>" } }).tokenizer);
  const own = constraintVocabulary(tokenizer, { endTokens: [0] });
  const constraint = compileConstraint({ kind: "jsonSchema", schema: true, whitespace: "any" }, own);
  for (const text of corpus) {
    let state = constraint.start();
    for (const token of [...tokenizer.encode(text), 0]) {
      expect(allowed(state, own)).toContain(token);
      state = state.advance(token);
    }
    expect(state.isFinished).toBe(true);
  }
});
