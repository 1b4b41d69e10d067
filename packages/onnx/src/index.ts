// Graphs as ONNX models, and sessions that run them on ONNX Runtime.
export { type Device, type DeviceChoice, DeviceError } from "./device.ts";
export { type EmitOptions, emit, leavesOf, type Model, opset, type Weights } from "./emit.ts";
export type { QuantizedWeight } from "./quantized-weight.ts";
export { evaluate, flushDenormals, type RunOptions, Session, type SessionOptions } from "./session.ts";
export type { Recipe } from "./training/recipe.ts";
export {
  type Batch,
  initialState,
  type ParameterState,
  type Progress,
  Trainer,
  type TrainingState,
} from "./training/trainer.ts";
export { type Feed, Value } from "./value.ts";
