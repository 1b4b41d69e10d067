/**
 * How good a mixture is, on text that no training saw: perplexity by domain and model, routing of paragraphs, and what
 * one more specialist costs and changes. What it is compared with is trained here, on the same text with as many steps:
 * all weights of the generalist, for each domain alone and for everything.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type DecoderConfig, LanguageModel, type Model } from "@weightsmith/nn";
import type { SessionOptions } from "@weightsmith/onnx";
import { type PreparedCorpus, partOf, prepareCorpus, windowsOf } from "../corpus/prepared-corpus.ts";
import { type CorpusSource, generalName, paragraphs } from "../corpus/source.ts";
import { decodeExpert } from "../model/expert.ts";
import { decodeGeneralist } from "../model/generalist-file.ts";
import type { Recipe } from "../recipe.ts";
import { Mixture } from "../serve/mixture.ts";
import type { Routing } from "../serve/mixture-decoding.ts";
import { fineTune, type Generalist } from "../train/generalist.ts";
import type { TrainingProgress } from "../train/progress.ts";
import { type KnownExpert, trainSpecialist } from "../train/specialist.ts";
import type { MixtureStore } from "../train/store.ts";

export interface EvaluationOptions {
  readonly store: MixtureStore;
  readonly corpora: readonly CorpusSource[];
  readonly recipe: Recipe;
  readonly session?: SessionOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Whether to train what the mixture is compared with, which takes as long as the mixture did. */
  readonly baselines: boolean;
  /** Held-out tokens a domain at most. Default 12,000. */
  readonly tokens?: number;
  /** Held-out paragraphs a domain at most. Default 60. */
  readonly paragraphs?: number;
}

/** By domain: exp of the mean loss a token. */
type Perplexities = Record<string, number>;

export interface SpecialistsEvaluation {
  readonly domains: readonly string[];
  /** The share of held-out paragraphs whose domain has the largest mean gate weight. */
  readonly routingAccuracy: number;
  readonly routingByDomain: Record<string, { readonly correct: number; readonly n: number }>;
  /** Held-out perplexity: of the generalist alone, the mixture, hard routing, and models fine-tuned whole. */
  readonly perplexity: {
    readonly generalist: Perplexities;
    readonly mixture: Perplexities;
    readonly hard: Perplexities;
    readonly fineTunedAll?: Perplexities;
    readonly fineTunedDomain?: Perplexities;
  };
  readonly heldOutTokens: Record<string, number>;
  /** What adding the last specialist to the others takes; against training the generalist and all of them again. */
  readonly addSeconds?: number;
  readonly retrainSeconds?: number;
  /** Perplexity of every domain before that specialist was there. */
  readonly beforeAdding?: { readonly name: string; readonly perplexity: Perplexities };
  readonly deleteMilliseconds: number;
  /** Of 200 tokens, greedy, the mean of three after one to warm up. */
  readonly completionSeconds: number;
}

