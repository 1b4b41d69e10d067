/** Our GGUF files as llama.cpp understands them, against the plain reference; how the answers were made: test/. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  type Case,
  caseFiles,
  greedyCount,
  logitStride,
  makeCases,
  texts,
} from "../../test/llama-cpp-cases.ts";
import { referenceGreedy, referenceLogits } from "../../test/reference-decoder.ts";
import { mergeLora } from "../adapter/adapter.ts";
import { LanguageModel } from "../generate/index.ts";
import { Gguf, readGgufLora, readGgufModel } from "./index.ts";

const answersFile = new URL("../../test/llama-cpp-answers.json", import.meta.url);
const answers: Record<string, Answer> = JSON.parse(await readFile(answersFile, "utf8"));

/** llama.cpp rounds activations to the type of the weights before it multiplies, and looks GELU up in half precision. */
function tolerance({ precision, model }: Case): number {
  if (precision !== "f32") return precision === "f16" ? 0.02 : 0.2;
  return model.config.activation === "geluTanh" ? 0.005 : 1e-4;
}

describe.each(makeCases().map((item) => [item.name, item] as const))("%s", (name, item) => {
  const answer = answers[name]!;
  const files = caseFiles(item);
  const { config } = item.model;

  /** What the files say, read back: quantised weights are what llama.cpp saw. */
  async function weightsRead() {
    const { weights } = (await readGgufModel(Gguf.decode(files.model))).model;
    if (!files.adapter) return weights;
    return mergeLora(config, weights, await readGgufLora(config, Gguf.decode(files.adapter)));
  }
  const isReadable = !(config.positions.kind === "rotary" && config.positions.scaling?.kind === "llama3");

  test("the files are those that llama.cpp ran", () => {
    const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    expect([files.model, ...(files.adapter ? [files.adapter] : [])].map(hash)).toEqual(answer.hashes);
  });

  test("llama.cpp's tokens are ours", () => {
    expect(texts.map((text) => item.tokenizer.encode(text))).toEqual(answer.tokens);
  });

  test("llama.cpp's logits are the reference's", async () => {
    const weights = isReadable ? await weightsRead() : item.model.weights;
    const logits = referenceLogits(config, weights, answer.tokens[0]!).at(-1)!;
    const sampled = logits.filter((_, id) => id % logitStride === 0);
    expect(sampled.length).toBe(answer.logits.length);
    const difference = Math.max(...sampled.map((logit, index) => Math.abs(logit - answer.logits[index]!)));
    expect(difference).toBeLessThan(tolerance(item));
    expect(Math.max(...sampled) - Math.min(...sampled)).toBeGreaterThan(1);
  });

  // Rounded weights choose other words now and then; the logits above say how far off they are.
  if (item.precision === "q8_0") return;
  test("llama.cpp's greedy answer is the reference's", () => {
    const weights = item.adapter ? mergeLora(config, item.model.weights, item.adapter) : item.model.weights;
    expect(referenceGreedy(config, weights, answer.tokens[0]!, greedyCount)).toEqual(answer.greedy);
  });

  test("llama.cpp's greedy answer is the engine's", async () => {
    const engine = await LanguageModel.open(item.model);
    try {
      const adapter = item.adapter && (await engine.prepare(item.adapter));
      const tokens = answer.tokens[0]!;
      const [written] = await engine.generate([{ tokens, adapter, maxTokens: greedyCount, stopTokens: [] }]);
      expect(written!.tokens).toEqual(answer.greedy);
    } finally {
      await engine.release();
    }
  });
});
