/**
 * Batches: a batch is a job of kind `batch` that reads one file and writes two. Its checkpoint says how far it has come
 * and which pieces of the output there are.
 */
export { type NewBatch, start } from "./start.ts";
export * as Store from "./store.ts";
export { get, list, results, view } from "./view.ts";
