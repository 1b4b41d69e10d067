/**
 * Gradient training of an adapter on a program's examples, with the interpreter frozen. Rows show examples in ever new
 * orders, selections and variations, and every answer counts, predicted from the spec and the examples before it. Where
 * examples can be spared for validation, the steps that did best on them are kept.
 */
import {
  type Adapter,
  type Batch,
  decodeAdapter,
  decodeSafetensors,
  drawBatch,
  encodeAdapter,
  encodeSafetensors,
  packRows,
  Random,
  type Row,
  Trainer,
} from "@weightsmith/nn";
import type { Interpreter } from "../interpreter/interpreter.ts";
import type { SolvedExample } from "../interpreter/prompt.ts";
import { answerRow, answerWeights, solvedRow } from "../interpreter/rows.ts";
import { Augmenter } from "./augment.ts";
import { LabelledInputs, type Labeller } from "./labelled-inputs.ts";
import type { ExampleSplit } from "./split.ts";

export interface AdapterTraining {
  readonly interpreter: Interpreter;
  readonly adapter: Adapter;
  readonly spec: string;
  /** What the program will read before an input: validation rows show the same. */
  readonly shown: readonly SolvedExample[];
  /** The adapter replaces spec and examples: rows hold inputs and answers alone. */
  readonly withoutContext: boolean;
  readonly split: Pick<ExampleSplit, "training" | "validation">;
  /** Labels new inputs, where a function is known that agrees with the examples. */
  readonly labeller?: Labeller | undefined;
  readonly seed: number;
  readonly device: string;
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
  readonly settings: TrainingSettings;
  readonly onStep: (report: { step: number; steps: number; loss: number }) => void;
  readonly checkpoint: TrainingCheckpoints;
}

export interface TrainingCheckpoints {
  load(): Promise<Uint8Array | undefined>;
  save(bytes: Uint8Array, step: number): Promise<void>;
}

export interface TrainingSettings {
  readonly steps: number;
  readonly learningRate: number;
  /** Lines of a batch. */
  readonly rows: number;
  /** The share of rows whose examples are varied (see augment.ts) or new (see labelled-inputs.ts). */
  readonly variedShare: number;
  /** Steps between looks at the validation examples. */
  readonly evaluateEvery: number;
  /** Looks without improvement after which training ends. */
  readonly patience: number;
}

export interface TrainedAdapter {
  /** undefined: no step did better on the validation examples than no adapter at all. */
  readonly adapter: Adapter | undefined;
  readonly steps: number;
  readonly losses: readonly (readonly [step: number, loss: number])[];
}

/** Loss and exact answers on the validation examples; lower loss decides between equal counts. */
interface Standing {
  readonly step: number;
  readonly exact: number;
  readonly loss: number;
}

const stepsPerCall = 4;

export async function trainAdapter(options: AdapterTraining): Promise<TrainedAdapter> {
  const { interpreter, settings, signal } = options;
  const shape = { rows: settings.rows, length: interpreter.contextTokens };
  const resumed = readCheckpoint(interpreter, await options.checkpoint.load());
  const trainer = await Trainer.open({
    model: interpreter,
    adapter: options.adapter,
    batch: shape,
    schedule: {
      peak: settings.learningRate,
      warmupSteps: Math.min(5, Math.ceil(settings.steps / 10)),
      decay: "cosine",
      totalSteps: settings.steps,
      floor: 0.1,
    },
    optimizer: { beta2: 0.98, weightDecay: 0 },
    session: { device: options.device as "auto", ...(options.threads && { threads: options.threads }) },
    ...(resumed && { resume: resumed.trainer }),
  });
  const drawer = new RowDrawer(options, shape.length);
  const judged = judgedRows(options);
  const validation = packRows(shape, judged);
  const enough = options.labeller === undefined ? Number.POSITIVE_INFINITY : judged.length;
  const look = async (): Promise<Standing | undefined> => {
    if (validation.length === 0) return undefined;
    const { loss, rowAccuracy, rows } = await trainer.evaluate(validation);
    return { step: trainer.step, exact: Math.round(rowAccuracy * rows), loss };
  };
  try {
    const losses = [...(resumed?.losses ?? [])];
    let best = resumed?.best ?? (await look());
    let bestAdapter = resumed?.adapter;
    let fullLooks = resumed?.fullLooks ?? 0;
    while (trainer.step < settings.steps && !signal?.aborted) {
      if (fullLooks >= looksToBelieve) break;
      if (best !== undefined && trainer.step - best.step >= settings.patience * settings.evaluateEvery) break;
      await trainer.run({
        until: Math.min(settings.steps, trainer.step + settings.evaluateEvery),
        batch: (number) => drawer.batch(shape, number),
        stepsPerCall,
        ...(signal && { signal }),
        onProgress({ step, loss }) {
          const mean = loss.reduce((sum, value) => sum + value, 0) / loss.length;
          losses.push([step, mean]);
          options.onStep({ step, steps: settings.steps, loss: mean });
        },
      });
      const now = await look();
      fullLooks = now !== undefined && now.exact >= enough ? fullLooks + 1 : 0;
      if (now === undefined || best === undefined || isBetter(now, best)) {
        best = now;
        bestAdapter = await trainer.adapter();
      }
      await options.checkpoint.save(
        writeCheckpoint(interpreter, await trainer.checkpoint(), {
          best,
          adapter: bestAdapter,
          losses,
          fullLooks,
        }),
        trainer.step,
      );
    }
    signal?.throwIfAborted();
    return { adapter: bestAdapter, steps: trainer.step, losses };
  } finally {
    await trainer.release();
  }
}

