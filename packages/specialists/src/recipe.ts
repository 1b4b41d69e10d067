/** The numbers that make a generalist and its specialists: shapes, steps and rates. */
import { z } from "zod";

const count = z.int().min(1);

export const recipeSchema = z.strictObject({
  seed: z.int(),
  vocabularySize: z.int().min(257),
  model: z.strictObject({ width: count, layers: count, heads: count, ffnWidth: count }),
  /** Rows a batch and tokens a row; a row is also the longest text that is learnt. */
  batch: z.strictObject({ rows: count, length: count }),
  /** Tokens a text may have, prompt and completion together. */
  context: count,
  generalist: z.strictObject({ steps: count, rate: z.number().positive() }),
  specialist: z.strictObject({
    steps: count,
    rate: z.number().positive(),
    /** Of the updates of the attention projections and, if above 0, of the feed-forward ones. */
    rank: count,
    ffnRank: z.int().min(0),
    /** Of the update of the output matrix: a domain has words that general text hardly has. */
    headRank: z.int().min(0),
    /** The share of rows that are general text, so that opening by mistake does little harm. */
    generalRows: z.number().min(0).max(0.75),
    /** Rows of each corpus on which gate rows are fitted. */
    gateWindows: count,
    /** By which the gate forgets a token's evidence with each token that follows, see model/pooling.ts. */
    gateDecay: z.number().min(0).max(0.999),
  }),
  /** Steps between looks at validation text; what did best is kept. */
  validateEvery: count,
  /** Rows of validation text looked at. */
  validationRows: count,
});
export type Recipe = z.infer<typeof recipeSchema>;

/** What ships: about a million parameters, trained in minutes on two cores. */
export const tinyRecipe: Recipe = {
  seed: 1,
  vocabularySize: 2_048,
  model: { width: 128, layers: 4, heads: 4, ffnWidth: 352 },
  batch: { rows: 4, length: 256 },
  context: 1_024,
  generalist: { steps: 400, rate: 3e-3 },
  specialist: {
    steps: 192,
    rate: 1.2e-2,
    rank: 32,
    ffnRank: 32,
    headRank: 64,
    generalRows: 0.1,
    gateWindows: 96,
    gateDecay: 0.99,
  },
  validateEvery: 40,
  validationRows: 16,
};
