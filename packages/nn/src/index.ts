export * from "./adapter/index.ts";
export * from "./checkpoint/index.ts";
export * from "./constrain/index.ts";
export { type FileFormat, FormatError } from "./format-error.ts";
export * from "./generate/index.ts";
export * from "./gguf/index.ts";
export * from "./model/index.ts";
export * from "./tokenizer/index.ts";
export * from "./train/index.ts";
