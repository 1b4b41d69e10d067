/** What of this package runs in a browser: models that write, from files that somebody else fetched. */
export * from "./adapter/index.ts";
export { type ByteSource, memorySource } from "./checkpoint/byte-source.ts";
export { type LoadModelOptions, readWeights, type TensorSource } from "./checkpoint/model-weights.ts";
export { decodeSafetensors, Safetensors } from "./checkpoint/safetensors.ts";
export * from "./constrain/index.ts";
export { type FileFormat, FormatError } from "./format-error.ts";
export * from "./generate/index.ts";
export * from "./model/index.ts";
export * from "./tokenizer/index.ts";
