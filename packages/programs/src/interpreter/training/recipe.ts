/** The numbers that make an interpreter: its shape, its data and how it is trained. */
import type { PreTokenizerName } from "@weightsmith/nn";

export interface InterpreterRecipe {
  readonly name: string;
  readonly seed: number;
  readonly tokenizer: {
    readonly vocabularySize: number;
    /** Texts of the task generator that the merges are learnt from. */
    readonly texts: number;
    readonly preTokenizer: PreTokenizerName;
  };
  readonly model: {
    readonly width: number;
    readonly layers: number;
    readonly heads: number;
    readonly kvHeads: number;
    readonly ffnWidth: number;
  };
  /** Trained one after the other, each on the weights of the one before. */
  readonly stages: readonly TrainingStage[];
}

/** A stretch of training with a schedule of its own: a later stage reads longer rows. */
export interface TrainingStage {
  readonly batch: {
    /** Lines a batch, and tokens a line; a line is also the longest text the model learns to read. */
    readonly rows: number;
    readonly length: number;
  };
  readonly steps: number;
  readonly peakLearningRate: number;
  readonly warmupSteps: number;
  /** The last steps, over which the learning rate falls in a line; before them it stays at its peak. */
  readonly decaySteps: number;
  /** Steps until samples have their full length and copying tasks no extra share; 0: from the start. */
  readonly curriculumSteps: number;
  /** The most solved examples before the asked one. */
  readonly mostExamples: number;
  /**
   * Draws a family in proportion to this number plus its share of wrong answers when the stage begins (see
   * difficulty.ts); without it all families are equally frequent.
   */
  readonly easyShare?: number;
}

/**
 * The interpreter that ships. Small enough to train on two cores in an evening and to answer in milliseconds; the
 * vocabulary is little more than the bytes, because programs work on characters.
 */
export const anvilTiny: InterpreterRecipe = {
  name: "anvil-tiny",
  seed: 1,
  tokenizer: { vocabularySize: 512, texts: 60_000, preTokenizer: "qwen2" },
  model: { width: 192, layers: 4, heads: 6, kvHeads: 3, ffnWidth: 512 },
  stages: [
    {
      batch: { rows: 16, length: 128 },
      steps: 8_000,
      peakLearningRate: 2e-3,
      warmupSteps: 200,
      decaySteps: 1_000,
      curriculumSteps: 1_500,
      mostExamples: 7,
    },
    {
      batch: { rows: 8, length: 256 },
      steps: 8_400,
      peakLearningRate: 2e-3,
      warmupSteps: 200,
      decaySteps: 2_000,
      curriculumSteps: 0,
      mostExamples: 14,
    },
    {
      batch: { rows: 8, length: 256 },
      steps: 7_600,
      peakLearningRate: 1.4e-3,
      warmupSteps: 150,
      decaySteps: 7_400,
      curriculumSteps: 0,
      mostExamples: 14,
      easyShare: 0.25,
    },
  ],
};
