/** An interpreter with random weights: it knows nothing, so whatever a program of it answers was learnt by its adapter. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { BpeTrainer, createModel, llamaConfig, saveModel, tokenizerFiles } from "@weightsmith/nn";

/** What prompts are marked with. */
const endMark = "<|end|>";
const specialTokens = [endMark, "<|spec|>", "<|in|>", "<|out|>"];

/** Writes a tiny interpreter of that name into a models folder. */
export async function writeRandomInterpreter(modelsFolder: string, name: string): Promise<void> {
  const vocabulary = new BpeTrainer({
    vocabularySize: 256 + specialTokens.length,
    preTokenizer: "qwen2",
    specialTokens: specialTokens,
  }).train();
  const config = llamaConfig({
    vocabSize: vocabulary.tokens.length,
    width: 32,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    ffnWidth: 64,
    maxPositions: 96,
    endTokenIds: [vocabulary.tokens.indexOf(endMark)],
  });
  const folder = path.join(modelsFolder, name);
  const tokenizer = tokenizerFiles(vocabulary, { roles: { eos: endMark } });
  await saveModel(folder, createModel(config, { seed: 3 }), { tokenizer });
  await writeFile(path.join(folder, "interpreter.json"), "{}");
}
