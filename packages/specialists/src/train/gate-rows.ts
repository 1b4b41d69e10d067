/**
 * Fits a specialist's gate rows once its updates stand: in every layer, a row that tells its own text from all other
 * text, given what the layers before it said, the mixture running as it will serve. The rows that are there stand still, so that the new one answers for the
 * balance alone, and deleting it gives the others back exactly what they had.
 *
 * From the first layer up, because what a layer's gate sees depends on the gates before it; the first sees embeddings,
 * which no specialist changes.
 */
import { setImmediate } from "node:timers/promises";
import type { DecoderConfig, Model } from "@weightsmith/nn";
import { emit, Session, type SessionOptions, Value } from "@weightsmith/onnx";
import { drawWindow, type PreparedCorpus } from "../corpus/prepared-corpus.ts";
import { type Expert, expertNames } from "../model/expert.ts";
import { stackExperts } from "../model/expert-stack.ts";
import { gateGraph } from "../model/gate-graph.ts";
import { stepNames } from "../model/step-graph.ts";
import type { Recipe } from "../recipe.ts";
import { fitLogistic, type LogisticExamples, type LogisticModel, logisticLoss } from "./logistic.ts";

export interface GateFitting {
  readonly corpus: PreparedCorpus;
  readonly otherCorpora: readonly PreparedCorpus[];
  /** The specialists that are there, in the order of the mixture. */
  readonly others: readonly Expert[];
  /** The new one, its gate rows still unfitted. */
  readonly expert: Expert;
}

export interface GateFittingOptions {
  readonly session?: SessionOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onLayer?: (layer: number, validationLoss: number) => void;
}

/** Ridges that are tried; validation text chooses. */
const ridges = [1e-4, 1e-5, 1e-6];
/** Every token of a text's beginning is looked at, later ones by samples that count for those between. */
const beginning = 16;
const stride = 6;

/** @returns the expert with its gate rows @throws the signal's reason */
export async function fitGateRows(
  model: Model<DecoderConfig>,
  fitting: GateFitting,
  { batch, seed, specialist }: Recipe,
  { session, signal, onLayer }: GateFittingOptions = {},
): Promise<Expert> {
  const { config } = model;
  const { others } = fitting;
  let { expert } = fitting;
  const windows = specialist.gateWindows;
  const learning = await labelledWindows(fitting, "train", windows, batch.length, seed);
  const judging = await labelledWindows(fitting, "validation", Math.ceil(windows / 4), batch.length, seed);
  const gates = { batch, experts: others.length + 2, gateDecay: specialist.gateDecay };
  for (let layer = 0; layer < config.layers; layer++) {
    const seen = gateGraph(config, { ...gates, layer });
    const running = await Session.open(emit({ seen }, model.weights), session);
    try {
      const feeds = stackExperts(config, [...others, expert]);
      for (const name of Object.keys(feeds)) if (!(name in running.inputs)) delete feeds[name];
      const look = (windows: readonly LabelledWindow[]) =>
        examplesOf(running, feeds, windows, { config, layer, batch, others, signal });
      const [learnt, judged] = [await look(learning), await look(judging)];
      let best: { row: LogisticModel; loss: number } | undefined;
      for (const ridge of ridges) {
        await setImmediate();
        signal?.throwIfAborted();
        const row = fitLogistic(learnt, ridge, config.width);
        const loss = logisticLoss(judged, row);
        if (!best || loss < best.loss) best = { row, loss };
      }
      expert = withRow(expert, layer, best!.row);
      // What the layers after it add to.
      for (const [windows, { features }] of [
        [learning, learnt],
        [judging, judged],
      ] as const)
        addEvidence(windows, features, config.width, [...others, expert], layer);
      onLayer?.(layer, best!.loss);
    } finally {
      await running.release();
    }
  }
  return expert;
}

interface LabelledWindow {
  readonly tokens: Uint32Array;
  readonly isOwn: boolean;
  /** Which of its tokens are looked at. */
  readonly places: readonly number[];
  /** The scores of all specialists, the new one last, at each of these, summed over the layers so far. */
  readonly evidence: Float64Array[];
}

