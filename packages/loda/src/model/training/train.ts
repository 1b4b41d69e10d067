/**
 * Trains a LODA model from nothing. The stream of pairs is cut into chunks, a chunk into buckets of like lengths, and
 * each bucket is trained with a graph of its own shape, so that little work goes to padding; the state passes from one
 * to the next as a checkpoint. Stopped at any time, the same call goes on at the last chunk and ends with the same
 * weights.
 */
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  createModel,
  loadTokenizerFolder,
  type Model,
  type Pair,
  type PairBatch,
  type PairShape,
  pairBatch,
  Random,
  saveModel,
  saveTokenizer,
  type T5Config,
  Trainer,
} from "@weightsmith/nn";
import { lodaModelConfig } from "../sizes.ts";
import { LodaTokenizer, trainLodaTokenizer } from "../tokenizer.ts";
import { drawPair, PairStream, readTrainingData, type TrainingData, type TrainingItem } from "./data.ts";
import type { LodaRecipe } from "./recipe.ts";

export interface TrainLodaOptions {
  /** Where the tokenizer, the checkpoint and the log are kept. */
  readonly workFolder: string;
  /** Where the finished model goes. */
  readonly outFolder: string;
  /** A data set as `buildDataset` writes it. */
  readonly datasetFile: string;
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainLodaProgress) => void;
}

export interface TrainLodaProgress {
  /** Chunks done, with the part of the one at hand. */
  readonly chunks: number;
  readonly step: number;
  readonly loss: number;
}

export interface LodaValidation {
  /** Nats a token, by what was asked with. */
  readonly loss: number;
  readonly tokenAccuracy: number;
  /** Programs whose every token is the likeliest one. */
  readonly rowAccuracy: number;
}

const validationPairs = 512;
const chunksPerValidation = 4;
const checkpointFile = "checkpoint.safetensors";
const progressFile = "progress.json";

interface Progress {
  readonly chunks: number;
  readonly step: number;
}

/** Trains, then writes the model folder. Returns the last validation. */
export async function trainLodaModel(recipe: LodaRecipe, options: TrainLodaOptions): Promise<LodaValidation> {
  const { workFolder, outFolder, datasetFile } = options;
  await mkdir(workFolder, { recursive: true });
  const data = await readTrainingData(datasetFile, recipe.maxTokens);
  const tokenizer = await prepareTokenizer(recipe, workFolder, data);
  const config = lodaModelConfig(recipe.size, tokenizer.vocabularySize);
  const training = new LodaTraining(recipe, options, data, tokenizer, config);
  const { weights, validation } = await training.run();
  await saveModel(outFolder, { config, weights }, { dtype: "F16", tokenizer: tokenizer.tokenizer });
  await writeFile(
    path.join(outFolder, "loda.json"),
    `${JSON.stringify({ requestFormat: 1, maxTokens: recipe.maxTokens }, null, 2)}\n`,
  );
  return validation;
}

async function prepareTokenizer(
  recipe: LodaRecipe,
  workFolder: string,
  data: TrainingData,
): Promise<LodaTokenizer> {
  if (!existsSync(path.join(workFolder, "tokenizer.json"))) {
    const descriptions = data.train.map(({ description }) => description);
    await saveTokenizer(workFolder, trainLodaTokenizer(descriptions, recipe.vocabularySize));
  }
  return new LodaTokenizer(await loadTokenizerFolder(workFolder));
}

class LodaTraining {
  private readonly recipe: LodaRecipe;
  private readonly options: TrainLodaOptions;
  private readonly data: TrainingData;
  private readonly tokenizer: LodaTokenizer;
  private readonly config: T5Config;
  private readonly start: Model<T5Config>;
  private readonly stream: PairStream;
  private checkpoint: Uint8Array | undefined;
  private progress: Progress = { chunks: 0, step: 0 };

  constructor(
    recipe: LodaRecipe,
    options: TrainLodaOptions,
    data: TrainingData,
    tokenizer: LodaTokenizer,
    config: T5Config,
  ) {
    this.recipe = recipe;
    this.options = options;
    this.data = data;
    this.tokenizer = tokenizer;
    this.config = config;
    this.start = createModel(config, { seed: recipe.seed });
    this.stream = new PairStream(data.train, tokenizer, recipe.seed);
  }

  async run(): Promise<{ weights: Map<string, Float32Array>; validation: LodaValidation }> {
    const { recipe, options } = this;
    await this.resume();
    while (this.progress.chunks < recipe.chunks) {
      options.signal?.throwIfAborted();
      await this.trainChunk();
      await this.save();
      if (this.progress.chunks % chunksPerValidation === 0 && this.progress.chunks < recipe.chunks)
        await this.log({ ...this.progress, ...(await this.validate()).validation });
    }
    const result = await this.validate();
    await this.log({ ...this.progress, ...result.validation });
    return result;
  }

