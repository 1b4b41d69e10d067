/**
 * From a general corpus to a tokenizer and a generalist: a causal Llama-family decoder that every specialist shares and
 * none changes. The weights that did best on validation text are kept.
 */
import {
  type Batch,
  BpeTrainer,
  createModel,
  type DecoderConfig,
  llamaConfig,
  loadTokenizer,
  type Model,
  packRows,
  type Tokenizer,
  Trainer,
  tokenizerFiles,
  type Weights,
} from "@weightsmith/nn";
import { drawWindow, type PreparedCorpus, partOf, windowsOf } from "../corpus/prepared-corpus.ts";
import { type CorpusSource, paragraphs } from "../corpus/source.ts";
import type { Recipe } from "../recipe.ts";
import { crosses, meanOf, requireFinite, type TrainingOptions } from "./progress.ts";

export interface Generalist {
  readonly model: Model<DecoderConfig>;
  readonly tokenizer: Tokenizer;
  /** By which the gates of all its specialists forget, see model/pooling.ts. */
  readonly gateDecay: number;
}

const endToken = "<|end|>";
/** The merges are learnt from so much text at most: more of it changes them little. */
const tokenizerCharacters = 20_000_000;

/** A byte-level tokenizer for the training part of a corpus. */
export async function trainTokenizer(source: CorpusSource, recipe: Recipe): Promise<Tokenizer> {
  const trainer = new BpeTrainer({
    vocabularySize: recipe.vocabularySize,
    preTokenizer: "gpt-2",
    specialTokens: [endToken],
  });
  let characters = 0;
  for await (const paragraph of paragraphs(source)) {
    if (partOf(paragraph) !== "train") continue;
    trainer.add(`${paragraph}\n\n`);
    characters += paragraph.length;
    if (characters > tokenizerCharacters) break;
  }
  const files = tokenizerFiles(trainer.train(), { roles: { eos: endToken } });
  return loadTokenizer(files.tokenizer, files.config);
}

export function generalistConfig(recipe: Recipe, tokenizer: Tokenizer): DecoderConfig {
  return llamaConfig({
    ...recipe.model,
    vocabSize: tokenizer.vocabularySize,
    maxPositions: recipe.context,
    endTokenIds: [tokenizer.specialTokens.get(endToken)!],
  });
}

/** @throws AppError training.diverged @throws the signal's reason */
export async function trainGeneralist(
  corpus: PreparedCorpus,
  tokenizer: Tokenizer,
  recipe: Recipe,
  options: TrainingOptions = {},
): Promise<Model<DecoderConfig>> {
  const model = createModel(generalistConfig(recipe, tokenizer), { seed: recipe.seed });
  const { steps, rate } = recipe.generalist;
  const weights = await fineTune(model, [corpus], recipe, { ...options, what: "generalist", steps, rate });
  return { config: model.config, weights };
}

export interface FineTuneOptions extends TrainingOptions {
  readonly what: string;
  readonly steps: number;
  readonly rate: number;
}

/**
 * Trains all weights of a model on corpora, rows drawn from each in turn, and keeps what did best on their validation
 * parts. Also what specialists are compared with.
 */
export async function fineTune(
  model: Model<DecoderConfig>,
  corpora: readonly PreparedCorpus[],
  recipe: Recipe,
  options: FineTuneOptions,
): Promise<Weights> {
  const { what, steps, rate, signal, onProgress, checkpoint } = options;
  const { batch: shape, seed, validateEvery } = recipe;
  const resume = await checkpoint?.load();
  const trainer = await Trainer.open({
    model,
    batch: shape,
    schedule: {
      peak: rate,
      warmupSteps: Math.ceil(steps / 20),
      decay: "cosine",
      totalSteps: steps,
      floor: 0.05,
    },
    optimizer: { beta1: 0.9, beta2: 0.98, weightDecay: 0.1 },
    ...(options.session ? { session: options.session } : {}),
    ...(resume ? { resume } : {}),
  });
  const validation = await validationBatches(corpora, recipe);
  let best: { loss: number; weights: Weights } | undefined;
  let [validated, validationLoss] = [trainer.step, Number.NaN];
  try {
    const stepsPerCall = Math.min(8, validateEvery);
    await trainer.run({
      until: steps,
      stepsPerCall,
      ...(signal ? { signal } : {}),
      batch: async (number) => {
        const rows: Uint32Array[] = [];
        for (let row = 0; row < shape.rows; row++) {
          const corpus = corpora[(number * shape.rows + row) % corpora.length]!;
          rows.push(await drawWindow(corpus.parts.train, shape.length, seed, `${what} ${number} ${row}`));
        }
        return packed(rows, recipe);
      },
      onProgress: async ({ step, loss }) => {
        requireFinite(meanOf(loss), what, step);
        if (crosses(validated, step, validateEvery) || step === steps) {
          validated = step;
          validationLoss = (await trainer.evaluate(validation)).loss;
          if (!best || validationLoss < best.loss) {
            best = { loss: validationLoss, weights: copyOf(await trainer.weights()) };
          }
          await checkpoint?.save(await trainer.checkpoint(), step);
        }
        onProgress?.({ what, step, steps, loss: meanOf(loss), validationLoss });
      },
    });
    signal?.throwIfAborted();
    return best?.weights ?? copyOf(await trainer.weights());
  } finally {
    await trainer.release();
  }
}

const copyOf = (weights: Weights): Weights =>
  new Map([...weights].map(([name, values]) => [name, values.slice()]));

/** Rows of one batch, each a line of its own. */
function packed(rows: readonly Uint32Array[], { batch }: Recipe): Batch {
  return packRows(
    batch,
    rows.map((tokens) => ({ tokens })),
  )[0]!;
}

async function validationBatches(corpora: readonly PreparedCorpus[], recipe: Recipe): Promise<Batch[]> {
  const { batch, validationRows } = recipe;
  const rows: Uint32Array[] = [];
  for (const { parts } of corpora) {
    rows.push(
      ...(await windowsOf(parts.validation, batch.length, Math.ceil(validationRows / corpora.length))),
    );
  }
  return packRows(
    batch,
    rows.map((tokens) => ({ tokens })),
  );
}
