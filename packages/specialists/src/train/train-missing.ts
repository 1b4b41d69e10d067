/**
 * The first start, and every later one: trains what corpora ask for and the store lacks (tokenizer and generalist, then
 * specialist by specialist), and leaves what is there alone. Each part is saved when it is done, so that a start that
 * was cut off goes on where it stopped.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "@weightsmith/contract";
import { type PreparedCorpus, prepareCorpus, requireText } from "../corpus/prepared-corpus.ts";
import { type CorpusSource, generalName } from "../corpus/source.ts";
import { decodeExpert, encodeExpert } from "../model/expert.ts";
import { decodeGeneralist, encodeGeneralist } from "../model/generalist-file.ts";
import type { Recipe } from "../recipe.ts";
import { type Generalist, trainGeneralist, trainTokenizer } from "./generalist.ts";
import { phasedCheckpoint } from "./phased-checkpoint.ts";
import type { TrainingOptions } from "./progress.ts";
import { expertSize, type KnownExpert, trainSpecialist } from "./specialist.ts";
import type { MixtureStore, PartReport } from "./store.ts";

export interface TrainMissingOptions extends TrainingOptions {
  readonly recipe: Recipe;
  /** One for each domain; `general` is needed as long as there is no generalist. */
  readonly corpora: readonly CorpusSource[];
  readonly store: MixtureStore;
  /** Train these of the missing ones only. Default: every domain of the corpora. */
  readonly only?: readonly string[];
}

/**
 * @returns names of the parts that were trained
 * @throws AppError corpus.missing, corpus.empty, training.diverged @throws the signal's reason
 */
export async function trainMissing(options: TrainMissingOptions): Promise<string[]> {
  const { corpora, store, only, recipe } = options;
  const there = await store.names();
  const asked = corpora.map(({ name }) => name).filter((name) => name !== generalName);
  const missing = (only ?? asked).filter((name) => name !== generalName && !there.includes(name));
  const needsGeneralist = !there.includes(generalName);
  if (!needsGeneralist && missing.length === 0) return [];
  // What cannot be trained is told before anything is.
  for (const name of [...(needsGeneralist ? [generalName] : []), ...missing]) {
    await requireText(sourceOf(corpora, name));
  }
  const workFolder = await mkdtemp(path.join(tmpdir(), "weightsmith-corpora-"));
  const prepared = new Map<string, PreparedCorpus>();
  try {
    const generalist = needsGeneralist
      ? await firstGeneralist(options, workFolder)
      : decodeGeneralist((await store.load(generalName))!);
    const corpusOf = async (name: string): Promise<PreparedCorpus> => {
      const known = prepared.get(name);
      if (known) return known;
      const corpus = await prepareCorpus(sourceOf(corpora, name), generalist.tokenizer, workFolder, options);
      prepared.set(name, corpus);
      return corpus;
    };
    const { gateDecay } = generalist;
    const fitting = { ...recipe, specialist: { ...recipe.specialist, gateDecay } };
    const { config } = generalist.model;
    const others: KnownExpert[] = [];
    for (const name of there.filter((each) => each !== generalName)) {
      others.push({ name, expert: decodeExpert(config, (await store.load(name))!, name) });
    }
    for (const name of missing) {
      const corpus = await corpusOf(name);
      // A corpus that is gone teaches nobody; its specialist's gate rows are known all the same.
      const otherCorpora: PreparedCorpus[] = [];
      for (const other of corpora) {
        if (other.name === name || (await other.files()).length === 0) continue;
        otherCorpora.push(await corpusOf(other.name));
      }
      const trained = await trainSpecialist(generalist.model, { corpus, otherCorpora, others }, fitting, {
        ...options,
        ...phasedCheckpoint(options.checkpoint, name),
      });
      const { expert, steps, seconds, validationLossBefore, validationLoss } = trained;
      const parameters = expertSize(config, expert);
      const report = {
        steps,
        seconds,
        validationLossBefore,
        validationLoss,
        parameters,
        corpus: factsOf(corpus),
      };
      const bytes = encodeExpert(config, expert);
      await store.save({ name, bytes }, report);
      // As it will be read again: in 16 bits.
      others.push({ name, expert: decodeExpert(config, bytes, name) });
    }
    return [...(needsGeneralist ? [generalName] : []), ...missing];
  } finally {
    for (const corpus of prepared.values()) await corpus.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}

async function firstGeneralist(options: TrainMissingOptions, workFolder: string): Promise<Generalist> {
  const { corpora, store, recipe, onProgress, signal } = options;
  const began = performance.now();
  const source = sourceOf(corpora, generalName);
  onProgress?.({ what: "tokenizer", step: 0, steps: 1, loss: 0 });
  const tokenizer = await trainTokenizer(source, recipe);
  onProgress?.({ what: "tokenizer", step: 1, steps: 1, loss: 0 });
  signal?.throwIfAborted();
  const corpus = await prepareCorpus(source, tokenizer, workFolder, options);
  try {
    let validationLoss = Number.NaN;
    const model = await trainGeneralist(corpus, tokenizer, recipe, {
      ...options,
      ...phasedCheckpoint(options.checkpoint, generalName),
      onProgress: (progress) => {
        validationLoss = Math.min(
          validationLoss || Number.POSITIVE_INFINITY,
          progress.validationLoss ?? Number.NaN,
        );
        onProgress?.(progress);
      },
    });
    const bytes = encodeGeneralist({ model, tokenizer, gateDecay: recipe.specialist.gateDecay });
    const parameters = [...model.weights.values()].reduce((sum, { length }) => sum + length, 0);
    const report: PartReport = {
      steps: recipe.generalist.steps,
      seconds: (performance.now() - began) / 1000,
      validationLossBefore: null,
      validationLoss,
      parameters,
      corpus: factsOf(corpus),
    };
    await store.save({ name: generalName, bytes }, report);
    return decodeGeneralist(bytes);
  } finally {
    await corpus.close();
  }
}

const factsOf = ({ paragraphs, characters, parts, sha256 }: PreparedCorpus): PartReport["corpus"] => ({
  paragraphs,
  characters,
  trainingTokens: parts.train.length,
  sha256,
});

/** @throws AppError corpus.missing */
function sourceOf(corpora: readonly CorpusSource[], name: string): CorpusSource {
  const source = corpora.find((corpus) => corpus.name === name);
  if (source) return source;
  throw new AppError("corpus.missing", {
    message: `There is no corpus "${name}"; there ${corpora.length === 1 ? "is" : "are"} ${corpora.map((corpus) => corpus.name).join(", ") || "none"}.`,
    context: { corpus: name, corpora: corpora.map((corpus) => corpus.name) },
  });
}
