/**
 * Trains a decoder, a T5, or an adapter on top of a frozen one of them: steps many to a call, evaluation, progress, cancellation,
 * and checkpoints that resume bit for bit. The optimiser and the step itself are the engine's (packages/onnx).
 */
import { setImmediate } from "node:timers/promises";
import { type AdamW, argMax, type Schedule, type Tensor } from "@weightsmith/autodiff";
import {
  type Device,
  emit,
  type Batch as Feeds,
  type Progress,
  type Recipe,
  Session,
  type SessionOptions,
  Trainer as StepRunner,
  type TrainingState,
} from "@weightsmith/onnx";
import { type Adapter, checkAdapter } from "../adapter/adapter.ts";
import type { DecoderConfig, ModelConfig, T5Config } from "../model/config.ts";
import { checkWeights, type Model } from "../model/parameters.ts";
import type { Batch, BatchShape } from "./batches.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { decoderTrainingGraph, type TrainingGraph, weightedTargetsGraph } from "./loss.ts";
import { type PairBatch, type PairShape, t5TrainingGraph } from "./seq2seq.ts";
import { mostWeightedTargets, weightedTargets } from "./weighted-targets.ts";

/** The batches of a family: packed rows for decoders, pairs for T5. */
export type BatchOf<C extends ModelConfig> = C extends T5Config ? PairBatch : Batch;
export type BatchShapeOf<C extends ModelConfig> = C extends T5Config ? PairShape : BatchShape;

export interface TrainerOptions<C extends ModelConfig = DecoderConfig> {
  readonly model: Model<C>;
  /** Put on top of the model, and by default the only thing that is trained; for a T5 a LoRA. */
  readonly adapter?: Adapter;
  /** Which parameters change, by name. Default: all of the adapter, or without one all of the model. */
  readonly trains?: (name: string) => boolean;
  /** The one shape of every (micro-)batch. */
  readonly batch: BatchShapeOf<C>;
  readonly schedule: Schedule;
  readonly optimizer?: AdamW;
  /** The largest global gradient norm. Default 1. */
  readonly clipNorm?: number;
  /**
   * Whether the last layer and the output matrix are computed for every target or only for those with a loss weight. The
   * loss and what is learnt are the same; with answers after long prompts most of the targets have none. Default: those
   * with a weight for adapters without a prompt, all otherwise.
   */
  readonly targets?: C extends DecoderConfig ? "all" | "weighted" : "all";
  /** Batches whose gradients are added up before an update. Default 1. */
  readonly accumulate?: number;
  readonly session?: SessionOptions;
  /** A checkpoint to go on from (see `checkpoint`). */
  readonly resume?: Uint8Array;
}

export interface RunOptions<C extends ModelConfig = DecoderConfig> {
  /** Train until this many steps are done in all. */
  readonly until: number;
  /**
   * The batch with a given number, 0 for the first ever (a step takes `accumulate` of them). A pure function of the
   * number makes a resumed training equal an uninterrupted one.
   */
  readonly batch: (number: number) => BatchOf<C> | Promise<BatchOf<C>>;
  /** Steps a call of the engine; larger is faster, smaller reports, cancels and yields the thread more often. Default 8. */
  readonly stepsPerCall?: number;
  /** Called after every call of the engine; training waits for what it returns. */
  readonly onProgress?: (report: StepReport) => void | Promise<void>;
  /** Ends the training after the current call; its steps stay done. */
  readonly signal?: AbortSignal;
}

/** The steps of one call. */
export interface StepReport {
  /** Steps done in all. */
  readonly step: number;
  /** Mean weighted loss a target, by step, nats. */
  readonly loss: Float32Array;
  readonly gradientNorm: Float32Array;
  readonly learningRate: Float32Array;
  /** Tokens read in this call, padding not counted. */
  readonly tokens: number;
  readonly milliseconds: number;
}

export interface Evaluation {
  /** Mean weighted loss a target, nats. */
  readonly loss: number;
  /** Share of counted targets that are the likeliest token. */
  readonly tokenAccuracy: number;
  /** Share of rows whose counted targets are all the likeliest token: exact match under teacher forcing. */
  readonly rowAccuracy: number;
  readonly rows: number;
}

/** The smallest normal float32: above zero also where denormals are flushed. */
const smallestWeight = 2 ** -126;

