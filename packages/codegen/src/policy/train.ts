/**
 * Trains the policy in the engine: binary cross-entropy over all operators, AdamW, the whole step one ONNX graph.
 * A run as a script: `node packages/codegen/src/policy/train.ts models/codegen-policy [inputs] [steps]`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  abs,
  add,
  exp,
  input,
  log,
  matmul,
  maximum,
  multiply,
  negate,
  parameter,
  scalar,
  silu,
  subtract,
  sum,
} from "@weightsmith/autodiff";
import { Trainer } from "@weightsmith/onnx";
import { OPERATORS } from "../language/operators/index.ts";
import { randomFrom } from "../random.ts";
import { type Sample, sampleProblems } from "./corpus.ts";
import { FEATURE_COUNT } from "./features.ts";
import type { PolicyFile } from "./network.ts";

const HIDDEN = 64;
const BATCH = 128;

export interface PolicyTraining {
  readonly file: PolicyFile;
  readonly samples: number;
  /** Mean binary cross-entropy an operator, nats: of the prior alone and of the policy, on held-out samples. */
  readonly heldOut: { readonly prior: number; readonly policy: number };
}

export async function trainPolicy(
  { inputs, steps, seed = 1 }: { readonly inputs: number; readonly steps: number; readonly seed?: number },
  onProgress: (phase: string, done: number, total: number, loss?: number) => void = () => {},
): Promise<PolicyTraining> {
  const random = randomFrom(seed);
  const samples: Sample[] = [];
  for (let at = 0; at < inputs; at++) {
    samples.push(...sampleProblems(random, 60, 400));
    onProgress("sampling", at + 1, inputs);
  }
  // The last tenth comes from inputs that no training sample has.
  const split = Math.floor(samples.length * 0.9);
  const [training, heldOut] = [samples.slice(0, split), samples.slice(split)];
  const names = OPERATORS.map(({ name }) => name);
  const prior = names.map(
    (name) => training.filter(({ operators }) => operators.has(name)).length / training.length,
  );

  const x = input("x", "float32", [BATCH, FEATURE_COUNT]);
  const y = input("y", "float32", [BATCH, names.length]);
  const w1 = parameter("w1", [FEATURE_COUNT, HIDDEN]);
  const b1 = parameter("b1", [HIDDEN]);
  const w2 = parameter("w2", [HIDDEN, names.length]);
  const b2 = parameter("b2", [names.length]);
  const z = add(matmul(silu(add(matmul(x, w1), b1)), w2), b2);
  // −log p(y) = max(z, 0) − z·y + log(1 + e^−|z|), which no z overflows.
  const perOperator = add(subtract(maximum(z, 0), multiply(z, y)), log(add(exp(negate(abs(z))), 1)));
  const loss = sum(perOperator);
  const gaussian = (): number =>
    Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const initial = new Map([
    ["w1", Float32Array.from({ length: FEATURE_COUNT * HIDDEN }, () => gaussian() * 0.15)],
    ["b1", new Float32Array(HIDDEN)],
    ["w2", Float32Array.from({ length: HIDDEN * names.length }, () => gaussian() * 0.05)],
    ["b2", Float32Array.from(prior, (share) => Math.log((share + 1e-4) / (1 - share + 1e-4)))],
  ]);
  const trainer = await Trainer.open(
    {
      loss,
      lossWeight: scalar(BATCH),
      trainable: [w1, b1, w2, b2],
      schedule: { peak: 4e-3, warmupSteps: 20, decay: "cosine", totalSteps: steps },
    },
    initial,
    { device: "cpu", threads: 1 },
  );
  const batch = () => {
    const xs = new Float32Array(BATCH * FEATURE_COUNT);
    const ys = new Float32Array(BATCH * names.length);
    for (let row = 0; row < BATCH; row++) {
      const { features, operators } = training[Math.floor(random() * training.length)]!;
      xs.set(features, row * FEATURE_COUNT);
      names.forEach((name, k) => {
        if (operators.has(name)) ys[row * names.length + k] = 1;
      });
    }
    return { x: xs, y: ys };
  };
  for (let step = 0; step < steps; step += 10) {
    const { loss: losses } = await trainer.run(Array.from({ length: 10 }, batch));
    onProgress("training", step + 10, steps, losses.at(-1)! / names.length);
  }
  const { parameters } = await trainer.state();
  await trainer.release();
  const weights = (name: string): number[] =>
    [...parameters.get(name)!.value].map((value) => Number(value.toFixed(4)));
  const file: PolicyFile = {
    format: 1,
    features: FEATURE_COUNT,
    hidden: HIDDEN,
    operators: names,
    prior: prior.map((share) => Number(share.toFixed(5))),
    w1: weights("w1"),
    b1: weights("b1"),
    w2: weights("w2"),
    b2: weights("b2"),
  };
  return {
    file,
    samples: samples.length,
    heldOut: {
      prior: crossEntropy(heldOut, names, () => prior),
      policy: crossEntropy(heldOut, names, (sample) => forward(file, sample.features)),
    },
  };
}

function forward({ hidden, operators, w1, b1, w2, b2 }: PolicyFile, x: Float32Array): number[] {
  const h = b1.map((bias, j) => {
    let total = bias;
    for (let i = 0; i < x.length; i++) total += x[i]! * w1[i * hidden + j]!;
    return total / (1 + Math.exp(-total));
  });
  return operators.map(
    (_, k) =>
      1 /
      (1 + Math.exp(-h.reduce((total, value, j) => total + value * w2[j * operators.length + k]!, b2[k]!))),
  );
}

function crossEntropy(
  samples: readonly Sample[],
  names: readonly string[],
  predict: (sample: Sample) => readonly number[],
): number {
  let total = 0;
  for (const sample of samples) {
    predict(sample).forEach((p, k) => {
      const clipped = Math.min(1 - 1e-6, Math.max(1e-6, p));
      total -= Math.log(sample.operators.has(names[k]!) ? clipped : 1 - clipped);
    });
  }
  return total / samples.length / names.length;
}

if (import.meta.main) {
  const [folder = "models/codegen-policy", inputs = "220", steps = "600"] = process.argv.slice(2);
  const { file, samples, heldOut } = await trainPolicy(
    { inputs: Number(inputs), steps: Number(steps) },
    (phase, done, total, loss) => {
      if (done % 50 === 0)
        console.error(phase, `${done}/${total}`, loss === undefined ? "" : loss.toFixed(5));
    },
  );
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "policy.json"), `${JSON.stringify(file)}\n`);
  console.log(JSON.stringify({ samples, heldOut }));
}
