/**
 * Trains an interpreter from nothing: tokenizer, then the model, with a checkpoint every few minutes. Calling it again
 * with the same recipe and folder goes on where it stopped and ends with the same weights.
 */
import { existsSync } from "node:fs";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type Batch,
  BpeTrainer,
  type DecoderConfig,
  decoderTrainingGraph,
  drawBatch,
  initialWeights,
  llamaConfig,
  loadTokenizerFolder,
  saveModel,
  saveTokenizer,
  type Tokenizer,
  tokenizerFiles,
  type Weights,
} from "@weightsmith/nn";
import { Trainer } from "@weightsmith/onnx";
import { corpus } from "../../tasks/index.ts";
import { segmentEncoder } from "../interpreter.ts";
import { marks, specialTokens } from "../prompt.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { probe, probeRows } from "./probe.ts";
import type { InterpreterRecipe } from "./recipe.ts";
import { trainingRows } from "./training-rows.ts";

export interface TrainInterpreterOptions {
  /** Where checkpoints and the log are kept. */
  readonly workFolder: string;
  /** Where the finished model goes. */
  readonly outFolder: string;
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Called after every few steps. */
  readonly onStep?: (progress: { step: number; steps: number; loss: number; secondsPerStep: number }) => void;
  /** Called after every probe. */
  readonly onProbe?: (scores: Readonly<Record<string, readonly number[]>>) => void;
}

/** Steps inside one call of the runtime. */
const stepsPerCall = 8;
const stepsPerCheckpoint = 200;

export async function trainInterpreter(
  recipe: InterpreterRecipe,
  options: TrainInterpreterOptions,
): Promise<void> {
  const { workFolder, outFolder, threads, signal } = options;
  await mkdir(workFolder, { recursive: true });
  const tokenizer = await prepareTokenizer(recipe, workFolder);
  const encoder = segmentEncoder(tokenizer);
  const config = configOf(recipe, tokenizer);
  const graph = decoderTrainingGraph(config, recipe.batch);
  const resume = await loadCheckpoint(workFolder);
  const trainer = await Trainer.open(
    {
      loss: graph.loss.total,
      lossWeight: graph.loss.weight,
      trainable: [...graph.parameters.values()],
      schedule: {
        peak: recipe.peakLearningRate,
        warmupSteps: recipe.warmupSteps,
        holdSteps: recipe.steps - recipe.warmupSteps - recipe.decaySteps,
        decay: "linear",
        totalSteps: recipe.steps,
        floor: 0.02,
      },
      optimizer: { beta1: 0.9, beta2: 0.98, weightDecay: 0.05 },
    },
    initialWeights(config, recipe.seed),
    { device: "cpu", threads, ...(resume && { resume }) },
  );
  const suites = (["in-family", "validation", "out-of-family"] as const).map((name) => ({
    name,
    rows: probeRows(name, {
      rounds: name === "in-family" ? 1 : 8,
      shots: 6,
      encoder,
      length: recipe.batch.length,
    }),
  }));
  const measure = async (weights: Weights) => {
    const scores: Record<string, readonly number[]> = {};
    for (const { name, rows } of suites) {
      if (rows.length === 0) continue;
      scores[name] = (await probe(config, weights, rows, recipe.batch, threads)).exactByShots;
    }
    options.onProbe?.(scores);
    await appendFile(
      path.join(workFolder, "probes.jsonl"),
      `${JSON.stringify({ step: trainer.step, ...scores })}\n`,
    );
  };
  try {
    while (trainer.step < recipe.steps) {
      signal?.throwIfAborted();
      const first = trainer.step;
      const next = trainingRows(recipe, encoder, first);
      const count = Math.min(stepsPerCall, recipe.steps - first);
      const began = performance.now();
      const progress = await trainer.run(
        Array.from({ length: count }, () => feeds(drawBatch(recipe.batch, next))),
      );
      const secondsPerStep = (performance.now() - began) / 1000 / count;
      const loss = progress.loss.reduce((sum, value) => sum + value, 0) / count;
      if (!Number.isFinite(loss))
        throw new Error(`the loss became ${loss} at step ${trainer.step}: lower the rate`);
      options.onStep?.({ step: trainer.step, steps: recipe.steps, loss, secondsPerStep });
      if (Math.floor(trainer.step / stepsPerCheckpoint) > Math.floor(first / stepsPerCheckpoint)) {
        const state = await trainer.state();
        await saveCheckpoint(workFolder, state);
        await appendFile(
          path.join(workFolder, "training.jsonl"),
          `${JSON.stringify({ step: trainer.step, loss, secondsPerStep })}\n`,
        );
        await measure(valuesOf(state.parameters));
      }
    }
    const { parameters } = await trainer.state();
    await saveModel(outFolder, { config, weights: valuesOf(parameters) }, { dtype: "F16", tokenizer });
    await writeFile(
      path.join(outFolder, "interpreter.json"),
      `${JSON.stringify({ promptFormat: 1 }, null, 2)}\n`,
    );
  } finally {
    await trainer.release();
  }
}

const valuesOf = (parameters: ReadonlyMap<string, { readonly value: Float32Array }>): Weights =>
  new Map([...parameters].map(([name, { value }]) => [name, value]));

/** What the training graph reads of a batch. */
const feeds = ({ tokens, targets, weights, positions, segments }: Batch) => ({
  tokens,
  targets,
  weights,
  positions,
  segments,
});

function configOf({ model, batch }: InterpreterRecipe, tokenizer: Tokenizer): DecoderConfig {
  return llamaConfig({
    ...model,
    vocabSize: tokenizer.vocabularySize,
    maxPositions: batch.length,
    tiedEmbeddings: true,
    endTokenIds: [tokenizer.specialTokens.get(marks.end)!],
  });
}

/** The tokenizer of the work folder, trained if it is not there yet. */
async function prepareTokenizer(recipe: InterpreterRecipe, workFolder: string): Promise<Tokenizer> {
  if (!existsSync(path.join(workFolder, "tokenizer.json"))) {
    const { vocabularySize, texts, preTokenizer } = recipe.tokenizer;
    const trainer = new BpeTrainer({ vocabularySize, preTokenizer, specialTokens: [...specialTokens] });
    let taken = 0;
    for (const text of corpus(recipe.seed)) {
      trainer.add(text);
      if (++taken === texts) break;
    }
    const files = tokenizerFiles(trainer.train(), { roles: { eos: marks.end } });
    await saveTokenizer(workFolder, files);
  }
  return loadTokenizerFolder(workFolder);
}
