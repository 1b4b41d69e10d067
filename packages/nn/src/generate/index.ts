export type { BeamOptions, ScoredCompletion } from "./beam-search.ts";
export type { TokenConstraint } from "./constraint.ts";
export { KvCache, type KvPrefix, type KvShape } from "./kv-cache.ts";
export { type GenerationRequest, LanguageModel, type LanguageModelOptions } from "./language-model.ts";
export type { PreparedAdapter } from "./prepared-adapter.ts";
export { type Quantization, quantizeMatrix } from "./quantize.ts";
export type { SamplingOptions } from "./sampling.ts";
export { Seq2SeqModel, type Seq2SeqModelOptions, type Seq2SeqRequest } from "./seq2seq-model.ts";
export {
  generateText,
  StopFinder,
  streamText,
  type TextCompletion,
  type TextPiece,
  type TextRequest,
} from "./text.ts";
export {
  type Completion,
  type FinishReason,
  type GeneratedToken,
  type Stepper,
  type StepResult,
  type TokenScore,
  type WritingOptions,
  type WritingRow,
  type WritingSettings,
  write,
  writeAll,
} from "./writing.ts";
