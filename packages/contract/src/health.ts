/** `GET /health`: the process answers (liveness); `ready` says whether every part it needs does too. */
import { z } from "zod";

export const partHealthSchema = z.object({
  ok: z.boolean(),
  milliseconds: z.number().min(0).optional(),
  message: z.string().optional(),
});
export type PartHealth = z.infer<typeof partHealthSchema>;

export const healthSchema = z
  .object({
    live: z.literal(true),
    ready: z.boolean(),
    version: z.string(),
    parts: z.record(z.string(), partHealthSchema),
    interpreters: z.array(z.string()),
    writesExamples: z.boolean().meta({ description: "Whether a model writes examples here." }),
    kinds: z.object({
      compile: z.array(z.string()),
      generate: z.array(z.string()),
      experiment: z.array(z.string()),
    }),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof healthSchema>;
