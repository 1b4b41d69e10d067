export { loadTokenizer } from "./load.ts";
export {
  byteLevelPattern,
  type PreTokenizerName,
  preTokenizerNames,
  preTokenizers,
} from "./pre-tokenizer.ts";
export type { DecodeOptions, EncodeOptions, StreamDecoder, Tokenizer } from "./tokenizer.ts";
export {
  type SpecialTokenRoles,
  type TokenizerConfig,
  type TokenizerFiles,
  type TokenizerFilesOptions,
  type TokenizerJson,
  tokenizerFiles,
} from "./tokenizer-json.ts";
export { BpeTrainer, type BpeVocabulary, type TrainBpeOptions, trainBpe } from "./train.ts";
