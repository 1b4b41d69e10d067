// A model loaded into ONNX Runtime. This folder is the only importer of the runtime.
import { bytesPerElement, type Tensor, type TensorType } from "@weightsmith/autodiff";
import ort from "#runtime";
import { type Device, type DeviceChoice, openOn } from "./device.ts";
import { emit, type Model, type Weights } from "./emit.ts";
import { type Feed, Value } from "./value.ts";

export interface SessionOptions {
  /** Default `cpu`. */
  readonly device?: DeviceChoice;
  /** Threads that share one operator; by default one for each physical core. */
  readonly threads?: number;
  /** Whether idle threads spin while they wait for work, faster alone and wasteful in company. Default true. */
  readonly spin?: boolean;
  /**
   * Keep frozen matrices a second time, in the order in which products read them: faster where few rows meet a matrix,
   * and as much memory again for each direction it is used in. Default true.
   */
  readonly prepack?: boolean;
  /**
   * Take floats too small for full precision (below 1.2e-38) for zero. Softmax over masked logits underflows, and every
   * underflow costs the processor some hundred cycles: 5–10 % of a training step. The choice of a process's first session
   * also holds for the thread that opens it, JavaScript's own arithmetic included; hence off by default, and meant for
   * processes that only compute (see `flushDenormals`).
   */
  readonly flushDenormals?: boolean;
  /**
   * Let the runtime rewrite the graph while it loads. Default true. Emitted training steps hold its fused operators
   * already: they run as fast without, and load in less than half the time, so that a `Trainer` leaves it out unless
   * something is to be computed beforehand.
   */
  readonly optimize?: boolean;
  /** Write a trace of kernel times to `<prefix>_<time>.json` when the session is released. */
  readonly profile?: string;
}

let flushesByDefault = false;

/**
 * From now on this process's sessions take denormals for zero unless they say otherwise (see `SessionOptions`). For
 * processes that train; to be called before the first session is opened, whose choice its thread keeps.
 */
export function flushDenormals(): void {
  flushesByDefault = true;
}

export interface RunOptions {
  /** The outputs wanted, all by default. */
  readonly outputs?: readonly string[];
  /** Values of the right shape to write outputs into, instead of new ones. */
  readonly into?: Readonly<Record<string, Value>>;
}

/**
 * A loaded model. `run` computes on the calling thread and returns when done: keep long calls off a thread that serves
 * requests. Release it to give its memory back at once.
 */
export class Session {
  readonly device: Device;
  /** For device "auto": why other devices were passed over. */
  readonly passedOver: ReadonlyMap<Device, string>;
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly outputs: Readonly<Record<string, TensorType>>;
  #runtime: ort.InferenceSession | undefined;
  readonly #profiled: boolean;

  private constructor(
    model: Model,
    runtime: ort.InferenceSession,
    device: Device,
    passedOver: ReadonlyMap<Device, string>,
    profiled: boolean,
  ) {
    this.#runtime = runtime;
    this.#profiled = profiled;
    this.device = device;
    this.passedOver = passedOver;
    this.inputs = model.inputs;
    this.outputs = model.outputs;
  }

  /**
   * Loads a model.
   * @throws DeviceError if a device asked for by name is not available
   */
  static async open(model: Model, options: SessionOptions = {}): Promise<Session> {
    const { opened, device, passedOver } = await openOn(options.device ?? "cpu", (on) =>
      ort.InferenceSession.create(model.bytes, runtimeOptions(on, options, model)),
    );
    return new Session(model, opened, device, passedOver, options.profile !== undefined);
  }

