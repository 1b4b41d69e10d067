export { type FileFormat, FormatError } from "./format-error.ts";
export * from "./tokenizer/index.ts";
