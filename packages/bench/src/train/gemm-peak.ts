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

export interface GemmPeak {
  /** Times every shape once more, and returns the best rate seen so far, in 10⁹ operations a second. */
  measure(): Promise<number>;
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
  let best = 0;
  return {
    async measure() {
      for (const { session, flops, x } of contests) {
        const began = performance.now();
        await session.run({ x });
        best = Math.max(best, flops / (performance.now() - began) / 1e6);
      }
      return best;
    },
    async stop() {
      for (const { session } of contests) await session.release();
    },
  };
}
