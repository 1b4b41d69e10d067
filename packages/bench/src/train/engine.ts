// Our contestant: the decoder's training step as one ONNX model.
import { elementCount, gradients, nameOf, type Tensor } from "@weightsmith/autodiff";
import { type DecoderSize, decoder } from "@weightsmith/autodiff/reference";
import { Trainer } from "@weightsmith/onnx";
import { productFlops, tokenBatches } from "./workload.ts";

/** What a turn took, per step: time, processor time of all threads, and the last loss. */
export interface Turn {
  readonly stepMs: number;
  readonly cpuMs: number;
  readonly loss: number;
}

export interface Contestant {
  /** Trains some steps. */
  run(steps: number): Promise<Turn>;
  stop(): Promise<void>;
}

export interface Engine extends Contestant {
  readonly parameterCount: number;
  /** Operations of the matrix products of one step. */
  readonly flops: number;
}

/** @param microBatches parts of a batch whose activations fit the cache better; their gradients are added up */
export async function startEngine(size: DecoderSize, microBatches: number, threads: number): Promise<Engine> {
  const rows = size.batch / microBatches;
  const { loss, parameters } = decoder({ ...size, batch: rows });
  const weights = new Map(parameters.map((tensor, k) => [nameOf(tensor), firstValues(tensor, k)]));
  const flops = microBatches * productFlops([loss.total, ...gradients(loss.total, parameters)]);
  const trainer = await Trainer.open(
    {
      loss: loss.total,
      lossWeight: loss.weight,
      trainable: parameters,
      schedule: { peak: 1e-3 },
      optimizer: { beta2: 0.99 },
      accumulate: microBatches,
    },
    weights,
    { threads, flushDenormals: true },
  );
  const next = tokenBatches(size, rows, 7);
  return {
    flops,
    parameterCount: parameters.reduce((sum, { shape }) => sum + Number(elementCount(shape)), 0),
    async run(steps) {
      const batches = Array.from({ length: steps * microBatches }, () => ({ ...next() }));
      const [began, spent] = [performance.now(), process.cpuUsage()];
      const progress = await trainer.run(batches);
      const { user, system } = process.cpuUsage(spent);
      const stepMs = (performance.now() - began) / steps;
      return { stepMs, cpuMs: (user + system) / 1000 / steps, loss: progress.loss.at(-1)! };
    },
    stop: () => trainer.release(),
  };
}

/** Norm weights are 1; the others are small waves, different for each tensor. */
function firstValues({ shape }: Tensor, seed: number): Float32Array {
  const values = new Float32Array(Number(elementCount(shape)));
  if (shape.length === 1) return values.fill(1);
  let state = seed + 1;
  return values.map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 0.07;
  });
}
