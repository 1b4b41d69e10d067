/**
 * `npm run bench -- lora [--json] [--rows N] [--length N] [--rank N] [--layers N] [--steps N] [--threads N]
 * [--device cpu|cuda|webgpu|auto] [--no-prepack]`: one LoRA training step on a frozen decoder of the shape of Qwen2-0.5B (494 million
 * parameters, random weights, adapters on all seven projections): time of a step, peak memory of the process, and the
 * share of the device's own peak of matrix products through the same runtime. Forward and backward of the frozen part
 * count as work, the weight gradients that a frozen model does not need do not exist.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { gradients } from "@weightsmith/autodiff";
import {
  type Batch,
  createAdapter,
  decoderTrainingGraph,
  parameterCount,
  projectionNames,
  Trainer,
} from "@weightsmith/nn";
import { type DeviceChoice, DeviceError } from "@weightsmith/onnx";
import { startGemmPeak } from "../train/gemm-peak.ts";
import { productFlops } from "../train/workload.ts";
import { randomQwen2 } from "./model.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rows: { type: "string", default: "1" },
    length: { type: "string", default: "128" },
    rank: { type: "string", default: "8" },
    layers: { type: "string", default: "24" },
    steps: { type: "string", default: "3" },
    threads: { type: "string", default: `${Math.max(1, availableParallelism())}` },
    device: { type: "string", default: "auto" },
    prepack: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const [rows, length, rank, layers, steps, threads] = [
  flags.rows,
  flags.length,
  flags.rank,
  flags.layers,
  flags.steps,
  flags.threads,
].map(Number) as [number, number, number, number, number, number];
const say = (text: string) => void (flags.json ? undefined : console.log(text));
const round = (value: number, digits = 1) => Number(value.toFixed(digits));
const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
const session = {
  threads,
  flushDenormals: true,
  prepack: flags.prepack,
  device: flags.device as DeviceChoice,
};

const model = randomQwen2(layers);
const { config } = model;
const lora = { rank, alpha: 2 * rank, targets: projectionNames };
const adapter = createAdapter(config, { lora }, { seed: 1 });
const graph = decoderTrainingGraph(config, { rows, length }, adapter.shape);
const trained = [...graph.parameters]
  .filter(([name]) => adapter.weights.has(name))
  .map(([, tensor]) => tensor);
const flops = productFlops([graph.loss.total, ...gradients(graph.loss.total, trained)]);
say(
  `${(parameterCount(config) / 1e6).toFixed(0)} million parameters frozen, ${round(flops / 1e9)} GFLOP a step`,
);

const began = performance.now();
const trainer = await Trainer.open({
  model,
  adapter,
  batch: { rows, length },
  schedule: { peak: 1e-3 },
  session,
}).catch((error: unknown) => {
  if (!(error instanceof DeviceError)) throw error;
  console.error(error.message);
  process.exit(1);
});
const openMs = performance.now() - began;
say(`opened on ${trainer.device} in ${round(openMs / 1000)} s`);

const times: number[] = [];
const processorTimes: number[] = [];
let spent = process.cpuUsage();
const losses: number[] = [];
await trainer.run({
  until: steps + 1,
  batch: (number) => randomBatch(number),
  stepsPerCall: 1,
  onProgress: ({ milliseconds, loss }) => {
    times.push(milliseconds);
    const { user, system } = process.cpuUsage(spent);
    processorTimes.push((user + system) / 1000);
    spent = process.cpuUsage();
    losses.push(loss[0]!);
    say(`step ${times.length}: ${round(milliseconds / 1000, 2)} s, loss ${loss[0]!.toFixed(3)}`);
  },
});
const { device } = trainer;
await trainer.release();
const peakBytes = process.resourceUsage().maxRSS * 1024;
const peak = await startGemmPeak(threads, device);
await peak.measure();
const gemmPeak = await peak.measure();
await peak.stop();

/** The first step warms up and does not count. */
const middle = (all: readonly number[]) => all.slice(1).toSorted((a, b) => a - b)[(all.length - 1) >> 1]!;
const [stepMs, cpuMs] = [middle(times), middle(processorTimes)];
const weightBytes = 4 * parameterCount(config);
const gflops = flops / stepMs / 1e6;
const figures = {
  model: { shape: "qwen2-0.5b", layers, parameters: parameterCount(config), rows, length, rank },
  trainable: [...adapter.weights.values()].reduce((sum, values) => sum + values.length, 0),
  device,
  threads,
  prepack: flags.prepack,
  steps,
  openMs: Math.round(openMs),
  stepMs: Math.round(stepMs),
  cpuMs: Math.round(cpuMs),
  tokensPerSecond: round((rows * length * 1000) / stepMs),
  peakMemoryMiB: mebibytes(peakBytes),
  weightsMiB: mebibytes(weightBytes),
  memoryPerWeight: round(peakBytes / weightBytes, 2),
  gflops: round(gflops),
  gemmPeakGflops: round(gemmPeak.gflops),
  shareOfPeak: round(gflops / gemmPeak.gflops, 3),
  cpuShareOfPeak: round(flops / cpuMs / 1e6 / gemmPeak.cpuGflops, 3),
  losses: losses.map((loss) => round(loss, 3)),
};
console.log(flags.json ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));

/** Random tokens in one segment a line, the same for the same number. */
function randomBatch(number: number): Batch {
  const count = rows * length;
  let state = (number + 1) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return BigInt(Math.floor((state / 2 ** 32) * config.vocabSize));
  };
  const tokens = BigInt64Array.from({ length: count }, next);
  return {
    rows,
    length,
    tokens,
    targets: BigInt64Array.from(tokens, (_, at) => tokens[(at + 1) % count]!),
    weights: new Float32Array(count).fill(1),
    positions: BigInt64Array.from(tokens, (_, at) => BigInt(at % length)),
    segments: new Int32Array(count).fill(1),
    tokenCount: count,
  };
}
