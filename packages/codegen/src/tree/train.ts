/**
 * Trains the tree-based transformer in the engine on programs sampled from the grammar, AdamW, the whole step one ONNX
 * graph. Stopped at any moment and started again by the same command, it goes on from its checkpoint:
 * `node packages/codegen/src/tree/train.ts models/codegen-tree [steps] [checkpoint folder]`.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { nameOf } from "@weightsmith/autodiff";
import { decodeSafetensors, encodeSafetensors, fromFloat32, toFloat32, writeParts } from "@weightsmith/nn";
import { type ParameterState, Trainer, type TrainingState } from "@weightsmith/onnx";
import { gaussian, randomFrom } from "../random.ts";
import { trainingBatch } from "./batch.ts";
import { sampleTrees, type TreeSample } from "./corpus.ts";
import { saveTreeModel } from "./model-file.ts";
import { SHAPE, treeNetwork } from "./network.ts";
import { RuleTable } from "./rules.ts";

const BATCH = 24;
const BUFFER = 6_000;
const SAMPLES_AT_ONCE = 80;
const STEPS_A_CALL = 8;

export interface TreeTraining {
  readonly folder: string;
  readonly steps: number;
  /** Where checkpoints go; with one that is there already the training goes on. */
  readonly checkpoint: string;
  readonly shape?: typeof SHAPE;
  readonly batch?: number;
  readonly seed?: number;
  readonly everySteps?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (step: number, loss: number) => void;
}

const PARTS = ["value", "first", "second"] as const;

export async function trainTreeModel({
  folder,
  steps,
  checkpoint,
  shape = SHAPE,
  batch = BATCH,
  seed = 1,
  everySteps = 200,
  signal,
  onProgress = () => {},
}: TreeTraining): Promise<void> {
  const rules = new RuleTable();
  const config = { ...shape, rules: rules.size };
  const network = treeNetwork(config, batch);
  await mkdir(checkpoint, { recursive: true });
  const file = path.join(checkpoint, "tree-training.safetensors");
  const resume = existsSync(file) ? await readState(file) : undefined;
  // Another stretch of the endless corpus for every start.
  const random = randomFrom(seed + (resume?.step ?? 0));
  const initial = new Map(
    network.parameters.map((tensor) => {
      const [rows = 1, columns] = tensor.shape as readonly number[];
      const values = new Float32Array(rows * (columns ?? 1));
      const name = nameOf(tensor);
      const scale = name.endsWith(".relations")
        ? 0.01
        : /\.(q|k|v|o|up|down)$|^out|^embed.copied/.test(name)
          ? rows ** -0.5
          : 0.1;
      for (let at = 0; at < values.length; at++)
        values[at] = columns === undefined ? 1 : gaussian(random) * scale;
      return [name, values] as const;
    }),
  );
  const trainer = await Trainer.open(
    {
      loss: network.loss.total,
      lossWeight: network.loss.weight,
      trainable: network.parameters,
      schedule: {
        peak: 2e-3,
        warmupSteps: Math.min(100, Math.floor(steps / 10)),
        decay: "cosine",
        totalSteps: steps,
        floor: 0.02,
      },
      optimizer: { weightDecay: 0.02, beta2: 0.98 },
    },
    initial,
    { device: "cpu", threads: 1, flushDenormals: true, ...(resume ? { resume } : {}) },
  );
  const save = async (): Promise<void> => {
    const state = await trainer.state();
    await writeState(file, state);
    await saveTreeModel(folder, config, rules, state.parameters);
  };
  const buffer: TreeSample[] = [];
  const refill = (): void => {
    for (const sample of sampleTrees(random, SAMPLES_AT_ONCE, rules)) {
      if (buffer.length < BUFFER) buffer.push(sample);
      else buffer[Math.floor(random() * BUFFER)] = sample;
    }
  };
  while (buffer.length < Math.min(BUFFER / 4, batch * 8)) refill();
  let lastSaved = trainer.step;
  while (trainer.step < steps && signal?.aborted !== true) {
    refill();
    const batches = Array.from({ length: STEPS_A_CALL }, () =>
      trainingBatch(
        Array.from({ length: batch }, () => buffer[Math.floor(random() * buffer.length)]!),
        rules.size,
      ),
    );
    const { loss } = await trainer.run(batches);
    onProgress(trainer.step, loss.reduce((a, b) => a + b, 0) / loss.length);
    if (trainer.step - lastSaved >= everySteps) {
      await save();
      lastSaved = trainer.step;
    }
  }
  await save();
  await trainer.release();
}

async function writeState(file: string, { step, parameters }: TrainingState): Promise<void> {
  const tensors = new Map(
    [...parameters].flatMap(([name, state]) =>
      PARTS.map((part) => [`${part}/${name}`, fromFloat32(state[part], [state[part].length])] as const),
    ),
  );
  await writeParts(file, [encodeSafetensors(tensors, { step: String(step) })]);
}

async function readState(file: string): Promise<TrainingState> {
  const { tensors, metadata } = decodeSafetensors(await readFile(file), file);
  const parameters = new Map<string, ParameterState>();
  for (const name of tensors.keys()) {
    if (!name.startsWith("value/")) continue;
    const own = name.slice("value/".length);
    const part = (one: string): Float32Array => toFloat32(tensors.get(`${one}/${own}`)!);
    parameters.set(own, { value: part("value"), first: part("first"), second: part("second") });
  }
  return { step: Number(metadata.step), parameters };
}

if (import.meta.main) {
  const [folder = "models/codegen-tree", steps = "6000", checkpoint = path.join(folder, "training")] =
    process.argv.slice(2);
  const ended = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ended.abort());
  const log: { step: number; loss: number }[] = [];
  await trainTreeModel({
    folder,
    steps: Number(steps),
    checkpoint,
    signal: ended.signal,
    onProgress: (step, loss) => {
      log.push({ step, loss });
      if (step % 40 === 0) {
        const recent = log.slice(-10);
        console.error(step, (recent.reduce((sum, one) => sum + one.loss, 0) / recent.length).toFixed(4));
      }
    },
  });
  await writeFile(path.join(checkpoint, "loss.json"), `${JSON.stringify(log)}\n`);
}
