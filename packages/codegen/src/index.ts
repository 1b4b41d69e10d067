/** The neural code generator: examples and words to source code that is executed before it is claimed. */

export {
  type Evaluation,
  type EvaluationSettings,
  evaluateProblems,
  type ProblemResult,
} from "./evaluation/evaluate.ts";
export { type EvaluationProblem, parseProblems } from "./evaluation/problems.ts";
export {
  type Generator,
  type GeneratorConfig,
  type GeneratorHealth,
  openGenerator,
  readGeneratorConfig,
} from "./generate/configuration.ts";
export { EndpointSource, type SendRequest } from "./generate/endpoint-source.ts";
export {
  type GeneratedCode,
  type GenerateOptions,
  generateCode,
  toQueuedResult,
} from "./generate/generate.ts";
export { ModelSource } from "./generate/model-source.ts";
export type { DraftSource } from "./generate/proposal.ts";
export {
  type CodeRequest,
  fromQueued,
  type Language,
  parseQueuedRequest,
  type QueuedRequest,
  TECHNIQUES,
  type Technique,
} from "./generate/request.ts";
export { extractFunctions } from "./knowledge/extract.ts";
export type { KnownFunction } from "./knowledge/functions.ts";
export { readKnownFunctions, writtenKnowledge } from "./knowledge/known-file.ts";
export { Knowledge } from "./knowledge/retrieval.ts";
export { loadPolicy, Policy } from "./policy/network.ts";
export { wordAdjustments } from "./policy/words.ts";
export { type Outcome, Sandbox, type SandboxLimits } from "./sandbox/sandbox.ts";
export { type Clock, countingClock, systemClock } from "./search/clock.ts";
export { type Problem, type Synthesis, type SynthesisSettings, synthesize } from "./search/synthesize.ts";
export {
  functionsOfText,
  synthesizeTextFunctions,
  type TextExample,
  type TextFunction,
  type TextSynthesis,
  type TextSynthesisOptions,
} from "./strings.ts";
export { TreeModel } from "./tree/tree-model.ts";
