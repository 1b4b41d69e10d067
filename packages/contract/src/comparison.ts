/** Two programs side by side: what differs in how they were made, and in what they score. */
import { z } from "zod";
import { programIdSchema } from "./ids.ts";
import { type predictionSchema, type Report, scoreSchema } from "./report.ts";

const comparedScoreSchema = z.object({
  from: scoreSchema.nullable(),
  to: scoreSchema.nullable(),
  change: z
    .number()
    .nullable()
    .meta({ description: "Exact match of `to` minus that of `from`; null unless both were measured." }),
});

const changedAnswerSchema = z.object({
  input: z.string(),
  expected: z.string(),
  from: z.string(),
  to: z.string(),
});

export const comparisonSchema = z
  .object({
    from: programIdSchema,
    to: programIdSchema,
    changed: z
      .array(z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }))
      .meta({ description: "What they were made of, where it differs." }),
    scores: z.object({ heldOut: comparedScoreSchema, baseline: comparedScoreSchema }),
    sameHeldOut: z.int().min(0).meta({ description: "Held-out examples that both were measured on." }),
    fixed: z.array(changedAnswerSchema).meta({ description: "Answered right by `to` alone." }),
    broken: z.array(changedAnswerSchema).meta({ description: "Answered right by `from` alone." }),
  })
  .meta({ id: "Comparison" });
export type Comparison = z.infer<typeof comparisonSchema>;

export interface Comparable {
  readonly id: string;
  readonly spec: string;
  readonly method: string | null;
  readonly interpreter: string | null;
  readonly seed: number;
  readonly report: Report | null;
}

/**
 * Scores are compared as they were measured; answers only where both programs were measured on the same example, so
 * that a different choice of held-out examples does not pass for a change of the program.
 */
export function compareReports(from: Comparable, to: Comparable): Omit<Comparison, "from" | "to"> {
  const fields = ["spec", "method", "interpreter", "seed"] as const;
  const shown = (value: string | number | null) => (value === null ? null : String(value));
  const before = answersOf(from.report);
  const both = [...answersOf(to.report).values()].flatMap((after) => {
    const earlier = before.get(keyOf(after));
    return earlier === undefined ? [] : [{ earlier, after }];
  });
  const change = ({ earlier, after }: (typeof both)[number]) => ({
    input: after.input,
    expected: after.expected,
    from: earlier.output,
    to: after.output,
  });
  return {
    changed: fields
      .filter((field) => from[field] !== to[field])
      .map((field) => ({ field, from: shown(from[field]), to: shown(to[field]) })),
    scores: {
      heldOut: compareScores(from.report?.heldOut, to.report?.heldOut),
      baseline: compareScores(from.report?.baseline, to.report?.baseline),
    },
    sameHeldOut: both.length,
    fixed: both.filter(({ earlier, after }) => !earlier.correct && after.correct).map(change),
    broken: both.filter(({ earlier, after }) => earlier.correct && !after.correct).map(change),
  };
}

type Prediction = z.infer<typeof predictionSchema>;
type Score = z.infer<typeof scoreSchema>;

const keyOf = ({ input, expected }: Prediction): string => JSON.stringify([input, expected]);
const answersOf = (report: Report | null): Map<string, Prediction> =>
  new Map(report?.predictions.map((prediction) => [keyOf(prediction), prediction]));

function compareScores(from: Score | undefined, to: Score | undefined) {
  const a = from?.exactMatch ?? null;
  const b = to?.exactMatch ?? null;
  const short = (score: Score | undefined) => (score ? { exactMatch: score.exactMatch, n: score.n } : null);
  return { from: short(from), to: short(to), change: a === null || b === null ? null : b - a };
}
