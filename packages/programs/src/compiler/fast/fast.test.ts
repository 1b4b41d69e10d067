import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BpeTrainer,
  createModel,
  decoderTrainingGraph,
  llamaConfig,
  packRows,
  saveModel,
  tokenizerFiles,
} from "@weightsmith/nn";
import { emit, Session } from "@weightsmith/onnx";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import { loadInterpreter } from "../../interpreter/load-interpreter.ts";
import { marks, specialTokens } from "../../interpreter/prompt.ts";
import { loadCompiler } from "./compiler-file.ts";
import { FastCompiler } from "./fast-compiler.ts";
import { coefficientCount, emitLora, featureCount } from "./shape.ts";
import { trainFastCompiler } from "./train.ts";
import { fastTrainingGraph, initialFastWeights } from "./training-graph.ts";

let folder: string;
let interpreter: Interpreter;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "weightsmith-fast-"));
  const vocabulary = new BpeTrainer({
    vocabularySize: 256 + specialTokens.length,
    preTokenizer: "qwen2",
    specialTokens: [...specialTokens],
  }).train();
  const config = llamaConfig({
    vocabSize: vocabulary.tokens.length,
    width: 16,
    layers: 2,
    heads: 2,
    kvHeads: 1,
    ffnWidth: 32,
    maxPositions: 160,
    endTokenIds: [vocabulary.tokens.indexOf(marks.end)],
  });
  const tokenizer = tokenizerFiles(vocabulary, { roles: { eos: marks.end } });
  await saveModel(path.join(folder, "random"), createModel(config, { seed: 3 }), { tokenizer });
  await writeFile(path.join(folder, "random", "interpreter.json"), "{}");
  interpreter = await loadInterpreter(folder, "random");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shape = { rank: 2, hidden: 8 };

test("the LoRA that is emitted computes what the training graph computes", async () => {
  const { config, weights } = interpreter;
  const fastWeights = new Map(initialFastWeights(config, shape, 1));
  for (const [name, values] of fastWeights) {
    if (name.includes("lora_B"))
      fastWeights.set(
        name,
        values.map((_, at) => Math.sin(at) / 4),
      );
  }
  const batch = packRows({ rows: 1, length: 8 }, [{ tokens: [1, 50, 60, 70, 80, 90] }])[0]!;
  const { tokens, positions, segments } = batch;
  const features = Float32Array.from({ length: featureCount(config) }, (_, at) => Math.cos(at));

  const { graph } = fastTrainingGraph(config, { rows: 1, length: 8 }, shape);
  const whole = await logitsOf(emit({ logits: graph.logits }, new Map([...weights, ...fastWeights])), {
    tokens,
    positions,
    segments,
    features,
  });

  const { coefficientsOf } = await import("./shape.ts");
  const coefficients = coefficientsOf(config, shape, fastWeights, features);
  expect(coefficients).toHaveLength(coefficientCount(config, shape));
  const lora = emitLora(config, shape, fastWeights, coefficients);
  const plain = decoderTrainingGraph(config, { rows: 1, length: 8 }, lora.shape);
  const emitted = await logitsOf(emit({ logits: plain.logits }, new Map([...weights, ...lora.weights])), {
    tokens,
    positions,
    segments,
  });
  expect(Math.max(...emitted.map((value, at) => Math.abs(value - whole[at]!)))).toBeLessThan(1e-4);
});

test("a compiler is trained, saved, and writes an adapter that depends on the spec", async () => {
  const recipe = { seed: 1, shape, rows: 2, steps: 4, peakLearningRate: 0.01, warmupSteps: 1, decaySteps: 1 };
  const workFolder = path.join(folder, "work");
  await trainFastCompiler(recipe, { interpreter, workFolder, outFolder: interpreter.folder, threads: 1 });
  const compiler = await loadCompiler(interpreter);
  const fast = await FastCompiler.open(interpreter, compiler!, { threads: 1 });
  const one = await fast.compile({ spec: "Upper case.", examples: [{ input: "a", output: "A" }] });
  const other = await fast.compile({ spec: "Count the words.", examples: [] });
  await fast.release();
  const key = [...one.weights.keys()].find((name) => name.includes("lora_B"))!;
  expect(one.weights.get(key)).not.toEqual(other.weights.get(key));
});

test("a compiler of other weights is refused", async () => {
  const file = path.join(interpreter.folder, "compiler.json");
  await writeFile(file, JSON.stringify({ interpreter: { id: "random", sha256: "0" }, rank: 2, hidden: 8 }));
  await expect(loadCompiler(interpreter)).rejects.toMatchObject({ code: "interpreter.unavailable" });
});

async function logitsOf(
  model: ReturnType<typeof emit>,
  feeds: Record<string, BigInt64Array | Int32Array | Float32Array>,
): Promise<Float32Array> {
  const session = await Session.open(model, { device: "cpu", threads: 1 });
  try {
    return Float32Array.from((await session.run(feeds)).logits!.data as Float32Array);
  } finally {
    await session.release();
  }
}