const isBetter = (a: Standing, b: Standing): boolean =>
  a.exact !== b.exact ? a.exact > b.exact : a.loss < b.loss * 0.995;

/** Looks in a row at which everything is right before training counts as done: once may be luck. */
const looksToBelieve = 2;

/** How many labelled inputs judge beside the validation examples, of which there are only a few. */
const labelledJudges = 24;

/**
 * One row an example: what the program will have before it, and its answer, which alone counts. Where a function labels
 * new inputs, some that training does not draw judge as well: a few examples cannot tell a nearly right adapter from a
 * right one.
 */
function judgedRows(options: AdapterTraining): Row[] {
  const { interpreter, spec, shown, withoutContext, split, labeller } = options;
  const judges = [...split.validation];
  if (labeller !== undefined && split.validation.length > 0) {
    const inputs = new LabelledInputs(labeller, spec, split.training);
    judges.push(...inputs.several(labelledJudges, new Random(options.seed, "judges")));
  }
  const rows = judges.map((example) => {
    const context = withoutContext ? undefined : { spec, examples: shown };
    return answerRow(context, example, interpreter.encoder);
  });
  return rows.filter((row) => row.tokens.length <= interpreter.contextTokens);
}

/** Training rows from the examples. */
class RowDrawer {
  readonly #options: AdapterTraining;
  readonly #length: number;
  /** New examples from the given ones; undefined where nothing can be varied. */
  readonly #variation: Pick<LabelledInputs, "vary"> | undefined;

  constructor(options: AdapterTraining, length: number) {
    this.#options = options;
    this.#length = length;
    const { labeller, spec, split } = options;
    const augmenter = new Augmenter(spec, split.training);
    if (labeller !== undefined) this.#variation = new LabelledInputs(labeller, spec, split.training);
    else this.#variation = augmenter.canVary ? augmenter : undefined;
  }

  /** The batch of a number: a pure function, so that a resumed training equals an uninterrupted one. */
  batch(shape: { rows: number; length: number }, number: number): Batch {
    const random = new Random(this.#options.seed, `batch ${number}`);
    return drawBatch(shape, () => this.#row(random));
  }

  #row(random: Random): Row {
    const { interpreter, spec, split, withoutContext, settings } = this.#options;
    const { encoder } = interpreter;
    const variation = random.uniform() < settings.variedShare ? this.#variation : undefined;
    const indices = random.shuffle(split.training.map((_, index) => index));
    const order = indices.map((index) =>
      variation ? variation.vary(index, random) : split.training[index]!,
    );
    if (withoutContext) return clipped(answerRow(undefined, order[0]!, encoder), this.#length);
    // As many as fit; the longest example may not fit beside a long spec, then it stands alone.
    for (let count = order.length; count > 1; count--) {
      const row = solvedRow({ spec, examples: order.slice(0, count) }, encoder, answerWeights);
      if (row.tokens.length <= this.#length) return row;
    }
    return clipped(answerRow({ spec, examples: [] }, order[0]!, encoder), this.#length);
  }
}

/** The end of a row that is too long: the answer stands there. */
function clipped(row: Row, length: number): Row {
  const from = Math.max(0, row.tokens.length - length);
  if (from === 0) return row;
  return {
    tokens: Array.from(row.tokens).slice(from),
    weights: Array.from(row.weights ?? []).slice(from),
  };
}

interface Progress {
  readonly best: Standing | undefined;
  readonly adapter: Adapter | undefined;
  readonly losses: readonly (readonly [number, number])[];
  /** Looks in a row, up to now, at which everything was right. */
  readonly fullLooks: number;
}

/** Trainer state and best adapter so far in one file. */
function writeCheckpoint(
  { config }: Interpreter,
  trainer: Uint8Array,
  { best, adapter, losses, fullLooks }: Progress,
): Uint8Array {
  const bytes = (data: Uint8Array) => ({ dtype: "U8", shape: [data.length], bytes: data }) as const;
  const tensors = new Map([["trainer", bytes(trainer)]]);
  if (adapter !== undefined) tensors.set("adapter", bytes(encodeAdapter(config, adapter, { dtype: "F32" })));
  return encodeSafetensors(tensors, {
    kind: "weightsmith-compile",
    state: JSON.stringify({ best, losses, fullLooks }),
  });
}

function readCheckpoint(
  { config }: Interpreter,
  bytes: Uint8Array | undefined,
): (Progress & { readonly trainer: Uint8Array }) | undefined {
  if (bytes === undefined) return undefined;
  const { tensors, metadata } = decodeSafetensors(bytes, "compile checkpoint");
  const trainer = tensors.get("trainer")?.bytes;
  if (trainer === undefined || metadata.state === undefined) return undefined;
  const { best, losses, fullLooks } = JSON.parse(metadata.state) as Omit<Progress, "adapter">;
  const adapter = tensors.get("adapter")?.bytes;
  return { trainer, best, losses, fullLooks, adapter: adapter && decodeAdapter(config, adapter) };
}
