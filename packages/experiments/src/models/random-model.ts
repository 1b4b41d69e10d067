/** A GPT-2 of the shape of tiny-gpt2 with random weights and a byte vocabulary: knows nothing, runs everywhere at once. */
import { BpeTrainer, createModel, loadTokenizer, parseConfig, tokenizerFiles } from "@weightsmith/nn";
import { type LocalOptions, openLocal } from "./local-model.ts";
import type { ExperimentModel } from "./model.ts";

const endMark = "<|endoftext|>";

export async function openRandom(id: string, options: LocalOptions): Promise<ExperimentModel> {
  const vocabulary = new BpeTrainer({
    vocabularySize: 257,
    preTokenizer: "qwen2",
    specialTokens: [endMark],
  }).train();
  const files = tokenizerFiles(vocabulary, { roles: { eos: endMark } });
  const config = parseConfig({
    model_type: "gpt2",
    vocab_size: vocabulary.tokens.length,
    n_positions: 1024,
    n_embd: 2,
    n_layer: 2,
    n_head: 2,
    eos_token_id: 0,
  });
  const seed = 1;
  const model = createModel(config, { seed });
  return openLocal(id, `random:${seed}`, model, loadTokenizer(files.tokenizer, files.config), options);
}
