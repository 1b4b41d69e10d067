// ONNX Runtime where Node runs. A browser gets browser.ts instead: `imports` in package.json chooses.
export { default } from "onnxruntime-node";
