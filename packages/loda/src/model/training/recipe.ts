/** The numbers that make a LODA model: its size, its data, how it is trained. */
import type { PairShape } from "@weightsmith/nn";
import type { ModelSize } from "../sizes.ts";
import { longestRequest } from "../tokenizer.ts";

export interface LodaRecipe {
  readonly name: string;
  readonly size: ModelSize;
  readonly seed: number;
  /** Special tokens, bytes, and what is learnt from the descriptions. */
  readonly vocabularySize: number;
  /** Longer programs are neither learnt nor written. */
  readonly maxTokens: number;
  /** Shapes of batches, the cheapest first; a pair goes to the first one that it fits. */
  readonly buckets: readonly PairShape[];
  /** Pairs between two checkpoints. Each bucket of a chunk is trained in one go. */
  readonly chunkPairs: number;
  /** Chunks in all. */
  readonly chunks: number;
  readonly peakLearningRate: number;
  readonly warmupSteps: number;
  /** The share of the training over which the learning rate falls in a line to nothing. */
  readonly decayShare: number;
}

const maxTokens = 40;

/** The model that ships: small enough for one processor core and an hour. */
export const lodaTiny: LodaRecipe = {
  name: "loda-tiny",
  size: "tiny",
  seed: 1,
  vocabularySize: 2048,
  maxTokens,
  buckets: [
    { rows: 64, sourceLength: 32, length: 24 },
    { rows: 40, sourceLength: 32, length: maxTokens + 1 },
    { rows: 40, sourceLength: longestRequest, length: 24 },
    { rows: 32, sourceLength: longestRequest, length: maxTokens + 1 },
  ],
  chunkPairs: 4096,
  chunks: 48,
  peakLearningRate: 2e-3,
  warmupSteps: 100,
  decayShare: 1,
};
