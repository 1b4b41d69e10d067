// The machine's own peak of matrix products through ONNX Runtime: the best of several shapes, weights prepacked, so that
// no training step can be flattered by a low mark.
import { constant, input, matmul, type Tensor } from "@weightsmith/autodiff";
import { type DeviceChoice, emit, Session } from "@weightsmith/onnx";

/** Rows and width of the products measured: cache-sized and large. */
const shapes = [
  [256, 256],
  [512, 256],
  [2048, 256],
  [512, 512],
  [1024, 768],
  [1024, 1024],
  [2048, 2048],
] as const;

/** Operations of one timed call, so that the call itself does not count. */
const flopsPerCall = 8e9;

/** 10⁹ operations a second, and a second of processor time of all threads. */
export interface PeakRates {
  readonly gflops: number;
  readonly cpuGflops: number;
}

export interface GemmPeak {
  /** Times every shape once more, and returns the best rates seen so far. */
  measure(): Promise<PeakRates>;
  stop(): Promise<void>;
}

/** @param threads as the training step has   @param device where it runs */
export async function startGemmPeak(threads: number, device: DeviceChoice = "cpu"): Promise<GemmPeak> {
  const contests = await Promise.all(
    shapes.map(async ([rows, width]) => {
      const links = Math.max(1, Math.round(flopsPerCall / (2 * rows * width * width)));
      const weight = constant(new Float32Array(width * width).fill(1 / width), [width, width]);
      let y: Tensor = input("x", "float32", [rows, width]);
      for (let link = 0; link < links; link++) y = matmul(y, weight);
      const session = await Session.open(emit({ y }), { threads, device });
      return { session, flops: links * 2 * rows * width * width, x: new Float32Array(rows * width).fill(1) };
    }),
  );
  let best: PeakRates = { gflops: 0, cpuGflops: 0 };
  return {
    async measure() {
      for (const { session, flops, x } of contests) {
        const [began, spent] = [performance.now(), process.cpuUsage()];
        await session.run({ x });
        const { user, system } = process.cpuUsage(spent);
        best = {
          gflops: Math.max(best.gflops, flops / (performance.now() - began) / 1e6),
          cpuGflops: Math.max(best.cpuGflops, flops / (user + system) / 1e3),
        };
      }
      return best;
    },
    async stop() {
      for (const { session } of contests) await session.release();
    },
  };
}
