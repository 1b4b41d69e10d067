export { packProgram, unpackProgram } from "./artifact/archive.ts";
export {
  assembleProgram,
  loadProgram,
  type ProgramArtifact,
  packArtifact,
  readProgram,
  saveProgram,
  unpackArtifact,
} from "./artifact/program-folder.ts";
export type { TrainingCheckpoints } from "./compiler/adapter-training.ts";
export { type CompileOptions, compileProgram, compilerRevision } from "./compiler/compile.ts";
export { splitExamples } from "./compiler/split.ts";
export {
  type EvaluationOptions,
  type EvaluationSummary,
  evaluatePrograms,
  type MethodResult,
  type TaskResult,
} from "./evaluation/evaluate-programs.ts";
export {
  defaultInterpreter,
  type Interpreter,
  type InterpreterId,
  identifyInterpreter,
  listInterpreters,
  loadInterpreter,
} from "./interpreter/interpreter.ts";
export { anvilTiny, type InterpreterRecipe } from "./interpreter/training/recipe.ts";
export { type TrainInterpreterOptions, trainInterpreter } from "./interpreter/training/train.ts";
export {
  type HostOptions,
  openProgram,
  ProgramHost,
  type RunnableProgram,
  type RunOptions,
  type RunOutput,
} from "./runtime/program-host.ts";
export { type SuiteName, type SuiteTask, suite, userPrograms } from "./tasks/index.ts";
