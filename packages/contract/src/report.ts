/** What the service measured about a program. `heldOut` is on examples that nothing saw while the program was made. */
import { z } from "zod";
import { methodSchema } from "./compile.ts";

export const scoreSchema = z
  .object({
    exactMatch: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: "The share answered exactly; null when there was nothing to measure on." }),
    n: z.int().min(0).meta({ description: "How many examples were measured." }),
  })
  .meta({ id: "Score" });
export type Score = z.infer<typeof scoreSchema>;

export const predictionSchema = z
  .object({ input: z.string(), expected: z.string(), output: z.string(), correct: z.boolean() })
  .meta({ id: "Prediction" });
export type Prediction = z.infer<typeof predictionSchema>;

export const trainingReportSchema = scoreSchema
  .extend({
    steps: z.int().min(0),
    seconds: z.number().min(0),
    finalLoss: z.number().nullable(),
    added: z.enum(["varied", "labelled"]).optional().meta({
      description:
        "Where more examples to learn from came from: the given ones with other words in them, or new inputs labelled by a function that agrees with the given ones. None of them is ever held out.",
    }),
    device: z.string().optional(),
    trainableParameters: z.int().min(0).optional(),
    losses: z
      .array(z.tuple([z.int(), z.number()]))
      .optional()
      .meta({ description: "[step, loss], thinned out." }),
  })
  .meta({
    id: "TrainingReport",
    description: "The score on the examples it learnt from, and what learning cost.",
  });

export const calibrationSchema = z
  .object({
    slope: z.number(),
    offset: z.number(),
    n: z.int().min(0).meta({ description: "Answers that it was fitted to." }),
  })
  .meta({
    id: "Calibration",
    description:
      "How an answer's log-probability l becomes a confidence: sigmoid(slope · ln(eˡ / (1 − eˡ)) + offset).",
  });
export type Calibration = z.infer<typeof calibrationSchema>;

export const reportSchema = z
  .object({
    heldOut: scoreSchema,
    training: trainingReportSchema,
    validation: scoreSchema
      .optional()
      .meta({ description: "The part of the training examples that chose between candidates." }),
    baseline: scoreSchema.optional().meta({
      description: "The same interpreter given spec and examples, with no adapter, on the held-out examples.",
    }),
    candidates: z
      .array(z.object({ method: methodSchema, validation: scoreSchema, seconds: z.number().min(0) }))
      .optional()
      .meta({ description: "What `auto` tried." }),
    predictions: z.array(predictionSchema).meta({ description: "The answers to the held-out examples." }),
  })
  .meta({ id: "Report" });
export type Report = z.infer<typeof reportSchema>;
