// ONNX Runtime where a browser runs: WebAssembly on one thread, which needs no cross-origin isolation. It calls the CPU
// provider "wasm" or "cpu", so that sessions are opened in the same words as in Node.
export { default } from "onnxruntime-web/wasm";
