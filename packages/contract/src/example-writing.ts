/** `POST /v1/examples`: more examples for a spec, written by a model, to be looked at before they are used. */
import { z } from "zod";
import { checkExamples, type Example, exampleSchema } from "./example.ts";
import { LIMITS } from "./limits.ts";
import { parseBody } from "./request-parsing.ts";
import { text } from "./text.ts";

export const exampleWritingSchema = z
  .strictObject({
    spec: text(LIMITS.specCharacters, { minCharacters: 1 }),
    examples: z.array(exampleSchema).max(LIMITS.examples).default([]),
    count: z.int().min(1).max(50).default(20).meta({ description: "How many at most." }),
  })
  .meta({ id: "ExampleWriting" });
export interface ExampleWriting {
  readonly spec: string;
  readonly examples: readonly Example[];
  readonly count: number;
}

/** @throws AppError request.*, examples.* */
export function parseExampleWriting(body: unknown): ExampleWriting {
  const { spec, examples, count } = parseBody(exampleWritingSchema, body);
  return { spec, count, examples: checkExamples(examples) };
}

export const writtenExamplesSchema = z
  .object({ items: z.array(exampleSchema).meta({ description: "Each marked as generated." }) })
  .meta({ id: "WrittenExamples" });
export type WrittenExamples = z.infer<typeof writtenExamplesSchema>;
