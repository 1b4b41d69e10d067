/**
 * Trains the amortised compiler through its frozen interpreter, on the tasks that the interpreter was trained on: spec
 * and some solved examples make the LoRA, other examples of the same task say how good it was.
 */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeSafetensors, fromFloat32, type Row, type Weights } from "@weightsmith/nn";
import { Trainer } from "@weightsmith/onnx";
import type { Interpreter } from "../../interpreter/interpreter.ts";
import type { SolvedExample } from "../../interpreter/prompt.ts";
import { answerWeights, solvedRow } from "../../interpreter/rows.ts";
import { loadCheckpoint, removeCheckpoint, saveCheckpoint } from "../../interpreter/training/checkpoint.ts";
import { distinctExamples, drawTask, familiesOf, Random } from "../../tasks/index.ts";
import { compilerFiles, describeCompiler } from "./compiler-file.ts";
import { type EncodedContext, encodeContext, FeatureReader } from "./features.ts";
import type { FastRecipe } from "./recipe.ts";
import { type FastShape, headShapes } from "./shape.ts";
import { fastTrainingGraph, initialFastWeights } from "./training-graph.ts";

export interface TrainFastOptions {
  readonly interpreter: Interpreter;
  readonly workFolder: string;
  readonly outFolder: string;
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: { step: number; steps: number; loss: number }) => void;
}

const stepsPerCheckpoint = 100;

export async function trainFastCompiler(recipe: FastRecipe, options: TrainFastOptions): Promise<void> {
  const { interpreter, workFolder, outFolder, threads, signal } = options;
  const { config } = interpreter;
  const batch = { rows: recipe.rows, length: interpreter.contextTokens };
  await mkdir(workFolder, { recursive: true });
  const resume = await loadCheckpoint(workFolder);
  const { graph, trainable } = fastTrainingGraph(config, batch, recipe.shape);
  const reader = await FeatureReader.open(interpreter, { ...batch, threads });
  const trainer = await Trainer.open(
    {
      loss: graph.loss.total,
      lossWeight: graph.loss.weight,
      trainable,
      schedule: {
        peak: recipe.peakLearningRate,
        warmupSteps: recipe.warmupSteps,
        holdSteps: recipe.steps - recipe.warmupSteps - recipe.decaySteps,
        decay: "linear",
        totalSteps: recipe.steps,
        floor: 0.02,
      },
      optimizer: { beta1: 0.9, beta2: 0.98, weightDecay: 0.01 },
    },
    new Map([...interpreter.weights, ...initialFastWeights(config, recipe.shape, recipe.seed)]),
    { device: "cpu", threads, ...(resume && { resume }) },
  );
  try {
    while (trainer.step < recipe.steps) {
      signal?.throwIfAborted();
      const step = trainer.step;
      const feeds = await taskBatch(interpreter, reader, batch, `${recipe.seed} ${step}`);
      const { loss } = await trainer.run([feeds]);
      options.onStep?.({ step: trainer.step, steps: recipe.steps, loss: loss[0]! });
      if (trainer.step % stepsPerCheckpoint === 0) {
        await saveCheckpoint(workFolder, await trainer.state());
        const entry = { step: trainer.step, loss: loss[0] };
        await appendFile(path.join(workFolder, "training.jsonl"), `${JSON.stringify(entry)}\n`);
      }
    }
    const { parameters } = await trainer.state();
    await saveCompiler(outFolder, recipe.shape, interpreter, parameters);
    await removeCheckpoint(workFolder);
  } finally {
    await trainer.release();
    await reader.release();
  }
}

async function saveCompiler(
  folder: string,
  shape: FastShape,
  interpreter: Interpreter,
  parameters: ReadonlyMap<string, { readonly value: Float32Array }>,
): Promise<void> {
  const values: Weights = new Map([...parameters].map(([name, { value }]) => [name, value]));
  const shapes = headShapes(interpreter.config, shape);
  const tensors = new Map(
    [...values].map(([name, value]) => [name, fromFloat32(value, shapes[name] ?? [value.length], "F16")]),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, compilerFiles.weights), encodeSafetensors(tensors));
  await writeFile(path.join(folder, compilerFiles.description), describeCompiler(shape, interpreter));
}

/** One task a line: what the compiler reads, and a row of other examples that asks for answers. */
async function taskBatch(
  interpreter: Interpreter,
  reader: FeatureReader,
  { rows, length }: { rows: number; length: number },
  seed: string,
) {
  const random = new Random(`fast compiler ${seed}`);
  const contexts: EncodedContext[] = [];
  const lines: Row[] = [];
  while (lines.length < rows) {
    const drawn = drawLine(interpreter, random, length);
    if (drawn === undefined) continue;
    contexts.push(drawn.context);
    lines.push(drawn.row);
  }
  return { ...batchOf(lines, length), features: await reader.read(contexts) };
}

const families = familiesOf("training");
const mostSupport = 12;
const mostQueries = 12;

function drawLine(interpreter: Interpreter, random: Random, length: number) {
  const task = drawTask(random.pick(families), random, "training");
  const support = random.chance(0.1) ? 0 : random.between(1, mostSupport);
  const drawn = distinctExamples(task, support + mostQueries, random);
  const shown = drawn.slice(0, Math.min(support, drawn.length - 1));
  const queries = drawn.slice(shown.length);
  const context = encodeContext({ spec: task.spec, examples: shown }, interpreter);
  const row = longestRow(task.spec, queries, interpreter, length);
  return row && { context, row };
}

/** As many of the examples as fit a line. */
function longestRow(
  spec: string,
  examples: readonly SolvedExample[],
  { encoder }: Interpreter,
  length: number,
): Row | undefined {
  for (let count = examples.length; count > 0; count--) {
    const row = solvedRow({ spec, examples: examples.slice(0, count) }, encoder, answerWeights);
    if (row.tokens.length <= length) return row;
  }
  return undefined;
}

/** Rows as a batch of one row a line, in order: line and features go together. */
function batchOf(lines: readonly Row[], length: number) {
  const size = lines.length * length;
  const batch = {
    tokens: new BigInt64Array(size),
    targets: new BigInt64Array(size),
    weights: new Float32Array(size),
    positions: new BigInt64Array(size),
    segments: new Int32Array(size),
  };
  for (const [line, { tokens, weights }] of lines.entries()) {
    for (let at = 0; at + 1 < tokens.length; at++) {
      const to = line * length + at;
      batch.tokens[to] = BigInt(tokens[at]!);
      batch.targets[to] = BigInt(tokens[at + 1]!);
      batch.weights[to] = weights?.[at + 1] ?? 1;
      batch.positions[to] = BigInt(at);
      batch.segments[to] = 1;
    }
  }
  return batch;
}