export async function evaluateSpecialists(options: EvaluationOptions): Promise<SpecialistsEvaluation> {
  const { store, corpora, recipe, session, baselines } = options;
  const generalist = decodeGeneralist((await store.load(generalName))!);
  const names = (await store.names()).filter((name) => name !== generalName);
  const experts: KnownExpert[] = [];
  for (const name of names) {
    experts.push({ name, expert: decodeExpert(generalist.model.config, (await store.load(name))!, name) });
  }
  const folder = await mkdtemp(path.join(tmpdir(), "weightsmith-evaluation-"));
  const prepared: PreparedCorpus[] = [];
  const mixture = new Mixture(generalist, session ? { session } : {});
  try {
    for (const source of corpora) {
      if (source.name !== generalName && !names.includes(source.name)) continue;
      prepared.push(await prepareCorpus(source, generalist.tokenizer, folder));
    }
    const texts = await heldOutTexts(prepared, recipe, options.tokens ?? 12_000);
    const measure = async (routing: Routing): Promise<Perplexities> =>
      perplexities(texts, (tokens) => mixture.score(tokens, routing));
    const generalistAlone = await measure("soft");
    mixture.set(experts);
    const soft = await measure("soft");
    const hard = await measure("hard");
    const routing = await routeParagraphs(mixture, corpora, names, options.paragraphs ?? 60);
    const completionSeconds = await timeCompletion(mixture);
    const last = experts.at(-1)!;
    let beforeAdding: SpecialistsEvaluation["beforeAdding"];
    const began = performance.now();
    mixture.remove(last.name);
    const deleteMilliseconds = performance.now() - began;
    if (experts.length > 1) beforeAdding = { name: last.name, perplexity: await measure("soft") };
    mixture.add(last.name, last.expert);

    return {
      domains: [generalName, ...names],
      routingAccuracy: routing.accuracy,
      routingByDomain: routing.byDomain,
      perplexity: {
        generalist: generalistAlone,
        mixture: soft,
        hard,
        ...(baselines ? await fineTuned(generalist, prepared, texts, options) : {}),
      },
      heldOutTokens: Object.fromEntries(
        [...texts].map(([name, rows]) => [name, rows.reduce((sum, row) => sum + row.length - 1, 0)]),
      ),
      ...(baselines ? await timeTraining(generalist, prepared, experts, options) : {}),
      ...(beforeAdding ? { beforeAdding } : {}),
      deleteMilliseconds,
      completionSeconds,
    };
  } finally {
    await mixture.release();
    for (const corpus of prepared) await corpus.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function heldOutTexts(
  corpora: readonly PreparedCorpus[],
  { batch }: Recipe,
  tokens: number,
): Promise<Map<string, number[][]>> {
  const texts = new Map<string, number[][]>();
  for (const { name, parts } of corpora) {
    const windows = await windowsOf(parts.heldOut, batch.length, Math.ceil(tokens / batch.length));
    texts.set(
      name,
      windows.map((window) => [...window]),
    );
  }
  return texts;
}

async function perplexities(
  texts: ReadonlyMap<string, readonly (readonly number[])[]>,
  score: (tokens: readonly number[]) => Promise<Float32Array>,
): Promise<Perplexities> {
  const found: Perplexities = {};
  for (const [name, rows] of texts) {
    let [nats, count] = [0, 0];
    for (const row of rows) {
      for (const logProbability of await score(row)) {
        nats -= logProbability;
        count++;
      }
    }
    found[name] = Math.exp(nats / count);
  }
  return found;
}

/** A paragraph goes where the gate's weight is largest, over all its tokens and layers. */
async function routeParagraphs(
  mixture: Mixture,
  corpora: readonly CorpusSource[],
  names: readonly string[],
  most: number,
): Promise<{ accuracy: number; byDomain: Record<string, { correct: number; n: number }> }> {
  const byDomain: Record<string, { correct: number; n: number }> = {};
  for (const source of corpora) {
    if (source.name !== generalName && !names.includes(source.name)) continue;
    const result = { correct: 0, n: 0 };
    for await (const paragraph of paragraphs(source)) {
      if (partOf(paragraph) !== "heldOut") continue;
      const { weights, experts } = await mixture.gates(paragraph);
      const totals = experts.map((_, expert) =>
        weights.flat().reduce((sum, shares) => sum + shares[expert]!, 0),
      );
      if (experts[totals.indexOf(Math.max(...totals))] === source.name) result.correct++;
      if (++result.n >= most) break;
    }
    byDomain[source.name] = result;
  }
  const all = Object.values(byDomain);
  const total = (key: "correct" | "n") => all.reduce((sum, each) => sum + each[key], 0);
  return { accuracy: total("correct") / total("n"), byDomain };
}

async function timeCompletion(mixture: Mixture): Promise<number> {
  const request = { prompt: "The first thing to look at is", maxTokens: 200 };
  await mixture.complete(request);
  const began = performance.now();
  for (let run = 0; run < 3; run++) await mixture.complete(request);
  return (performance.now() - began) / 3000;
}

/** All weights tuned: on each domain alone with a specialist's steps, and on everything with as many for each. */
async function fineTuned(
  { model }: Generalist,
  corpora: readonly PreparedCorpus[],
  texts: ReadonlyMap<string, readonly (readonly number[])[]>,
  options: EvaluationOptions,
): Promise<{ fineTunedAll: Perplexities; fineTunedDomain: Perplexities }> {
  const { recipe, session, signal, onProgress } = options;
  const { steps } = recipe.specialist;
  const { rate } = recipe.generalist;
  const tune = async (what: string, on: readonly PreparedCorpus[], count: number) => {
    const given = { what, steps: count, rate, signal, onProgress, ...(session ? { session } : {}) };
    const weights = await fineTune(model, on, recipe, given);
    return { config: model.config, weights };
  };
  const scored = async (tuned: Model<DecoderConfig>, names: readonly string[]) => {
    const language = await LanguageModel.open(tuned, session ? { session } : {});
    const wanted = new Map([...texts].filter(([name]) => names.includes(name)));
    const found = await perplexities(wanted, async (tokens) => (await language.score([{ tokens }]))[0]!);
    await language.release();
    return found;
  };
  const fineTunedDomain: Perplexities = {};
  const domains = corpora.filter(({ name }) => name !== generalName);
  for (const corpus of domains) {
    const tuned = await tune(`fine-tuned on ${corpus.name}`, [corpus], steps);
    Object.assign(fineTunedDomain, await scored(tuned, [corpus.name]));
  }
  const all = await tune("fine-tuned on everything", corpora, steps * corpora.length);
  return { fineTunedDomain, fineTunedAll: await scored(all, [...texts.keys()]) };
}

/** Trains the last specialist again, and everything again, a few steps each, and counts up to all of their steps. */
async function timeTraining(
  generalist: Generalist,
  corpora: readonly PreparedCorpus[],
  experts: readonly KnownExpert[],
  options: EvaluationOptions,
): Promise<{ addSeconds: number; retrainSeconds: number }> {
  const { recipe, session, signal } = options;
  const given = { signal, ...(session ? { session } : {}) };
  const corpusOf = (name: string) => corpora.find((corpus) => corpus.name === name)!;
  /** Seconds to train one specialist beside `others`: whole, measured. */
  const specialist = async (name: string, others: readonly KnownExpert[]): Promise<number> => {
    const otherCorpora = corpora.filter((corpus) => corpus.name !== name);
    const world = { corpus: corpusOf(name), otherCorpora, others };
    return (await trainSpecialist(generalist.model, world, recipe, given)).seconds;
  };
  const addSeconds = await specialist(experts.at(-1)!.name, experts.slice(0, -1));
  const sample = Math.min(recipe.generalist.steps, 24);
  const began = performance.now();
  await fineTune(generalist.model, [corpusOf(generalName)], recipe, {
    ...given,
    what: "generalist, to be timed",
    steps: sample,
    rate: recipe.generalist.rate,
  });
  const generalistSeconds = ((performance.now() - began) / 1000) * (recipe.generalist.steps / sample);
  // The others are trained as the last one was, which was measured.
  return { addSeconds, retrainSeconds: generalistSeconds + addSeconds * experts.length };
}
