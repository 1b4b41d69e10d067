export { packProgram, unpackProgram } from "./artifact/archive.ts";
export { type ImportedAdapter, importAdapter } from "./artifact/paw/import-adapter.ts";
export { compilerSnapshot, packPaw } from "./artifact/paw/paw-archive.ts";
export {
  type BaseModelFile,
  baseModelFile,
  type RuntimeManifest,
  runtimeId,
  runtimeManifest,
} from "./artifact/paw/runtime-manifest.ts";
export {
  assembleProgram,
  loadProgram,
  type ProgramArtifact,
  packArtifact,
  readProgram,
  saveProgram,
  unpackArtifact,
} from "./artifact/program-folder.ts";
export {
  fingerprintOf,
  newSigningKey,
  type ProgramSignature,
  parsePrivateKey,
  parsePublicKey,
  parseSignature,
  signFiles,
  verifySignature,
  writeSignature,
} from "./artifact/signature.ts";
export { readStored, type StoredProgram, type Verification, verifyStored } from "./artifact/verify.ts";
export type { TrainingCheckpoints } from "./compiler/adapter-training.ts";
export type { CompileOptions } from "./compiler/candidates.ts";
export { compileProgram, compilerRevision } from "./compiler/compile.ts";
export { anvilTinyCompiler, type FastRecipe } from "./compiler/fast/recipe.ts";
export { type TrainFastOptions, trainFastCompiler } from "./compiler/fast/train.ts";
export type { Labeller, LabellerSearch } from "./compiler/labelled-inputs.ts";
export { splitExamples } from "./compiler/split.ts";
export {
  type EvaluationOptions,
  type EvaluationSummary,
  evaluatePrograms,
  type MethodResult,
  type TaskResult,
} from "./evaluation/evaluate-programs.ts";
export type { Interpreter, InterpreterId } from "./interpreter/interpreter.ts";
export {
  defaultInterpreter,
  identifyInterpreter,
  listInterpreters,
  loadInterpreter,
} from "./interpreter/load-interpreter.ts";
export { anvilTiny, type InterpreterRecipe } from "./interpreter/training/recipe.ts";
export { type TrainInterpreterOptions, trainInterpreter } from "./interpreter/training/train.ts";
export { calibrate, confidenceOf } from "./runtime/confidence.ts";
export {
  OpenInterpreter,
  type RunOptions,
  type RunOutput,
  type RunPiece,
  type TextOptions,
  type TextRow,
  type WrittenPiece,
} from "./runtime/open-interpreter.ts";
export { constraintFromOutputs } from "./runtime/output-constraint.ts";
export { type HostOptions, openProgram, ProgramHost, type RunnableProgram } from "./runtime/program-host.ts";
export { type SuiteName, type SuiteTask, spread, suite, userPrograms } from "./tasks/index.ts";
