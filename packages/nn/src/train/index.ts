export { type Batch, BatchPacker, type BatchShape, drawBatch, packRows, type Row } from "./batches.ts";
export {
  type DecoderTrainingGraph,
  decoderTrainingGraph,
  type LoraModulation,
  type TrainingGraph,
  weightedTargetsGraph,
} from "./loss.ts";
export {
  type Pair,
  type PairBatch,
  type PairShape,
  pairBatch,
  pairBatches,
  t5TrainingGraph,
} from "./seq2seq.ts";
export {
  type BatchOf,
  type BatchShapeOf,
  type Evaluation,
  type RunOptions,
  type StepReport,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
