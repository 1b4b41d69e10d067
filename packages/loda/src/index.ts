// The LODA language, its evaluators, its data set and its program search.
export { type CheckOptions, type CheckReport, checkFiles } from "./check/check.ts";
export { checkFile, type Status, type Verdict } from "./check/verdict.ts";
export { programFiles, programsRoot } from "./corpus/folder.ts";
export { type ProgramFile, type ProgramHeader, readHeader, readProgramFile } from "./corpus/program-file.ts";
export { buildDataset, type DatasetOptions, type DatasetReport } from "./dataset/build.ts";
export { augmentDescription, cleanDescription } from "./dataset/description.ts";
export type { DatasetExample, Rejection } from "./dataset/example.ts";
export { programShape, type Split, splitOf } from "./dataset/normal-form.ts";
export * from "./evaluate/error.ts";
export { FastEvaluator, type FastEvaluatorOptions } from "./evaluate/fast.ts";
export type { Observer, Result } from "./evaluate/interpret.ts";
export {
  evaluateIsolated,
  type IsolatedRequest,
  type IsolatedResult,
  type IsolatedTerm,
} from "./evaluate/isolated.ts";
export * from "./evaluate/limits.ts";
export { ReferenceEvaluator } from "./evaluate/reference.ts";
export * from "./evaluate/store.ts";
export * from "./language/operation.ts";
export * from "./language/parse.ts";
export * from "./language/print.ts";
export * from "./language/program.ts";
export * from "./language/validate.ts";
export * from "./number/value.ts";
export {
  type GeneratedProgram,
  type GenerateRequest,
  type GenerateResult,
  type Route,
  routes,
  type SearchPhase,
} from "./search/answer.ts";
export type {
  CandidateModel,
  CandidateOptions,
  CandidateRequest,
  ModelCandidate,
} from "./search/candidate-model.ts";
export {
  type EvaluationOptions,
  type EvaluationReport,
  evaluateGeneration,
  type Score,
} from "./search/evaluate.ts";
export { formulaPrograms } from "./search/formula/formula.ts";
export { Generator, type Sources } from "./search/generate.ts";
export { loadLibrary, ProgramLibrary } from "./search/library.ts";
export { libraryCacheFile } from "./search/library-cache.ts";
export type { LibraryEntry } from "./search/library-entry.ts";
export { type GeneratedProgramJson, generatedProgramJson } from "./search/to-json.ts";
export { Verifier } from "./search/verify.ts";
export { canonicalForm } from "./transform/canonical.ts";
export { type ExplainedLine, explain, type Trace, type TraceEntry, trace } from "./transform/explain.ts";
export { type Comparison, compare, optimize } from "./transform/optimize.ts";
