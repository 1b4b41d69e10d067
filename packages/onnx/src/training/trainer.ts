// Runs a recipe: holds parameters and their moments between calls, feeds batches, and gives both back.
import { bytesPerElement, elementCount, nameOf, type Shape, type TensorData } from "@weightsmith/autodiff";
import type { Weights } from "../emit.ts";
import { Session, type SessionOptions } from "../session.ts";
import { Value } from "../value.ts";
import type { Recipe } from "./recipe.ts";
import { emitStep, nextName, type StepModel, stateName, stateParts } from "./step-model.ts";

/** One batch (or micro-batch): the host array, or plain numbers, of each input. */
export type Batch = Readonly<Record<string, TensorData | readonly number[]>>;

/** Everything a training needs to go on exactly where it stopped, on the host. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** By parameter: its value, and AdamW's first and second moments (see `AdamWState`), row-major. */
  readonly parameters: ReadonlyMap<string, ParameterState>;
}

export type ParameterState = Readonly<Record<(typeof stateParts)[number], Float32Array>>;

/** What a call reports: one number for each step. */
export interface Progress {
  readonly loss: Float32Array;
  /** The global norm of the gradients before clipping. */
  readonly gradientNorm: Float32Array;
  readonly learningRate: Float32Array;
  readonly metrics: Readonly<Record<string, Float32Array>>;
}

export class Trainer {
  readonly session: Session;
  readonly #model: StepModel;
  readonly #accumulate: number;
  readonly #metrics: readonly string[];
  readonly #names: readonly string[];
  #step: number;
  /** State by input name: what the next call reads, and what it writes; the two swap. */
  #current: Record<string, Value>;
  #spare: Record<string, Value>;

  private constructor(recipe: Recipe, model: StepModel, session: Session, state: TrainingState) {
    this.session = session;
    this.#model = model;
    this.#accumulate = recipe.accumulate ?? 1;
    this.#metrics = Object.keys(recipe.metrics ?? {});
    this.#names = recipe.trainable.map(nameOf);
    this.#step = state.step;
    this.#current = {};
    this.#spare = {};
    for (const tensor of recipe.trainable) {
      const name = nameOf(tensor);
      const given = state.parameters.get(name);
      if (!given) throw new RangeError(`The state to resume from has no parameter "${name}".`);
      for (const part of stateParts) {
        const shape = tensor.shape as readonly number[];
        this.#current[stateName(part, name)] = Value.of("float32", shape, given[part].slice());
        this.#spare[nextName(stateName(part, name))] = Value.zeros("float32", shape);
      }
    }
  }

