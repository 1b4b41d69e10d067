export * from "./checkpoint/index.ts";
export { type FileFormat, FormatError } from "./format-error.ts";
export * from "./tokenizer/index.ts";