  /** Each bucket of the next chunk, in an order of the chunk's. */
  private async trainChunk(): Promise<void> {
    const { recipe, options, progress } = this;
    const { chunks } = progress;
    const pairs = this.stream.take(chunks * recipe.chunkPairs, recipe.chunkPairs);
    const order = new Random(recipe.seed, `buckets ${chunks}`).shuffle(inBuckets(recipe.buckets, pairs));
    const began = performance.now();
    const losses: number[] = [];
    let { step } = progress;
    let done = 0;
    for (const { shape, pairs: inBucket } of order) {
      const batches = batchesOf(this.config, shape, inBucket);
      const trainer = await this.open(shape);
      const first = trainer.step;
      try {
        await trainer.run({
          until: first + batches.length,
          batch: (number) => batches[number - first]!,
          ...(options.signal ? { signal: options.signal } : {}),
          onProgress: (report) => {
            losses.push(...report.loss);
            step = report.step;
            const part = (done + ((step - first) / batches.length) * inBucket.length) / pairs.length;
            options.onProgress?.({ chunks: chunks + part, step, loss: mean(report.loss) });
          },
        });
        options.signal?.throwIfAborted();
        this.checkpoint = await trainer.checkpoint();
      } finally {
        await trainer.release();
      }
      done += inBucket.length;
    }
    const loss = mean(losses);
    if (!Number.isFinite(loss)) throw new Error(`The loss became ${loss} at step ${step}: lower the rate.`);
    this.progress = { chunks: chunks + 1, step };
    await this.log({ ...this.progress, trainLoss: loss, seconds: (performance.now() - began) / 1000 });
  }

  private open(shape: PairShape): Promise<Trainer<T5Config>> {
    const { recipe, options } = this;
    const totalSteps = expectedSteps(recipe);
    const decaySteps = Math.floor(totalSteps * recipe.decayShare);
    return Trainer.open<T5Config>({
      model: this.start,
      batch: shape,
      schedule: {
        peak: recipe.peakLearningRate,
        warmupSteps: recipe.warmupSteps,
        holdSteps: Math.max(0, totalSteps - decaySteps - recipe.warmupSteps),
        decay: "linear",
        totalSteps: Math.max(totalSteps, recipe.warmupSteps + 1),
        floor: 0,
      },
      session: { threads: options.threads, spin: false },
      ...(this.checkpoint ? { resume: this.checkpoint } : {}),
    });
  }

  private async validate(): Promise<{
    weights: Map<string, Float32Array>;
    validation: LodaValidation;
  }> {
    const shape = this.recipe.buckets.at(-1)!;
    const pairs = validationSet(this.data.validation, this.tokenizer, this.recipe.seed);
    const trainer = await this.open(shape);
    try {
      const { loss, tokenAccuracy, rowAccuracy } = await trainer.evaluate(
        batchesOf(this.config, shape, pairs),
      );
      return { weights: await trainer.weights(), validation: { loss, tokenAccuracy, rowAccuracy } };
    } finally {
      await trainer.release();
    }
  }

  private async resume(): Promise<void> {
    const file = path.join(this.options.workFolder, progressFile);
    if (!existsSync(file)) return;
    this.progress = JSON.parse(await readFile(file, "utf8")) as Progress;
    this.checkpoint = await readFile(this.checkpointPath(this.progress.chunks));
  }

  /** The state first, under a name of its own, then the note that points to it: a crash in between loses nothing. */
  private async save(): Promise<void> {
    const { chunks } = this.progress;
    await writeFile(this.checkpointPath(chunks), this.checkpoint!);
    const file = path.join(this.options.workFolder, progressFile);
    await writeFile(`${file}.new`, JSON.stringify(this.progress));
    await rename(`${file}.new`, file);
  }

  /** Two files in turn. */
  private checkpointPath(chunks: number): string {
    return path.join(this.options.workFolder, `${chunks % 2}-${checkpointFile}`);
  }

  private async log(entry: Readonly<Record<string, number>>): Promise<void> {
    const rounded = Object.fromEntries(
      Object.entries(entry).map(([name, value]) => [name, Number(value.toFixed(4))]),
    );
    await appendFile(path.join(this.options.workFolder, "training.jsonl"), `${JSON.stringify(rounded)}\n`);
  }
}

/** Steps of the whole training, if the chunks fill the buckets evenly: what they are is not known before they are drawn. */
function expectedSteps({ buckets, chunkPairs, chunks }: LodaRecipe): number {
  const perChunk = buckets.reduce((sum, { rows }) => sum + chunkPairs / buckets.length / rows, 0);
  return Math.ceil(perChunk * chunks);
}

function inBuckets(
  buckets: readonly PairShape[],
  pairs: readonly Pair[],
): { shape: PairShape; pairs: Pair[] }[] {
  const filled = buckets.map((shape) => ({ shape, pairs: [] as Pair[] }));
  for (const pair of pairs) {
    const bucket = filled.find(
      ({ shape }) => pair.source.length <= shape.sourceLength && pair.target.length <= shape.length,
    );
    if (!bucket)
      throw new RangeError(
        `No bucket holds a pair of ${pair.source.length} source and ${pair.target.length} target tokens.`,
      );
    bucket.pairs.push(pair);
  }
  return filled.filter((bucket) => bucket.pairs.length > 0);
}

function batchesOf(config: T5Config, shape: PairShape, pairs: readonly Pair[]): PairBatch[] {
  return Array.from({ length: Math.ceil(pairs.length / shape.rows) }, (_, i) =>
    pairBatch(config, shape, pairs.slice(i * shape.rows, (i + 1) * shape.rows)),
  );
}

function validationSet(items: readonly TrainingItem[], tokenizer: LodaTokenizer, seed: number): Pair[] {
  return items
    .slice(0, validationPairs)
    .map((item, i) => drawPair(item, tokenizer, new Random(seed, `validation ${i}`)));
}

function mean(values: Iterable<number>): number {
  const list = [...values];
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}