export class Trainer<C extends ModelConfig = DecoderConfig> {
  readonly config: C;
  readonly #options: TrainerOptions<C>;
  readonly #graph: TrainingGraph;
  readonly #trainable: readonly (readonly [string, Tensor])[];
  readonly #frozen: ReadonlyMap<string, Float32Array>;
  readonly #runner: StepRunner;
  #evaluator: Session | undefined;

  private constructor(
    options: TrainerOptions<C>,
    graph: TrainingGraph,
    trainable: readonly (readonly [string, Tensor])[],
    frozen: ReadonlyMap<string, Float32Array>,
    runner: StepRunner,
  ) {
    this.config = options.model.config;
    this.#options = options;
    this.#graph = graph;
    this.#trainable = trainable;
    this.#frozen = frozen;
    this.#runner = runner;
  }

  /**
   * @throws RangeError if weights do not fit the configuration or nothing is trainable
   * @throws FormatError if `resume` is no checkpoint of this training
   */
  static async open<C extends ModelConfig = DecoderConfig>(options: TrainerOptions<C>): Promise<Trainer<C>> {
    const { model, adapter, resume } = options;
    checkWeights(model.config, model.weights);
    const graph = graphOf(options);
    const trains = options.trains ?? ((name: string) => !adapter || adapter.weights.has(name));
    const trainable = [...graph.parameters].filter(([name]) => trains(name));
    if (trainable.length === 0) throw new RangeError("Nothing is trainable: `trains` accepts no parameter.");
    const all = new Map([...model.weights, ...(adapter?.weights ?? [])]);
    const frozen = new Map([...all].filter(([name]) => graph.parameters.has(name) && !trains(name)));
    const recipe: Recipe = {
      loss: graph.loss.total,
      lossWeight: graph.loss.weight,
      trainable: trainable.map(([, tensor]) => tensor),
      schedule: options.schedule,
      ...(options.optimizer ? { optimizer: options.optimizer } : {}),
      ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
      ...(options.accumulate === undefined ? {} : { accumulate: options.accumulate }),
    };
    const state = resume && decodeCheckpoint(resume, shapesOf(trainable)).state;
    const runner = await StepRunner.open(recipe, all, {
      ...options.session,
      ...(state ? { resume: state } : {}),
    });
    return new Trainer(options, graph, trainable, frozen, runner);
  }

  /** Steps done. */
  get step(): number {
    return this.#runner.step;
  }

  /** Where it computes. */
  get device(): Device {
    return this.#runner.session.device;
  }

  /** Names of the parameters that change. */
  get trainable(): string[] {
    return this.#trainable.map(([name]) => name);
  }

  /** Trains until `until` steps are done or the signal aborts; either way what was learnt stays. */
  async run({ until, batch, stepsPerCall = 8, onProgress, signal }: RunOptions<C>): Promise<void> {
    const accumulate = this.#options.accumulate ?? 1;
    while (this.step < until && !signal?.aborted) {
      const steps = Math.min(stepsPerCall, until - this.step);
      const first = this.step * accumulate;
      const batches: BatchOf<C>[] = [];
      for (let index = 0; index < steps * accumulate; index++) batches.push(await batch(first + index));
      const started = performance.now();
      const progress: Progress = await this.#runner.run(this.#feeds(batches));
      await onProgress?.({
        step: this.step,
        loss: progress.loss,
        gradientNorm: progress.gradientNorm,
        learningRate: progress.learningRate,
        tokens: batches.reduce((sum, { tokenCount }) => sum + tokenCount, 0),
        milliseconds: performance.now() - started,
      });
      // The engine computes on this thread: let timers and sockets have a turn between calls.
      await setImmediate();
    }
  }

