/** Files of problems: functions known by examples, of which a share is given and the rest decides. */
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import type { Value } from "../values/value.ts";

const parameterSchema = z.union([
  z.tuple([z.string(), z.string()]).transform(([name, type]) => ({ name, type })),
  z.object({ name: z.string(), type: z.string().default("") }),
]);

const problemSchema = z
  .object({
    id: z.union([z.string(), z.number()]).transform(String),
    params: z.array(parameterSchema).min(1),
    returns: z.string().optional(),
    examples: z
      .array(
        z.object({
          inputs: z.union([z.array(z.json()), z.record(z.string(), z.json())]).optional(),
          input: z.json().optional(),
          output: z.json(),
        }),
      )
      .min(1),
    spec: z.string().optional(),
    description: z.string().optional(),
    kind: z.string().optional(),
    /** How many of the examples are given; otherwise the share of the whole evaluation counts. */
    given: z.int().min(1).optional(),
  })
  .transform((problem) => ({
    id: problem.id,
    parameters: problem.params,
    returns: problem.returns,
    spec: problem.spec ?? problem.description ?? "",
    kind: problem.kind ?? "other",
    given: problem.given,
    examples: problem.examples.map(({ inputs, input, output }) => ({
      inputs: (Array.isArray(inputs)
        ? inputs
        : inputs !== undefined
          ? problem.params.map(({ name }) => inputs[name] ?? null)
          : [input ?? null]) as readonly Value[],
      output: output as Value,
    })),
  }));

export type EvaluationProblem = z.output<typeof problemSchema>;

/** @throws AppError request.invalid naming the first problem that is wrong */
export function parseProblems(text: string): EvaluationProblem[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new AppError("request.invalid", { message: "The file of problems is not JSON.", cause: error });
  }
  const parsed = z.array(problemSchema).safeParse(data);
  if (!parsed.success) {
    throw new AppError("request.invalid", {
      message: `The file of problems is not as expected: ${z.prettifyError(parsed.error)}`,
      cause: parsed.error,
    });
  }
  return parsed.data;
}
