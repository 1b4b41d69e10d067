// The LODA language, its evaluators, its data set and its program search.
export * from "./evaluate/error.ts";
export * from "./evaluate/limits.ts";
export { ReferenceEvaluator } from "./evaluate/reference.ts";
export * from "./evaluate/store.ts";
export * from "./language/operation.ts";
export * from "./language/parse.ts";
export * from "./language/print.ts";
export * from "./language/program.ts";
export * from "./language/validate.ts";
export * from "./number/value.ts";