  /**
   * Builds, emits and loads a training.
   * @param weights the first values of all parameters of the loss; those not trainable are frozen into the model
   * @param resume the state to go on from, instead of the trainable parameters' first values
   * @throws RangeError for a parameter without a value @throws ShapeError for a batch input with symbols
   */
  static async open(
    recipe: Recipe,
    weights: Weights,
    { resume, ...options }: SessionOptions & { readonly resume?: TrainingState } = {},
  ): Promise<Trainer> {
    const state = resume ?? initialState(recipe, weights);
    const model = emitStep(recipe, weights);
    const session = await Session.open(model.model, { optimize: model.foldable, ...options });
    return new Trainer(recipe, model, session, state);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /**
   * Takes steps: one for each batch, or for each `accumulate` micro-batches. All of a call's steps run inside the model.
   * @throws RangeError if the batches do not make whole steps, or one lacks an input or has a wrong size
   */
  async run(batches: readonly Batch[]): Promise<Progress> {
    const steps = batches.length / this.#accumulate;
    if (batches.length === 0 || !Number.isInteger(steps)) {
      throw new RangeError(
        `A call takes a multiple of ${this.#accumulate} micro-batches, at least one step; received ${batches.length}.`,
      );
    }
    const lead = this.#accumulate > 1 ? [steps, this.#accumulate] : [steps];
    const feeds: Record<string, Value> = { ...this.#current, step: Value.of("float32", [], [this.#step]) };
    for (const [name, { dtype, shape }] of this.#model.data) {
      feeds[name] = stack(name, dtype, fedShape(name, shape, batches[0]!), lead, batches);
    }
    const results = await this.session.run(feeds, { into: this.#spare });
    const previous = this.#current;
    this.#current = Object.fromEntries(Object.keys(previous).map((name) => [name, results[nextName(name)]!]));
    this.#spare = Object.fromEntries(
      Object.entries(previous).map(([name, value]) => [nextName(name), value]),
    );
    this.#step += steps;
    const report = (name: string) => results[name]!.data as Float32Array;
    return {
      loss: report("loss"),
      gradientNorm: report("gradientNorm"),
      learningRate: report("learningRate"),
      metrics: Object.fromEntries(this.#metrics.map((name) => [name, report(name)])),
    };
  }

  /** The current values of the trainable parameters, to feed to another session; valid until the next `run`. */
  parameters(): Record<string, Value> {
    return Object.fromEntries(this.#names.map((name) => [name, this.#current[stateName("value", name)]!]));
  }

  /** A copy of everything needed to resume. */
  async state(): Promise<TrainingState> {
    const parameters = new Map<string, ParameterState>();
    for (const name of this.#names) {
      const read = async (part: (typeof stateParts)[number]) =>
        ((await this.#current[stateName(part, name)]!.read()) as Float32Array).slice();
      parameters.set(name, {
        value: await read("value"),
        first: await read("first"),
        second: await read("second"),
      });
    }
    return { step: this.#step, parameters };
  }

  /** Gives the session's memory back. */
  async release(): Promise<void> {
    await this.session.release();
    this.#current = {};
    this.#spare = {};
  }
}

/** The state before the first step: given values, and moments of zero. @throws RangeError for a parameter without a value */
export function initialState(recipe: Pick<Recipe, "trainable">, weights: Weights): TrainingState {
  const parameters = new Map<string, ParameterState>();
  for (const tensor of recipe.trainable) {
    const name = nameOf(tensor);
    const value = weights.get(name);
    if (!(value instanceof Float32Array) || value.length !== elementCount(tensor.shape)) {
      throw new RangeError(
        `The trainable parameter "${name}" needs a Float32Array of ${elementCount(tensor.shape)} first values.`,
      );
    }
    const zeros = () => new Float32Array(value.length);
    parameters.set(name, { value: value.slice(), first: zeros(), second: zeros() });
  }
  return { step: 0, parameters };
}

/** An input's shape, with what the first batch says for its symbol; all batches of a call have the same. */
function fedShape(name: string, shape: Shape, batch: Batch): readonly number[] {
  const rest = shape.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
  const open = (batch[name]?.length ?? 0) / rest;
  if (!Number.isInteger(open)) {
    throw new RangeError(
      `The input "${name}" is [${shape.join(",")}]; ${batch[name]?.length} elements do not fill it.`,
    );
  }
  return shape.map((dim) => (typeof dim === "number" ? dim : open));
}

/** One input of all batches, end to end. */
function stack(
  name: string,
  dtype: Value["dtype"],
  shape: readonly number[],
  lead: readonly number[],
  batches: readonly Batch[],
): Value {
  const size = Number(elementCount(shape));
  const all = Value.zeros(dtype, [...lead, ...shape]);
  for (const [k, batch] of batches.entries()) {
    const given = batch[name];
    if (given === undefined || given.length !== size) {
      throw new RangeError(
        `Batch ${k} must have ${size} elements for the input "${name}" [${shape.join(",")}]; received ${given?.length ?? "none"}.`,
      );
    }
    if (!ArrayBuffer.isView(given)) {
      const target = all.data;
      if (target instanceof BigInt64Array) target.set(given.map(BigInt), k * size);
      else target.set(given, k * size);
    } else if (given.BYTES_PER_ELEMENT === bytesPerElement[dtype]) {
      (all.data as Float32Array).set(given as Float32Array, k * size);
    } else {
      throw new RangeError(
        `Batch ${k}: the input "${name}" is ${dtype}; received a ${given.constructor.name}.`,
      );
    }
  }
  return all;
}
