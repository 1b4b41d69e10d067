import path from "node:path";
import {
  constraintVocabulary,
  createModel,
  LanguageModel,
  llamaConfig,
  loadTokenizerFolder,
  type Tokenizer,
} from "@weightsmith/nn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Language } from "../print/expression.ts";
import { type CodeConstraint, codeConstraint } from "./code-constraint.ts";
import { IncrementalParser } from "./parser.ts";
import { scan, startScan } from "./scanner.ts";

const PREFIX: Record<Language, string> = {
  python: "def f(items: list[int], n: int) -> int:\n    ",
  typescript: "export function f(items: number[], n: number): number {\n  ",
};

const scans = (language: Language, text: string): boolean => {
  let state: ReturnType<typeof scan> = startScan(language, ["f", "items", "n"]);
  for (const character of text) state = state && scan(state, character);
  return state !== undefined;
};

describe("the scanner", () => {
  it.each<[Language, string]>([
    ["python", "return items[0] + n\n"],
    ["python", "return [x * 2 for x in items if x > n]\n"],
    ["python", "total = 0\n    for item in items:\n        total += item\n    return total\n"],
    ["python", "return sorted(items, key=lambda x: -x)[:n]\n"],
    ["python", "a, b = n, 1\n    return a + b\n"],
    ["python", "return f(items[1:], n - 1) # again\n"],
    ["typescript", "const total = items.length * 2;\n  return total;\n"],
    ["typescript", "return items.filter((x) => x > n).map((x) => x * 2);\n"],
    ["typescript", "for (const item of items) { if (item > n) return item; }\n  return -1;\n"],
  ])("lets %s pass: %s", (language, text) => {
    expect(scans(language, text)).toBe(true);
  });

  it.each<[Language, string, string]>([
    ["python", "return itemz + 1", "a name that is not in scope"],
    ["python", "return total\n", "a local that was never assigned"],
    ["python", "return items)", "a bracket that was not opened"],
    ["python", "return [n)", "a bracket of another kind"],
    ["python", "return 'a\n", "a text that the line ends"],
    ["python", "return [y for x in items]\n", "a name that no comprehension binds"],
    ["typescript", "return itemz;", "a name that is not in scope"],
    ["typescript", "return items];", "a bracket of another kind"],
  ])("refuses %s: %s (%s)", (language, text) => {
    expect(scans(language, text)).toBe(false);
  });
});

describe("the parser", () => {
  it.each<[Language, string, boolean]>([
    ["python", "if n", true],
    ["python", "return [x for", true],
    ["python", "return n if items", true],
    ["python", "return n n", false],
    ["python", "for in items", false],
    ["typescript", "return items.map(", true],
    ["typescript", "if (n", true],
    ["typescript", "return n n", false],
  ])("%s: %s", async (language, text, completable) => {
    const parser = await IncrementalParser.open(language);
    const brackets = [...(language === "typescript" ? "{" : ""), ...text.replace(/[^[({]/g, "")]
      .filter((open) => !(open === "(" && text.includes(")")))
      .map((open) => ({ open }));
    expect(parser.completable(PREFIX[language] + text, { quote: "", escaped: false, brackets })).toBe(
      completable,
    );
    parser.close();
  });
});

describe("beams of a model that knows no language", () => {
  let tokenizer: Tokenizer;
  let model: LanguageModel;
  beforeAll(async () => {
    tokenizer = await loadTokenizerFolder(path.resolve(import.meta.dirname, "../../../../models/anvil-tiny"));
    model = await LanguageModel.open(
      createModel(
        llamaConfig({
          vocabSize: tokenizer.vocabularySize,
          width: 32,
          layers: 1,
          heads: 2,
          ffnWidth: 64,
          maxPositions: 256,
        }),
        { seed: 5 },
      ),
      { session: { threads: 1 } },
    );
  });
  afterAll(() => model.release());

  it.each(["python", "typescript"] as const)("write only what %s's parser can complete", async (language) => {
    const parser = await IncrementalParser.open(language);
    const constraint = codeConstraint({
      language,
      vocabulary: constraintVocabulary(tokenizer, { endTokens: [], size: tokenizer.vocabularySize }),
      parser,
      prefix: PREFIX[language],
      scope: ["f", "items", "n"],
    });
    const found = await model.search(
      { tokens: tokenizer.encode(PREFIX[language]), constraint, maxTokens: 14 },
      { beams: 6, count: 6 },
    );
    expect(found.length).toBeGreaterThan(0);
    for (const { tokens } of found) {
      // The last token is as the scanner allowed it; all before it were parsed.
      let state: CodeConstraint = constraint;
      for (const token of tokens.slice(0, -1)) state = state.advance(token);
      expect(
        state.mask().some((word) => word !== 0),
        state.text,
      ).toBe(true);
    }
    expect(constraint.cost.pruned).toBeGreaterThan(0);
    expect(constraint.cost.masks).toBeGreaterThan(10);
    parser.close();
  });
});
