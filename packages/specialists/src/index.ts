// Specialists on a generalist: a language model whose experts are trained, added and deleted one by one, by corpus.

export { type PreparedCorpus, partOf, prepareCorpus, requireText } from "./corpus/prepared-corpus.ts";
export { type ProseGrammar, parseGrammar, writeParagraph, writeProse } from "./corpus/prose-grammar.ts";
export {
  type CorpusFile,
  type CorpusSource,
  folderCorpora,
  folderCorpus,
  generalName,
  paragraphs,
} from "./corpus/source.ts";
export {
  type EvaluationOptions,
  evaluateSpecialists,
  type SpecialistsEvaluation,
} from "./evaluation/evaluate.ts";
export {
  createExpert,
  decodeExpert,
  type Expert,
  type ExpertShape,
  encodeExpert,
  expertSpecs,
} from "./model/expert.ts";
export { decodeGeneralist, encodeGeneralist } from "./model/generalist-file.ts";
export { type Recipe, recipeSchema, tinyRecipe } from "./recipe.ts";
export type { DomainPart } from "./serve/domain-tokens.ts";
export {
  type Completion,
  type CompletionPiece,
  type CompletionRequest,
  type GateMap,
  Mixture,
  type MixtureOptions,
} from "./serve/mixture.ts";
export type { Routing } from "./serve/mixture-decoding.ts";
export { openMixture } from "./serve/open-mixture.ts";
export { fineTune, type Generalist, trainGeneralist, trainTokenizer } from "./train/generalist.ts";
export type { TrainingOptions, TrainingProgress } from "./train/progress.ts";
export { type TrainedSpecialist, trainSpecialist } from "./train/specialist.ts";
export {
  FolderStore,
  holdsMixture,
  type MixtureIndex,
  type MixtureStore,
  type PartReport,
  partReportSchema,
  type StoredPart,
  sha256Of,
} from "./train/store.ts";
export { type TrainMissingOptions, trainMissing } from "./train/train-missing.ts";
