export type { TokenConstraint } from "./constraint.ts";
export { KvCache, type KvPrefix } from "./kv-cache.ts";
export {
  type Completion,
  type FinishReason,
  type GeneratedToken,
  type GenerationRequest,
  LanguageModel,
  type LanguageModelOptions,
  type TokenScore,
} from "./language-model.ts";
export type { PreparedAdapter } from "./prepared-adapter.ts";
export type { SamplingOptions } from "./sampling.ts";
