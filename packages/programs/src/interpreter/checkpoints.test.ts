/** Checkpoints of other families as interpreters, through the same code: tiny ones of the same architecture. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseCompileRequest } from "@weightsmith/contract";
import {
  BpeTrainer,
  createModel,
  type DecoderConfig,
  Gguf,
  parseConfig,
  readGgufModel,
  saveModel,
  tokenizerFiles,
} from "@weightsmith/nn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packPaw } from "../artifact/paw/paw-archive.ts";
import { baseModelFile } from "../artifact/paw/runtime-manifest.ts";
import { compileProgram } from "../compiler/compile.ts";
import { openProgram } from "../runtime/program-host.ts";
import { loadInterpreter } from "./load-interpreter.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-checkpoints-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A checkpoint's folder as it comes from a hub, and the file that makes it an interpreter. */
async function checkpoint(
  json: Record<string, unknown>,
  specialTokens: string[],
  eos: string,
): Promise<string> {
  const name = String(json.model_type);
  const vocabulary = new BpeTrainer({
    vocabularySize: 256 + specialTokens.length,
    preTokenizer: "qwen2",
    specialTokens,
  }).train();
  const config = parseConfig({
    vocab_size: vocabulary.tokens.length,
    hidden_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    intermediate_size: 64,
    max_position_embeddings: 256,
    n_embd: 32,
    n_layer: 2,
    n_head: 4,
    n_positions: 256,
    ...json,
  }) as DecoderConfig;
  const out = path.join(folder, name);
  await saveModel(out, createModel(config, { seed: 1 }), {
    tokenizer: tokenizerFiles(vocabulary, { roles: { eos } }),
  });
  await writeFile(path.join(out, "interpreter.json"), "{}");
  return name;
}

const chat = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const cases = [
  ["qwen2", { model_type: "qwen2", tie_word_embeddings: true }, chat, "<|im_end|>", "<|im_start|>system\n"],
  [
    "qwen3",
    { model_type: "qwen3", head_dim: 16 },
    [...chat, "<think>", "</think>"],
    "<|im_end|>",
    "</think>",
  ],
  ["gpt2", { model_type: "gpt2" }, ["<|endoftext|>"], "<|endoftext|>", "\n\nInput: "],
] as const;

test.each(cases)(
  "%s is read in its own way, compiled for, run and exported",
  async (_, json, special, eos, mark) => {
    const id = await checkpoint(json, [...special], eos);
    const interpreter = await loadInterpreter(folder, id);
    expect(interpreter.tokenizer.tokenOf(interpreter.endToken)).toBe(eos);
    const examples = Array.from({ length: 8 }, (_, i) => ({ input: `n${i}`, output: "ok" }));
    const training = { steps: 24, rows: 1, learningRate: 0.02, evaluateEvery: 8 };
    const request = parseCompileRequest({ spec: "Say ok.", examples, method: "lora" });
    const program = await compileProgram(request, { interpreter, threads: 1, training });
    expect(program.promptTemplate).toContain(mark);
    expect(program.report.heldOut.exactMatch).toBe(1);
    const runnable = await openProgram(program, { modelsFolder: folder, threads: 1 });
    expect((await runnable.run(["never seen"]))[0]).toMatchObject({ output: "ok", complete: true });
    await runnable.close();
    expect(packPaw(program, interpreter).byteLength).toBeGreaterThan(1024);
    const { tokenizer } = await readGgufModel(Gguf.decode(baseModelFile(interpreter).bytes));
    const prompt = program.promptTemplate.replace("{INPUT_PLACEHOLDER}", "x");
    expect(tokenizer.encode(prompt)).toEqual(interpreter.tokenizer.encode(prompt));
  },
  60_000,
);
