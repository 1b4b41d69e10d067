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
  loadModel,
  loadTokenizerFolder,
  type Row,
  saveModel,
  saveTokenizer,
  type Tokenizer,
  tokenizerFiles,
  type Weights,
} from "@weightsmith/nn";
import { Trainer, type TrainingState } from "@weightsmith/onnx";
import { corpus, type SuiteName } from "../../tasks/index.ts";
import { segmentEncoder } from "../interpreter.ts";
import { marks, type SegmentEncoder, specialTokens } from "../prompt.ts";
import { loadCheckpoint, removeCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { type Difficulties, keptDifficulties, measureDifficulties } from "./difficulty.ts";
import { Prober, probeRows } from "./probe.ts";
import type { InterpreterRecipe, TrainingStage } from "./recipe.ts";
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
const stepsPerProbe = 1_000;

export async function trainInterpreter(
  recipe: InterpreterRecipe,
  options: TrainInterpreterOptions,
): Promise<void> {
  const { workFolder, outFolder } = options;
  await mkdir(workFolder, { recursive: true });
  const tokenizer = await prepareTokenizer(recipe, workFolder);
  let weights: Weights | undefined;
  let config = configOf(recipe, recipe.stages[0]!, tokenizer);
  let before = 0;
  for (const [index, stage] of recipe.stages.entries()) {
    config = configOf(recipe, stage, tokenizer);
    const folder = path.join(workFolder, `stage-${index + 1}`);
    const finished = path.join(folder, "model");
    if (existsSync(path.join(finished, "model.safetensors"))) {
      weights = (await loadModel(finished)).weights;
    } else {
      weights = await new StageTraining({ recipe, stage, index, config, tokenizer, folder, before }).run(
        weights ?? initialWeights(config, recipe.seed),
        options,
      );
      await saveModel(finished, { config, weights }, { dtype: "F32", tokenizer });
      await removeCheckpoint(folder);
    }
    before += stage.steps;
  }
  await saveModel(outFolder, { config, weights: weights! }, { dtype: "F16", tokenizer });
  await writeFile(
    path.join(outFolder, "interpreter.json"),
    `${JSON.stringify({ promptFormat: 1 }, null, 2)}\n`,
  );
}

interface StageOptions {
  readonly recipe: InterpreterRecipe;
  readonly stage: TrainingStage;
  readonly index: number;
  readonly config: DecoderConfig;
  readonly tokenizer: Tokenizer;
  readonly folder: string;
  /** Steps of the stages before. */
  readonly before: number;
}

class StageTraining {
  readonly #options: StageOptions;
  readonly #encoder: SegmentEncoder;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#encoder = segmentEncoder(options.tokenizer);
  }

  /** From the stage's last checkpoint, or else from the weights given, to its end. */
  async run(start: Weights, options: TrainInterpreterOptions): Promise<Weights> {
    const { stage, folder, recipe, before } = this.#options;
    const { threads, signal } = options;
    const resume = await loadCheckpoint(folder);
    const difficulties = await this.#difficulties(start, threads);
    const trainer = await this.#open(start, threads, resume);
    const suites = this.#probeSuites();
    const steps = recipe.stages.reduce((sum, one) => sum + one.steps, 0);
    try {
      while (trainer.step < stage.steps) {
        signal?.throwIfAborted();
        const first = trainer.step;
        const next = this.#rows(first, difficulties);
        const count = Math.min(stepsPerCall, stage.steps - first);
        const began = performance.now();
        const progress = await trainer.run(
          Array.from({ length: count }, () => feeds(drawBatch(stage.batch, next))),
        );
        const secondsPerStep = (performance.now() - began) / 1000 / count;
        const loss = progress.loss.reduce((sum, value) => sum + value, 0) / count;
        if (!Number.isFinite(loss))
          throw new Error(`the loss became ${loss} at step ${before + trainer.step}: lower the rate`);
        options.onStep?.({ step: before + trainer.step, steps, loss, secondsPerStep });
        if (!crosses(first, trainer.step, stepsPerCheckpoint) && trainer.step < stage.steps) continue;
        const state = await trainer.state();
        await saveCheckpoint(folder, state);
        await this.#log("training.jsonl", options, { step: before + trainer.step, loss, secondsPerStep });
        if (crosses(first, trainer.step, stepsPerProbe) || trainer.step === stage.steps) {
          const scores = await this.#probe(suites, valuesOf(state.parameters), threads);
          options.onProbe?.(scores);
          await this.#log("probes.jsonl", options, { step: before + trainer.step, ...scores });
        }
      }
      return valuesOf((await trainer.state()).parameters);
    } finally {
      await trainer.release();
    }
  }

  #open(weights: Weights, threads: number, resume: TrainingState | undefined): Promise<Trainer> {
    const { stage, config } = this.#options;
    const graph = decoderTrainingGraph(config, stage.batch);
    return Trainer.open(
      {
        loss: graph.loss.total,
        lossWeight: graph.loss.weight,
        trainable: [...graph.parameters.values()],
        schedule: {
          peak: stage.peakLearningRate,
          warmupSteps: stage.warmupSteps,
          holdSteps: stage.steps - stage.warmupSteps - stage.decaySteps,
          decay: "linear",
          totalSteps: stage.steps,
          floor: 0.02,
        },
        optimizer: { beta1: 0.9, beta2: 0.98, weightDecay: 0.05 },
      },
      weights,
      { device: "cpu", threads, ...(resume && { resume }) },
    );
  }

  async #difficulties(start: Weights, threads: number): Promise<Difficulties | undefined> {
    const { stage, folder, config, index } = this.#options;
    if (stage.easyShare === undefined) return undefined;
    return keptDifficulties(folder, async () => {
      const prober = await Prober.open(config, start, stage.batch, threads);
      const measured = { encoder: this.#encoder, length: stage.batch.length, seed: `stage ${index + 1}` };
      return measureDifficulties(prober, measured).finally(() => prober.release());
    });
  }

  #rows(step: number, difficulties: Difficulties | undefined): () => Row {
    const { recipe, stage, index } = this.#options;
    const seed = index === 0 ? String(recipe.seed) : `${recipe.seed} stage ${index + 1}`;
    return trainingRows(stage, { encoder: this.#encoder, seed, step, difficulties });
  }

  #probeSuites(): { name: SuiteName; rows: Row[] }[] {
    const { length } = this.#options.stage.batch;
    return suiteNames.map((name) => {
      const rounds = name === "in-family" ? 1 : 8;
      return { name, rows: probeRows(name, { rounds, shots: 6, encoder: this.#encoder, length }) };
    });
  }

  async #probe(suites: readonly { name: SuiteName; rows: Row[] }[], weights: Weights, threads: number) {
    const { config, stage } = this.#options;
    const scores: Record<string, readonly number[]> = {};
    const prober = await Prober.open(config, weights, stage.batch, threads);
    try {
      for (const { name, rows } of suites) {
        if (rows.length > 0) scores[name] = (await prober.measure(rows)).exactByShots;
      }
    } finally {
      await prober.release();
    }
    return scores;
  }

  #log(file: string, { workFolder }: TrainInterpreterOptions, entry: object): Promise<void> {
    return appendFile(path.join(workFolder, file), `${JSON.stringify(entry)}\n`);
  }
}

const suiteNames = ["in-family", "validation", "out-of-family"] as const;

/** Whether a multiple of `every` lies in (from, to]. */
const crosses = (from: number, to: number, every: number): boolean =>
  Math.floor(to / every) > Math.floor(from / every);

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

function configOf(
  { model }: InterpreterRecipe,
  { batch }: TrainingStage,
  tokenizer: Tokenizer,
): DecoderConfig {
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