  /**
   * Computes outputs.
   * @param feeds a value for each input of the model; plain arrays take the input's dtype and shape, which then must
   *   have at most one symbol
   * @throws RangeError for a missing, unknown or ill-fitting input, or after {@link release}
   */
  async run(
    feeds: Readonly<Record<string, Feed>>,
    { outputs, into }: RunOptions = {},
  ): Promise<Record<string, Value>> {
    if (!this.#runtime) throw new RangeError("This session was released: open another one.");
    const fed: Record<string, ort.Tensor> = {};
    for (const [name, type] of Object.entries(this.inputs)) {
      const given = feeds[name];
      if (given === undefined) throw new RangeError(`The input "${name}" is missing (${describe(type)}).`);
      fed[name] = asValue(name, type, given).runtime;
    }
    for (const name of Object.keys(feeds)) {
      if (!(name in this.inputs)) {
        throw new RangeError(
          `The model has no input "${name}"; it has ${Object.keys(this.inputs).join(", ")}.`,
        );
      }
    }
    const wanted = outputs ?? Object.keys(this.outputs);
    const fetches = Object.fromEntries(wanted.map((name) => [name, into?.[name]?.runtime ?? null]));
    const results = await this.#runtime.run(fed, fetches);
    return Object.fromEntries(wanted.map((name) => [name, new Value(results[name] as ort.Tensor)]));
  }

  /** Gives the model's memory back. Calling it again does nothing. */
  async release(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    if (!runtime) return;
    if (this.#profiled) runtime.endProfiling();
    await runtime.release();
  }
}

function runtimeOptions(
  device: Device,
  options: SessionOptions,
  { external }: Model,
): ort.InferenceSession.SessionOptions {
  const {
    threads,
    spin = true,
    prepack = true,
    flushDenormals = flushesByDefault,
    profile,
    optimize = true,
  } = options;
  return {
    executionProviders: [device],
    graphOptimizationLevel: optimize ? "all" : "disabled",
    // What goes wrong is thrown; the runtime need not print it as well.
    logSeverityLevel: 4,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    interOpNumThreads: 1,
    ...(external.length === 0 ? {} : { externalData: external.map(({ path, data }) => ({ path, data })) }),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    extra: {
      session: {
        intra_op: { allow_spinning: spin ? "1" : "0" },
        disable_prepacking: prepack ? "0" : "1",
        set_denormal_as_zero: flushDenormals ? "1" : "0",
      },
    },
  };
}

function describe({ dtype, shape }: TensorType): string {
  return `${dtype} [${shape.join(",")}]`;
}

/** What was fed as a value of the input's type. */
function asValue(name: string, type: TensorType, given: Feed): Value {
  if (given instanceof Value) {
    const fits =
      given.dtype === type.dtype &&
      given.shape.length === type.shape.length &&
      type.shape.every((dim, axis) => typeof dim === "string" || dim === given.shape[axis]);
    if (!fits) throw new RangeError(`The input "${name}" is ${describe(type)}; received ${describe(given)}.`);
    return given;
  }
  if (ArrayBuffer.isView(given) && given.BYTES_PER_ELEMENT !== bytesPerElement[type.dtype]) {
    throw new RangeError(`The input "${name}" is ${describe(type)}; received a ${given.constructor.name}.`);
  }
  return Value.of(type.dtype, completeShape(name, type, given.length), given);
}

/** The shape of `count` elements of a type whose shape has at most one symbol, alone on its axis. */
function completeShape(name: string, { dtype, shape }: TensorType, count: number): number[] {
  const open = shape.filter((dim): dim is string => typeof dim === "string");
  const rest = shape.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
  if (open.length > 1 || (open.length === 0 ? rest !== count : count % rest !== 0)) {
    throw new RangeError(
      `The input "${name}" is ${describe({ dtype, shape })}; ${count} elements do not say its shape: pass a Value.`,
    );
  }
  return shape.map((dim): number => (typeof dim === "number" ? dim : count / rest));
}

/**
 * Computes a few tensors once: emits, opens, runs and releases.
 * @param tensors what to compute, by name   @param feeds values of the inputs and of parameters not in `weights`
 */
export async function evaluate<Name extends string>(
  tensors: Readonly<Record<Name, Tensor>>,
  feeds: Readonly<Record<string, Feed>> = {},
  weights: Weights = new Map(),
  options: SessionOptions = {},
): Promise<Record<Name, Value>> {
  const session = await Session.open(emit(tensors, weights), options);
  try {
    return (await session.run(feeds)) as Record<Name, Value>;
  } finally {
    await session.release();
  }
}
