// What hardware.ts is in Node: a browser computes on the CPU.

/** Where ONNX Runtime can compute. */
export type Device = "cpu" | "cuda" | "webgpu";

/** The part that is missing, in words; undefined if nothing plainly is. */
export const missingPart = (device: Device): string | undefined =>
  device === "cpu" ? undefined : "in a browser models run on the CPU";
