import { z } from "zod";
import { environmentSchema } from "../settings.ts";

/** What the processes that run programs need besides what the API needs. */
export const runEnvironmentSchema = environmentSchema.extend({
  /** The folder of the interpreters. */
  WEIGHTSMITH_MODELS: z.string().min(1),
  WEIGHTSMITH_RUN_THREADS: z.coerce.number().int().min(1).optional(),
  /** How many programs stay ready to run. */
  WEIGHTSMITH_RUN_KEEP: z.coerce.number().int().min(1).default(64),
});
