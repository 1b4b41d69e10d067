/**
 * Trains one specialist: first its updates, open everywhere, on its own text; then its gate rows, see gate-rows.ts.
 * Nothing else changes. The step that did best on validation text is kept.
 */

import { setImmediate } from "node:timers/promises";
import type { TensorData as Numbers } from "@weightsmith/autodiff";
import {
  type DecoderConfig,
  decodeSafetensors,
  encodeSafetensors,
  fromFloat32,
  type Model,
  Random,
  type TensorData,
  toFloat32,
} from "@weightsmith/nn";
import { emit, Session, Trainer, type TrainingState } from "@weightsmith/onnx";
import { drawWindow, type PreparedCorpus, windowsOf } from "../corpus/prepared-corpus.ts";
import { generalName } from "../corpus/source.ts";
import { createExpert, type Expert, expertSpecs, isGateName } from "../model/expert.ts";
import { type SpecialistGraph, specialistGraph, trainedName } from "../model/training-graph.ts";
import type { Recipe } from "../recipe.ts";
import { fitGateRows } from "./gate-rows.ts";
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

type Rows = Record<"tokens" | "targets" | "weights", Numbers>;

/** @throws AppError training.diverged @throws the signal's reason */
export async function trainSpecialist(
  model: Model<DecoderConfig>,
  { corpus, otherCorpora, others }: SpecialistTraining,
  recipe: Recipe,
  options: TrainingOptions = {},
): Promise<TrainedSpecialist> {
  const began = performance.now();
  const { expert: updated, ...learnt } = await trainUpdates(model, corpus, otherCorpora, recipe, options);
  const { session, signal, onProgress } = options;
  const { steps } = recipe.specialist;
  const fitting = { corpus, otherCorpora, others: others.map(({ expert }) => expert), expert: updated };
  // Without other text there is nothing to tell it from, and its gate opens by half.
  const expert =
    otherCorpora.length === 0
      ? updated
      : await fitGateRows(model, fitting, recipe, {
          ...(session ? { session } : {}),
          signal,
          onLayer: (_, loss) => onProgress?.({ what: `${corpus.name} gates`, step: steps, steps, loss }),
        });
  return { expert, ...learnt, steps, seconds: (performance.now() - began) / 1000 };
}

/** Its updates, the gate open. */
async function trainUpdates(
  model: Model<DecoderConfig>,
  corpus: PreparedCorpus,
  otherCorpora: readonly PreparedCorpus[],
  recipe: Recipe,
  options: TrainingOptions,
): Promise<Pick<TrainedSpecialist, "expert" | "validationLossBefore" | "validationLoss">> {
  const { config } = model;
  const { batch, seed, validateEvery, specialist } = recipe;
  const { steps, rank, ffnRank, headRank, generalRows } = specialist;
  const { signal, checkpoint, onProgress, session } = options;
  const what = corpus.name;
  const first = createExpert(config, { rank, ffnRank, headRank }, seed);
  const graph = specialistGraph(config, { batch, shape: first.shape });
  const general = otherCorpora.find(({ name }) => name === generalName);

  const draw = async (step: number): Promise<Rows> => {
    const rows: Uint32Array[] = [];
    for (let row = 0; row < batch.rows; row++) {
      const label = `${what} ${step} ${row}`;
      const isGeneral = new Random(seed, `kind of ${label}`).uniform() < generalRows;
      const { parts } = isGeneral && general ? general : corpus;
      rows.push(await drawWindow(parts.train, batch.length, seed, label));
    }
    return lines(rows, batch);
  };

  const trainer = await openTrainer(graph, model, first, recipe, options, await checkpoint?.load());
  const validator = await Validator.open(graph, model, trainer, session);
  try {
    const validation = await validationRows(corpus, recipe);
    const validationLossBefore = await validator.look(validation);
    let best: { loss: number; weights: ReadonlyMap<string, Float32Array> } | undefined;
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
        validationLoss = await validator.look(validation);
        const state = await trainer.state();
        if (!best || validationLoss < best.loss) best = { loss: validationLoss, weights: weightsOf(state) };
        await checkpoint?.save(encodeState(state), trainer.step);
      }
      onProgress?.({ what, step: trainer.step, steps, loss: meanOf(loss), validationLoss });
      await setImmediate();
    }
    const weights = new Map([...first.weights, ...(best?.weights ?? weightsOf(await trainer.state()))]);
    return {
      expert: { shape: first.shape, weights },
      validationLossBefore,
      validationLoss: best?.loss ?? validationLoss,
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
  const prefixed = [...first.weights]
    .filter(([name]) => !isGateName(name))
    .map(([name, values]) => [trainedName(name), values] as const);
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
    const { total, weight } = graph;
    const emitted = emit({ total, weight }, model.weights);
    return new Validator(await Session.open(emitted, session), trainer);
  }

  /** Mean loss, nats a token. */
  async look(batches: readonly Rows[]): Promise<number> {
    let [total, weight] = [0, 0];
    for (const batch of batches) {
      const results = await this.#session.run({ ...this.#trainer.parameters(), ...batch });
      total += results.total!.number;
      weight += results.weight!.number;
    }
    return total / weight;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

async function validationRows(corpus: PreparedCorpus, recipe: Recipe): Promise<Rows[]> {
  const { batch, validationRows: most } = recipe;
  const windows = await windowsOf(corpus.parts.validation, batch.length, most);
  const batches: Rows[] = [];
  for (let start = 0; start < windows.length; start += batch.rows)
    batches.push(lines(windows.slice(start, start + batch.rows), batch));
  return batches;
}

/** Rows of tokens, one a line. */
function lines(
  windows: readonly Uint32Array[],
  shape: { readonly rows: number; readonly length: number },
): Rows {
  const size = shape.rows * shape.length;
  const [tokens, targets, weights] = [
    new BigInt64Array(size),
    new BigInt64Array(size),
    new Float32Array(size),
  ];
  for (const [row, window] of windows.entries()) {
    for (let index = 0; index + 1 < window.length; index++) {
      tokens[row * shape.length + index] = BigInt(window[index]!);
      targets[row * shape.length + index] = BigInt(window[index + 1]!);
      weights[row * shape.length + index] = 1;
    }
  }
  return { tokens, targets, weights };
}

const prefix = trainedName("");

const weightsOf = ({ parameters }: TrainingState): Map<string, Float32Array> =>
  new Map([...parameters].map(([trained, { value }]) => [trained.slice(prefix.length), value]));

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