  /**
   * Loss and accuracy on batches of the training's shape, without learning from them.
   * @param options.countedWeight targets of at least this loss weight count for accuracy; above 0. Default: all with one.
   */
  async evaluate(
    batches: Iterable<BatchOf<C>>,
    options: { countedWeight?: number } = {},
  ): Promise<Evaluation> {
    const { countedWeight = smallestWeight } = options;
    const session = await this.#openEvaluator();
    let [total, weight, targets, right, rows, wholeRows] = [0, 0, 0, 0, 0, 0];
    for (const batch of batches) {
      const [feeds] = this.#feeds([batch]);
      const results = await session.run({ ...this.#runner.parameters(), ...feeds });
      total += results.total!.number;
      weight += results.weight!.number;
      const best = this.#byToken(batch, feeds!, results.best!.data as BigInt64Array);
      let [segment, counted, missed] = [0, 0, 0];
      const endRow = () => {
        if (segment === 0 || counted === 0) return;
        rows++;
        if (missed === 0) wholeRows++;
      };
      for (let at = 0; at < best.length; at++) {
        if (batch.segments[at] !== segment || at % batch.length === 0) {
          endRow();
          [segment, counted, missed] = [batch.segments[at]!, 0, 0];
        }
        if (segment === 0 || batch.weights[at]! < countedWeight) continue;
        counted++;
        targets++;
        if (best[at] === batch.targets[at]) right++;
        else missed++;
      }
      endRow();
      await setImmediate();
    }
    const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
    return {
      loss: share(total, weight),
      tokenAccuracy: share(right, targets),
      rowAccuracy: share(wholeRows, rows),
      rows,
    };
  }

  /** The weights as they are now: trained ones copied, frozen ones shared with the model given. */
  async weights(): Promise<Map<string, Float32Array>> {
    const { parameters } = await this.#runner.state();
    const all = new Map(this.#options.model.weights);
    for (const [name, { value }] of parameters) if (all.has(name)) all.set(name, value);
    return all;
  }

  /** The adapter as it is now. @throws RangeError if this training has none */
  async adapter(): Promise<Adapter> {
    const { adapter } = this.#options;
    if (!adapter) throw new RangeError("This training has no adapter.");
    const { parameters } = await this.#runner.state();
    const weights = [...adapter.weights].map(
      ([name, values]) => [name, parameters.get(name)?.value ?? values] as const,
    );
    return { shape: adapter.shape, weights: new Map(weights) };
  }

  /** Everything needed to go on from here, as one safetensors file; pass it as `resume`. */
  async checkpoint(): Promise<Uint8Array> {
    const state: TrainingState = await this.#runner.state();
    return encodeCheckpoint(state, shapesOf(this.#trainable));
  }

  /** Gives the memory back; the trainer is unusable afterwards. */
  async release(): Promise<void> {
    await this.#evaluator?.release();
    this.#evaluator = undefined;
    await this.#runner.release();
  }

  async #openEvaluator(): Promise<Session> {
    const { loss, logits } = this.#graph;
    const outputs = { total: loss.total, weight: loss.weight, best: argMax(logits) };
    this.#evaluator ??= await Session.open(emit(outputs, this.#frozen), {
      optimize: false,
      ...this.#options.session,
    });
    return this.#evaluator;
  }

  /** @throws RangeError if a batch has another shape than the training */
  #feeds(batches: readonly BatchOf<C>[]): Feeds[] {
    for (const batch of batches) {
      for (const [key, size] of Object.entries(this.#options.batch)) {
        const got = (batch as unknown as Record<string, number>)[key];
        if (got !== size) throw new RangeError(`Batches must have ${key} ${size}; got ${got}.`);
      }
    }
    const names = Object.keys(this.#graph.inputs);
    const feedsOf = (arrays: object) =>
      Object.fromEntries(names.map((name) => [name, (arrays as Record<string, Feeds[string]>)[name]!]));
    if (!("targetTokens" in this.#graph.inputs)) return batches.map(feedsOf);
    const lines = batches as unknown as readonly Batch[];
    const perLine = Math.ceil(mostWeightedTargets(lines) / 8) * 8;
    return lines.map((batch) => feedsOf({ ...batch, ...weightedTargets(batch, perLine) }));
  }

  /** The likeliest tokens in the places of the batch's own; −1 where none was computed. */
  #byToken(batch: BatchOf<C>, { targetTokens }: Feeds, best: BigInt64Array): BigInt64Array {
    if (!targetTokens) return best;
    const all = new BigInt64Array(batch.targets.length).fill(-1n);
    for (const [at, token] of best.entries()) all[Number(targetTokens[at])] = token;
    return all;
  }
}

function graphOf<C extends ModelConfig>({
  model,
  batch,
  adapter,
  ...options
}: TrainerOptions<C>): TrainingGraph {
  const config: ModelConfig = model.config;
  if (adapter) checkAdapter(config, adapter);
  if (config.family === "t5") return t5TrainingGraph(config, batch as PairShape, adapter?.shape);
  const { targets = adapter && !adapter.shape.promptLength ? "weighted" : "all" } = options;
  return targets === "all"
    ? decoderTrainingGraph(config, batch as BatchShape, adapter?.shape)
    : weightedTargetsGraph(config, batch as BatchShape, adapter?.shape);
}

function shapesOf(trainable: readonly (readonly [string, Tensor])[]): Map<string, readonly number[]> {
  return new Map(trainable.map(([name, { shape }]) => [name, shape as readonly number[]]));
}
