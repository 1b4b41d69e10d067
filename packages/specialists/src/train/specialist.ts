/**
 * Trains one specialist: its expert and its gate rows, and nothing else. Rows of its own corpus teach the expert; some
 * rows of the other corpora teach the gate where to stay shut. What did best on validation text is kept.
 */

import { setImmediate } from "node:timers/promises";
import type { TensorData as Numbers } from "@weightsmith/autodiff";
import {
  type DecoderConfig,
  decodeSafetensors,
  encodeSafetensors,
  fromFloat32,
  type Model,
  type TensorData,
  toFloat32,
} from "@weightsmith/nn";
import { emit, Session, Trainer, type TrainingState } from "@weightsmith/onnx";
import { drawWindow, type PreparedCorpus, windowsOf } from "../corpus/prepared-corpus.ts";
import { createExpert, type Expert, expertNames, expertSpecs } from "../model/expert.ts";
import {
  type GateRow,
  gateUnit,
  type SpecialistGraph,
  specialistGraph,
  trainedName,
} from "../model/training-graph.ts";
import type { Recipe } from "../recipe.ts";
import { crosses, meanOf, requireFinite, type TrainingOptions } from "./progress.ts";

/** The others as the new one meets them. */
export interface KnownExpert {
  readonly name: string;
  readonly expert: Expert;
}

export interface SpecialistTraining {
  /** The new specialist's own text. */
  readonly corpus: PreparedCorpus;
  /** Text on which the gate should stay shut: the general corpus, the others', and any to come. */
  readonly otherCorpora: readonly PreparedCorpus[];
  readonly others: readonly KnownExpert[];
}

export interface TrainedSpecialist {
  readonly expert: Expert;
  /** Mean loss a token on its validation text, nats, before any training and at its best. */
  readonly validationLossBefore: number;
  readonly validationLoss: number;
  readonly steps: number;
  readonly seconds: number;
}

type Rows = Record<"tokens" | "targets" | "weights" | "labels", Numbers>;

