import { describe, expect, test } from "vitest";
import { generateText, LanguageModel } from "../generate/index.ts";
import { llamaConfig } from "../model/config.ts";
import { createModel } from "../model/parameters.ts";
import { loadTokenizer, tokenizerFiles, trainBpe } from "../tokenizer/index.ts";
import { type ConstraintSpec, compileConstraint } from "./compile.ts";
import { constraintVocabulary } from "./constraint.ts";

/** A model that knows nothing, so that whatever is well-formed is so by the constraint alone. */
async function untaught() {
  const corpus = Array.from({ length: 40 }, (_, row) => `{"name": "ab${row}", "ok": true, "n": ${row}}`);
  const vocabulary = await trainBpe(corpus, {
    vocabularySize: 300,
    preTokenizer: "qwen2",
    specialTokens: ["<end>"],
  });
  const files = tokenizerFiles(vocabulary, { roles: { eos: "<end>" } });
  const tokenizer = loadTokenizer(files.tokenizer, files.config);
  const shape = { vocabSize: 304, width: 32, layers: 2, heads: 2, ffnWidth: 64, maxPositions: 256 };
  const model = createModel(llamaConfig({ ...shape, endTokenIds: [0] }), { seed: 1 });
  return { tokenizer, engine: await LanguageModel.open(model) };
}

describe("what a model writes under a constraint", async () => {
  const { tokenizer, engine } = await untaught();
  const vocabulary = constraintVocabulary(tokenizer, { endTokens: [0], size: 304 });
  const write = async (spec: ConstraintSpec, seeds: number[]) => {
    const constraint = compileConstraint(spec, vocabulary);
    const requests = seeds.map((seed) => ({
      prompt: "ab",
      maxTokens: 120,
      temperature: 1,
      seed,
      constraint: constraint.start(),
    }));
    return generateText(engine, tokenizer, requests);
  };

  test("is one of the labels", async () => {
    const labels = ["positive", "negative", "né"];
    for (const { text, finish } of await write({ kind: "labels", labels }, [1, 2, 3, 4])) {
      expect(finish).toBe("stop");
      expect(labels).toContain(text);
    }
  });

  test("matches the expression", async () => {
    for (const { text, finish } of await write(
      { kind: "regex", pattern: "[a-z]{2,4}-\\d{3}" },
      [1, 2, 3, 4],
    )) {
      expect(finish).toBe("stop");
      expect(text).toMatch(/^[a-z]{2,4}-\d{3}$/);
    }
  });

  test("is JSON of the schema, whatever the other rows of the batch are held to", async () => {
    const schema = {
      type: "object",
      properties: {
        name: { type: "string", maxLength: 8 },
        ok: { type: "boolean" },
        n: { type: "integer", minimum: 5, maximum: 60 },
      },
      required: ["name", "ok", "n"],
    };
    const specs: ConstraintSpec[] = [
      { kind: "jsonSchema", schema },
      { kind: "grammar", source: 'root ::= "(" root ")" | "x"{3}' },
      { kind: "labels", labels: ["one"] },
      { kind: "jsonSchema", schema, whitespace: "spaced" },
    ];
    const requests = specs.map((spec, seed) => ({
      prompt: "ab",
      maxTokens: 120,
      temperature: 1,
      seed,
      constraint: compileConstraint(spec, vocabulary).start(),
    }));
    const [json, grammar, label, spaced] = await generateText(engine, tokenizer, requests);
    for (const { text, finish } of [json!, spaced!]) {
      expect(finish).toBe("stop");
      const value = JSON.parse(text) as { name: string; ok: boolean; n: number };
      expect([...value.name].length).toBeLessThanOrEqual(8);
      expect(typeof value.ok).toBe("boolean");
      expect(value.n).toBeGreaterThanOrEqual(5);
      expect(value.n).toBeLessThanOrEqual(60);
    }
    expect(grammar!.text).toMatch(/^(\()*xxx(\))*$/);
    expect(label!.text).toBe("one");
  });
});
