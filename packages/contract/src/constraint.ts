/** What an answer must be: one of some labels, a match of a regular expression, or a JSON text of a schema. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { jsonDepth } from "./request-parsing.ts";
import { text } from "./text.ts";

const label = text(LIMITS.exampleOutputCharacters, { minCharacters: 1 });

const smallEnough = (value: unknown) =>
  jsonDepth(value, LIMITS.jsonDepth) <= LIMITS.jsonDepth &&
  JSON.stringify(value).length <= LIMITS.constraintCharacters;

export const constraintSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("labels"),
      labels: z.array(label).min(1).max(LIMITS.constraintLabels),
    }),
    z.strictObject({
      kind: z.literal("regex"),
      pattern: text(LIMITS.patternCharacters, { minCharacters: 1 }).meta({
        description: "In JavaScript's syntax; the whole answer must match.",
      }),
      flags: z
        .string()
        .regex(/^[isu]{0,3}$/)
        .optional(),
    }),
    z.strictObject({
      kind: z.literal("jsonSchema"),
      schema: z
        .union([z.boolean(), z.record(z.string(), z.unknown())])
        .refine(smallEnough, "is nested too deeply or too long")
        .meta({ description: "JSON Schema, 2020-12 or draft 7." }),
    }),
  ])
  .meta({
    id: "Constraint",
    description: "What every answer is held to while it is written, so that no other answer can come out.",
    examples: [{ kind: "labels", labels: ["spam", "ham"] }],
  });
export type Constraint = z.output<typeof constraintSchema>;
