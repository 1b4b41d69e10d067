/**
 * Trains a reader: a small base that answers from lessons in its prompt. Starts from an interpreter, whose tokenizer
 * and copying skills it keeps. Calling it again with the same folder goes on where it stopped.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type Batch,
  type DecoderConfig,
  drawBatch,
  loadModel,
  loadTokenizerFolder,
  packRows,
  saveModel,
  Trainer,
} from "@weightsmith/nn";
import { ReaderEncoder } from "../models/reader-prompt.ts";
import { DOMAINS } from "../tasks/generated/index.ts";
import { readerRows, trainingMix } from "./rows.ts";

export interface ReaderRecipe {
  readonly seed: number;
  /** Lines a batch, and tokens a line, into which rows are packed. */
  readonly batch: { readonly rows: number; readonly length: number };
  /** The longest row. */
  readonly mostTokens: number;
  readonly steps: number;
  readonly peakLearningRate: number;
  readonly warmupSteps: number;
  /** The last steps, over which the rate falls in a line. */
  readonly decaySteps: number;
}

export const anvilReader: ReaderRecipe = {
  seed: 1,
  batch: { rows: 4, length: 256 },
  mostTokens: 256,
  steps: 4_000,
  peakLearningRate: 1.5e-3,
  warmupSteps: 50,
  decaySteps: 1_600,
};

export interface TrainReaderOptions {
  /** The folder of the interpreter to start from. */
  readonly baseFolder: string;
  readonly workFolder: string;
  readonly outFolder: string;
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: { step: number; steps: number; loss: number; secondsPerStep: number }) => void;
  readonly onProbe?: (probe: ReaderProbe) => void;
}

/** Share of rows whose answers are all right, by domain, on worlds of their own; teacher forcing. */
export interface ReaderProbe {
  readonly step: number;
  readonly withLessons: Readonly<Record<string, number>>;
  readonly withoutLessons: Readonly<Record<string, number>>;
}

const stepsPerCall = 8;
const stepsPerCheckpoint = 50;
const stepsPerProbe = 200;
const probeRows = 32;

export async function trainReader(
  recipe: ReaderRecipe,
  options: TrainReaderOptions,
): Promise<ReaderProbe | undefined> {
  const { baseFolder, workFolder, outFolder, threads, signal } = options;
  await mkdir(workFolder, { recursive: true });
  const base = await loadModel(baseFolder);
  const tokenizer = await loadTokenizerFolder(baseFolder);
  const encoder = new ReaderEncoder(tokenizer);
  const config: DecoderConfig = { ...(base.config as DecoderConfig), maxPositions: recipe.mostTokens };
  const checkpointFile = path.join(workFolder, "checkpoint.safetensors");
  const resume = await readFile(checkpointFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const trainer = await Trainer.open<DecoderConfig>({
    model: { config, weights: base.weights },
    batch: recipe.batch,
    schedule: {
      peak: recipe.peakLearningRate,
      warmupSteps: recipe.warmupSteps,
      holdSteps: Math.max(0, recipe.steps - recipe.warmupSteps - recipe.decaySteps),
      decay: "linear",
      totalSteps: recipe.steps,
      floor: 0,
    },
    optimizer: { beta1: 0.9, beta2: 0.98, weightDecay: 0.05 },
    session: { device: "cpu", threads },
    ...(resume && { resume }),
  });
  const probes = probeBatches(encoder, recipe);
  let last: ReaderProbe | undefined;
  try {
    while (trainer.step < recipe.steps) {
      signal?.throwIfAborted();
      await trainer.run({
        until: Math.min(
          recipe.steps,
          (Math.floor(trainer.step / stepsPerCheckpoint) + 1) * stepsPerCheckpoint,
        ),
        batch: (number) => batchOf(encoder, recipe, number),
        stepsPerCall,
        ...(signal && { signal }),
        onProgress({ step, loss, milliseconds }) {
          const mean = loss.reduce((sum, value) => sum + value, 0) / loss.length;
          if (!Number.isFinite(mean))
            throw new Error(`the loss became ${mean} at step ${step}: lower the rate`);
          options.onStep?.({
            step,
            steps: recipe.steps,
            loss: mean,
            secondsPerStep: milliseconds / 1000 / loss.length,
          });
        },
      });
      await writeFile(`${checkpointFile}.writing`, await trainer.checkpoint());
      await rename(`${checkpointFile}.writing`, checkpointFile);
      if (trainer.step % stepsPerProbe !== 0 && trainer.step < recipe.steps) continue;
      last = await probe(trainer, probes);
      options.onProbe?.(last);
    }
    await saveModel(outFolder, { config, weights: await trainer.weights() }, { dtype: "F16", tokenizer });
    return last;
  } finally {
    await trainer.release();
  }
}

/** A pure function of the number, so that a resumed training equals an uninterrupted one. */
function batchOf(encoder: ReaderEncoder, { batch, seed, mostTokens }: ReaderRecipe, number: number): Batch {
  const next = readerRows(encoder, { seed: `${seed} ${number}`, mostTokens, mix: trainingMix });
  return drawBatch(batch, next);
}

interface ProbeBatches {
  readonly domain: string;
  readonly withLessons: Batch[];
  readonly withoutLessons: Batch[];
}

function probeBatches(encoder: ReaderEncoder, { batch, mostTokens }: ReaderRecipe): ProbeBatches[] {
  return DOMAINS.map((domain) => {
    const draw = (withoutLessons: number) => {
      const mix = { ...trainingMix, missing: 0, guessWeight: 1, withoutLessons };
      const next = readerRows(encoder, { seed: `probe ${domain}`, mostTokens, mix, domain });
      return packRows(
        batch,
        Array.from({ length: probeRows }, () => next()),
      );
    };
    return { domain, withLessons: draw(0), withoutLessons: draw(1) };
  });
}

async function probe(trainer: Trainer, probes: readonly ProbeBatches[]): Promise<ReaderProbe> {
  const withLessons: Record<string, number> = {};
  const withoutLessons: Record<string, number> = {};
  for (const one of probes) {
    const share = async (batches: Batch[]) =>
      (await trainer.evaluate(batches, { countedWeight: 1 })).rowAccuracy;
    withLessons[one.domain] = await share(one.withLessons);
    withoutLessons[one.domain] = await share(one.withoutLessons);
  }
  return { step: trainer.step, withLessons, withoutLessons };
}
