/** `program.json`: what lies at the root of a program's folder and `.tgz`. Nothing in it depends on when it was made. */
import { z } from "zod";
import { methodSchema } from "./compile.ts";
import { constraintSchema } from "./constraint.ts";
import { exampleSchema } from "./example.ts";
import { programIdSchema } from "./ids.ts";
import { calibrationSchema, scoreSchema } from "./report.ts";

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: "SHA-256 in lower-case hex." });

export const MANIFEST_FILE = "program.json";
/** The other files a program may have, each named with its hash in the manifest. */
export const ADAPTER_FILE = "adapter.safetensors";
export const PROMPT_TEMPLATE_FILE = "prompt_template.txt";
export const REPORT_FILE = "report.json";

const fileName = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/);

export const manifestSchema = z
  .strictObject({
    format: z.literal("weightsmith-program"),
    formatVersion: z.literal(1),
    programId: programIdSchema,
    kind: z.literal("weights"),
    name: z.string().optional(),
    spec: z.string(),
    interpreter: z.strictObject({ id: z.string(), sha256: sha256Schema }),
    method: methodSchema.meta({ description: "The method that made it; never `auto`." }),
    requestedMethod: methodSchema,
    compilerRevision: z.string(),
    seed: z.int().min(0),
    adapter: z
      .strictObject({
        lora: z
          .strictObject({ rank: z.int().min(1), alpha: z.number(), targets: z.array(z.string()) })
          .optional(),
        prefix: z.strictObject({ length: z.int().min(1) }).optional(),
      })
      .nullable()
      .meta({ description: "null: the program is its prompt alone." }),
    prompt: z
      .strictObject({ spec: z.string(), examples: z.array(exampleSchema) })
      .nullable()
      .meta({
        description: "What the interpreter reads before every input; null: the adapter holds it all.",
      }),
    constraint: constraintSchema.optional().meta({ description: "What every answer is held to." }),
    calibration: calibrationSchema.optional(),
    scores: z.strictObject({ heldOut: scoreSchema, training: scoreSchema }),
    data: z.strictObject({
      examples: z.int().min(0),
      trainingSha256: sha256Schema,
      heldOutSha256: sha256Schema,
    }),
    files: z.record(fileName, z.strictObject({ sha256: sha256Schema, bytes: z.int().min(0) })),
    license: z.string().default("Apache-2.0"),
    lineage: z.strictObject({ parents: z.array(programIdSchema) }).default({ parents: [] }),
  })
  .meta({ id: "ProgramManifest" });
export type ProgramManifest = z.output<typeof manifestSchema>;
export type ProgramManifestInput = z.input<typeof manifestSchema>;
