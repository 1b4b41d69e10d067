/** An interpreter's files, for those who run programs by themselves: in a browser, or offline. */
import { z } from "zod";
import { sha256Schema } from "./manifest.ts";

/** What a runtime needs of an interpreter; `tokenizer_config.json` may be missing. */
export const INTERPRETER_FILES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "model.safetensors",
] as const;
export type InterpreterFile = (typeof INTERPRETER_FILES)[number];

export const interpreterFilesSchema = z
  .object({
    id: z.string(),
    sha256: sha256Schema.meta({ description: "Which version of it; programs name it in their manifest." }),
    files: z.array(
      z.object({ name: z.enum(INTERPRETER_FILES), bytes: z.int().min(0), sha256: sha256Schema }),
    ),
  })
  .meta({ id: "InterpreterFiles" });
export type InterpreterFiles = z.infer<typeof interpreterFilesSchema>;
