/** The rows an interpreter is trained on: an endless stream that depends on seed and step alone, so that it resumes. */
import type { Row } from "@weightsmith/nn";
import { type EpisodeMix, episodes, type Family } from "../../tasks/index.ts";
import type { SegmentEncoder } from "../prompt.ts";
import { readingWeights, solvedRow } from "../rows.ts";
import type { Difficulties } from "./difficulty.ts";
import type { TrainingStage } from "./recipe.ts";

/** Nearly every row shows several solved examples; all their outputs count, so the first is answered from the spec. */
const mix = { specOnly: 0.1, specAndExamples: 0.78, examplesOnly: 0.12 } satisfies Partial<EpisodeMix>;

/**
 * Rows for the steps of a stage from `step` on. Streams of different seeds and steps are unrelated.
 * @param step which multiple of steps this stream serves; the curriculum reads it too
 */
export function trainingRows(
  { batch, curriculumSteps, mostExamples, easyShare = 1 }: TrainingStage,
  {
    encoder,
    seed,
    step,
    difficulties,
  }: { encoder: SegmentEncoder; seed: string; step: number; difficulties?: Difficulties | undefined },
): () => Row {
  const progress = step >= curriculumSteps ? 1 : step / curriculumSteps;
  const stream = episodes({
    seed: `${seed} ${step}`,
    mix: { ...mix, mostExamples },
    size: 0.3 + 0.7 * progress,
    copyShare: 0.3 * (1 - progress),
    mostCharacters: batch.length * 2,
    ...(difficulties && { weightOf: ({ name }: Family) => easyShare + (difficulties[name] ?? 0) }),
  });
  return () => {
    for (;;) {
      const { spec, examples, input, output } = stream.next().value;
      const row = solvedRow({ spec, examples: [...examples, { input, output }] }, encoder, readingWeights);
      if (row.tokens.length <= batch.length) return row;
    }
  };
}
