// The oracle: what graphs mean, computed slowly in float64, and worked examples of every primitive. For tests.
export { fill, type NdArray, sizeOf } from "./array.ts";
export { buildCase, type Case, type CaseInput, cases } from "./cases.ts";
export { finiteDifferences, unevenSum } from "./finite-differences.ts";
export { interpret, type ReferenceFeed } from "./interpret.ts";
export { randomGraph } from "./random-graphs.ts";
