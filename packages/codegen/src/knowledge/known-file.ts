/** Files of users' own functions: JSON, written by `weightsmith generate knowledge` from a folder of sources. */
import { readFile } from "node:fs/promises";
import { AppError } from "@weightsmith/contract";
import { z } from "zod";
import type { KnownFunction } from "./functions.ts";

const fileSchema = z.object({
  format: z.literal(1),
  functions: z.array(
    z
      .object({
        name: z.string().regex(/^[A-Za-z_]\w*$/),
        words: z.string(),
        arity: z.int().min(1).max(20),
        python: z.string().optional(),
        typescript: z.string().optional(),
      })
      .refine(({ python, typescript }) => python !== undefined || typescript !== undefined, {
        error: "has a source in neither language",
      }),
  ),
});

/** @throws AppError request.invalid naming what is wrong with the file */
export async function readKnownFunctions(file: string): Promise<KnownFunction[]> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new AppError("request.invalid", {
      message: `The knowledge base ${file} cannot be read as JSON.`,
      cause,
    });
  }
  const parsed = fileSchema.safeParse(data);
  if (!parsed.success) {
    throw new AppError("request.invalid", {
      message: `${file} is no knowledge base: ${z.prettifyError(parsed.error)}`,
      cause: parsed.error,
    });
  }
  return parsed.data.functions.map(({ name, words, arity, python, typescript }) => ({
    name,
    words,
    arity,
    ...(python === undefined ? {} : { python }),
    ...(typescript === undefined ? {} : { typescript }),
  }));
}

export const writtenKnowledge = (functions: readonly KnownFunction[]): string =>
  `${JSON.stringify({ format: 1, functions }, null, 2)}\n`;