/** @throws AppError training.diverged @throws the signal's reason */
export async function trainSpecialist(
  model: Model<DecoderConfig>,
  { corpus, otherCorpora, others }: SpecialistTraining,
  recipe: Recipe,
  options: TrainingOptions = {},
): Promise<TrainedSpecialist> {
  const began = performance.now();
  const { config } = model;
  const { batch, seed, validateEvery, specialist } = recipe;
  const { steps, rank, ffnRank, headRank, gateWeight, gateDecay } = specialist;
  const { signal, checkpoint, onProgress, session } = options;
  const what = corpus.name;
  const first = createExpert(config, { rank, ffnRank, headRank }, seed);
  const graph = specialistGraph(config, {
    batch,
    shape: first.shape,
    others: others.map(({ expert }) => gateRowsOf(config, expert)),
    gateWeight,
    gateDecay,
  });
  const labels = new Map(others.map(({ name }, index) => [name, index + 1]));
  const known = others.length + 2;
  const labelOf = (name: string) => (name === corpus.name ? known - 1 : (labels.get(name) ?? 0));

  const draw = async (step: number): Promise<Rows> => {
    const otherRows =
      otherCorpora.length === 0 ? 0 : Math.max(1, Math.round(batch.rows * specialist.otherRows));
    const rows: [Uint32Array, number][] = [];
    for (let row = 0; row < batch.rows; row++) {
      const from = row < otherRows ? otherCorpora[(step * otherRows + row) % otherCorpora.length]! : corpus;
      const window = await drawWindow(from.parts.train, batch.length, seed, `${what} ${step} ${row}`);
      rows.push([window, labelOf(from.name)]);
    }
    return lines(rows, batch, known);
  };

  const trainer = await openTrainer(graph, model, first, recipe, options, await checkpoint?.load());
  const validator = await Validator.open(graph, model, trainer, session);
  try {
    const validation = await validationRows(corpus, recipe, labelOf, known);
    const strangers: Rows[] = [];
    for (const other of otherCorpora)
      strangers.push((await validationRows(other, recipe, labelOf, known))[0]!);
    const { text: validationLossBefore } = await validator.look(validation);
    // What is kept predicts its own text well and leaves other text alone: an open gate alone would do the first.
    let best: { score: number; text: number; weights: ReadonlyMap<string, Float32Array> } | undefined;
    let [validated, validationLoss] = [trainer.step, validationLossBefore];
    while (trainer.step < steps) {
      signal?.throwIfAborted();
      const count = Math.min(4, validateEvery, steps - trainer.step);
      const feeds: Rows[] = [];
      for (let index = 0; index < count; index++) feeds.push(await draw(trainer.step + index));
      const { loss } = await trainer.run(feeds);
      requireFinite(meanOf(loss), what, trainer.step);
      if (crosses(validated, trainer.step, validateEvery) || trainer.step >= steps) {
        validated = trainer.step;
        const own = await validator.look(validation);
        const elsewhere = strangers.length > 0 ? (await validator.look(strangers)).gate : 0;
        validationLoss = own.text;
        const score = own.text + gateWeight * (own.gate + elsewhere);
        const state = await trainer.state();
        if (!best || score < best.score) best = { score, text: own.text, weights: weightsOf(state) };
        await checkpoint?.save(encodeState(state), trainer.step);
      }
      onProgress?.({ what, step: trainer.step, steps, loss: meanOf(loss), validationLoss });
      await setImmediate();
    }
    const weights = best?.weights ?? weightsOf(await trainer.state());
    return {
      expert: { shape: first.shape, weights },
      validationLossBefore,
      validationLoss: best?.text ?? validationLoss,
      steps,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await validator.release();
    await trainer.release();
  }
}

function openTrainer(
  graph: SpecialistGraph,
  model: Model<DecoderConfig>,
  first: Expert,
  recipe: Recipe,
  { session }: TrainingOptions,
  resume: Uint8Array | undefined,
): Promise<Trainer> {
  const { steps, rate } = recipe.specialist;
  const prefixed = [...first.weights].map(([name, values]) => [trainedName(name), values] as const);
  return Trainer.open(
    {
      loss: graph.total,
      lossWeight: graph.weight,
      trainable: graph.trainable,
      schedule: {
        peak: rate,
        warmupSteps: Math.ceil(steps / 20),
        decay: "cosine",
        totalSteps: steps,
        floor: 0.05,
      },
      optimizer: { beta1: 0.9, beta2: 0.98, weightDecay: 0.01 },
    },
    new Map([...model.weights, ...prefixed]),
    { ...session, ...(resume ? { resume: decodeState(resume) } : {}) },
  );
}

/** Losses on validation text with the weights as they are now. */
class Validator {
  readonly #session: Session;
  readonly #trainer: Trainer;

  private constructor(session: Session, trainer: Trainer) {
    this.#session = session;
    this.#trainer = trainer;
  }

  static async open(
    graph: SpecialistGraph,
    model: Model<DecoderConfig>,
    trainer: Trainer,
    session: TrainingOptions["session"],
  ): Promise<Validator> {
    const { text, gate, weight, tokens } = graph;
    const emitted = emit({ text, gate, own: weight, all: tokens }, model.weights);
    return new Validator(await Session.open(emitted, session), trainer);
  }

  /** Mean losses of the text and of the gate, nats a token. */
  async look(batches: readonly Rows[]): Promise<{ text: number; gate: number }> {
    let [text, gate, own, all] = [0, 0, 0, 0];
    for (const batch of batches) {
      const results = await this.#session.run({ ...this.#trainer.parameters(), ...batch });
      text += results.text!.number;
      gate += results.gate!.number;
      own += results.own!.number;
      all += results.all!.number;
    }
    return { text: own === 0 ? 0 : text / own, gate: gate / all };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

async function validationRows(
  corpus: PreparedCorpus,
  recipe: Recipe,
  labelOf: (name: string) => number,
  known: number,
): Promise<Rows[]> {
  const { batch, validationRows: most } = recipe;
  const windows = await windowsOf(corpus.parts.validation, batch.length, most);
  const batches: Rows[] = [];
  for (let start = 0; start < windows.length; start += batch.rows) {
    const rows = windows
      .slice(start, start + batch.rows)
      .map((window) => [window, labelOf(corpus.name)] as const);
    batches.push(lines(rows, batch, known));
  }
  return batches;
}

/** Rows of tokens, one a line, with the expert each belongs to. */
function lines(
  rows: readonly (readonly [Uint32Array, number])[],
  shape: { readonly rows: number; readonly length: number },
  known: number,
): Rows {
  const size = shape.rows * shape.length;
  const [tokens, targets, weights] = [
    new BigInt64Array(size),
    new BigInt64Array(size),
    new Float32Array(size),
  ];
  const labels = new Float32Array(shape.rows * known);
  for (const [row, [window, label]] of rows.entries()) {
    labels[row * known + label] = 1;
    for (let index = 0; index + 1 < window.length; index++) {
      tokens[row * shape.length + index] = BigInt(window[index]!);
      targets[row * shape.length + index] = BigInt(window[index + 1]!);
      weights[row * shape.length + index] = 1;
    }
  }
  return { tokens, targets, weights, labels };
}

/** A specialist's gate rows, by layer. */
export function gateRowsOf(config: DecoderConfig, { weights }: Expert): GateRow[] {
  return Array.from({ length: config.layers }, (_, layer) => ({
    weight: weights.get(expertNames.gate(layer))!,
    bias: weights.get(expertNames.gateBias(layer))![0]!,
  }));
}

const prefix = trainedName("");

/** The expert's weights, gate rows in their own units. */
function weightsOf({ parameters }: TrainingState): Map<string, Float32Array> {
  return new Map(
    [...parameters].map(([trained, { value }]) => {
      const name = trained.slice(prefix.length);
      return [name, isGate(name) ? value.map((number) => number * gateUnit) : value] as const;
    }),
  );
}

const isGate = (name: string): boolean => /\.gate\.(weight|bias)$/.test(name);

const checkpointKind = "weightsmith-specialist-training";
const stateParts = ["value", "first", "second"] as const;

function encodeState({ step, parameters }: TrainingState): Uint8Array {
  const tensors = new Map<string, TensorData>();
  for (const [name, state] of parameters) {
    for (const part of stateParts)
      tensors.set(`${part}/${name}`, fromFloat32(state[part], [state[part].length]));
  }
  return encodeSafetensors(tensors, { kind: checkpointKind, step: String(step) });
}

/** What does not fit the training is refused by it, parameter by parameter. */
function decodeState(bytes: Uint8Array): TrainingState {
  const { tensors, metadata } = decodeSafetensors(bytes, "checkpoint of a specialist");
  const parameters = new Map<string, Record<(typeof stateParts)[number], Float32Array>>();
  for (const [key, data] of tensors) {
    const [part, name] = [key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1)];
    const state = parameters.get(name) ?? { value: empty, first: empty, second: empty };
    parameters.set(name, { ...state, [part]: toFloat32(data) });
  }
  return { step: Number(metadata.step), parameters };
}

const empty = new Float32Array();

/** Numbers a specialist has. */
export const expertSize = (config: DecoderConfig, { shape }: Expert): number =>
  expertSpecs(config, shape).reduce(
    (total, spec) => total + spec.shape.reduce((product, size) => product * size, 1),
    0,
  );
