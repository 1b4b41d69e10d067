// What of this package runs in a browser: graphs as ONNX models, and sessions on WebAssembly. Training stays on servers.
import ort from "#runtime";

export { type Device, type DeviceChoice, DeviceError } from "./device.ts";
export { type EmitOptions, emit, leavesOf, type Model, opset, type Weights } from "./emit.ts";
export type { QuantizedWeight } from "./quantized-weight.ts";
export { evaluate, type RunOptions, Session, type SessionOptions } from "./session.ts";
export { type Feed, Value } from "./value.ts";

/**
 * Says where the runtime's WebAssembly lies, before the first session is opened.
 * @param url of `onnxruntime-web/ort-wasm-simd-threaded.wasm`
 */
export function configureRuntime(url: string): void {
  Object.assign(ort.env.wasm, { wasmPaths: { wasm: url }, numThreads: 1 });
}
