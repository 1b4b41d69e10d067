export { type Batch, BatchPacker, type BatchShape, drawBatch, packRows, type Row } from "./batches.ts";
export { decoderTrainingGraph, type TrainingGraph } from "./loss.ts";
export {
  type Evaluation,
  type RunOptions,
  type StepReport,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
