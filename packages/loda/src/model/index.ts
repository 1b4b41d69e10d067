// The LODA model: its tokenizer, its grammar, its training, its answers. Apart from the language, which imports none of it.
export { type GrammarOptions, largestOffset, programConstraint } from "./grammar.ts";
export { LodaModel, type OpenModelOptions } from "./model.ts";
export { numberTokens, programOf, programTokens } from "./program-tokens.ts";
export { lodaModelConfig, type ModelSize, modelSizes } from "./sizes.ts";
export { LodaTokenizer, type ModelRequest, openLodaTokenizer, trainLodaTokenizer } from "./tokenizer.ts";
export { type LodaRecipe, lodaTiny } from "./training/recipe.ts";
export {
  type LodaValidation,
  type TrainLodaOptions,
  type TrainLodaProgress,
  trainLodaModel,
} from "./training/train.ts";
