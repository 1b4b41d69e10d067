// The oracle: what graphs mean, computed slowly in float64, and worked examples of every primitive. For tests and benchmarks.
export { fill, type NdArray, sizeOf } from "./array.ts";
export { buildCase, type Case, type CaseInput, cases } from "./cases.ts";
export { type Decoder, type DecoderSize, decoder } from "./decoder.ts";
export { finiteDifferences, unevenSum } from "./finite-differences.ts";
export { interpret, type ReferenceFeed } from "./interpret.ts";
export {
  type PyTorchCase,
  type PyTorchFixture,
  pytorchFixture,
  pytorchGraphs,
  pytorchInputs,
} from "./pytorch-cases.ts";
export { randomGraph } from "./random-graphs.ts";