/** As many of each corpus, so that none is favoured for its size. */
async function labelledWindows(
  { corpus, otherCorpora, others }: GateFitting,
  part: "train" | "validation",
  count: number,
  length: number,
  seed: number,
): Promise<LabelledWindow[]> {
  const windows: LabelledWindow[] = [];
  for (const from of [corpus, ...otherCorpora]) {
    for (let index = 0; index < count; index++) {
      const label = `gates of ${corpus.name} ${part} ${from.name} ${index}`;
      const tokens = (await drawWindow(from.parts[part], length, seed, label)).subarray(0, length);
      const places = placesOf(tokens.length);
      const evidence = places.map(() => new Float64Array(others.length + 1));
      windows.push({ tokens, isOwn: from === corpus, places, evidence });
    }
  }
  return windows;
}

function placesOf(length: number): number[] {
  const places: number[] = [];
  for (let at = 0; at < length; at += at < beginning ? 1 : stride) places.push(at);
  return places;
}

interface Looking {
  readonly config: DecoderConfig;
  readonly layer: number;
  readonly batch: Recipe["batch"];
  readonly others: readonly Expert[];
  readonly signal: AbortSignal | undefined;
}

/** Runs the mixture over the windows and keeps what one layer's gate sees. */
async function examplesOf(
  session: Session,
  feeds: Readonly<Record<string, Value>>,
  windows: readonly LabelledWindow[],
  { config, layer, batch, others, signal }: Looking,
): Promise<LogisticExamples> {
  const { width } = config;
  const features: number[] = [];
  const labels: number[] = [];
  const counts: number[] = [];
  const offsets: number[] = [];
  for (let start = 0; start < windows.length; start += batch.rows) {
    signal?.throwIfAborted();
    const some = windows.slice(start, start + batch.rows);
    const tokens = new BigInt64Array(batch.rows * batch.length);
    for (const [row, window] of some.entries())
      for (const [at, token] of window.tokens.entries()) tokens[row * batch.length + at] = BigInt(token);
    const results = await session.run({
      ...feeds,
      [stepNames.tokens]: Value.of("int64", [batch.rows, batch.length], tokens),
    });
    const seen = results.seen!.data as Float32Array;
    for (const [row, { isOwn, places, evidence }] of some.entries()) {
      for (const [index, at] of places.entries()) {
        const start = (row * batch.length + at) * width;
        const state = seen.subarray(start, start + width);
        for (const value of state) features.push(value);
        labels.push(Number(isOwn));
        counts.push(at < beginning ? 1 : stride);
        const rivals = others.map((other, each) => evidence[index]![each]! + scoreOf(other, layer, state));
        offsets.push(logSumExp([0, ...rivals]) - evidence[index]!.at(-1)!);
      }
    }
  }
  return {
    features: Float32Array.from(features),
    labels: Uint8Array.from(labels),
    counts: Float32Array.from(counts),
    offsets: Float32Array.from(offsets),
  };
}

/** Adds what a layer's rows say. @param features [N,D], of the places of all windows in order */
function addEvidence(
  windows: readonly LabelledWindow[],
  features: Float32Array,
  width: number,
  experts: readonly Expert[],
  layer: number,
): void {
  let start = 0;
  for (const { evidence } of windows) {
    for (const scores of evidence) {
      const state = features.subarray(start, start + width);
      for (const [each, expert] of experts.entries()) scores[each]! += scoreOf(expert, layer, state);
      start += width;
    }
  }
}

const scoreOf = ({ weights }: Expert, layer: number, state: Float32Array): number =>
  dot(weights.get(expertNames.gate(layer))!, state) + weights.get(expertNames.gateBias(layer))![0]!;

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

function withRow(expert: Expert, layer: number, { weight, bias }: LogisticModel): Expert {
  const weights = new Map(expert.weights);
  weights.set(expertNames.gate(layer), weight);
  weights.set(expertNames.gateBias(layer), Float32Array.of(bias));
  return { ...expert, weights };
}
