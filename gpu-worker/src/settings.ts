/** The worker's environment, parsed once at its entry point. */
import { availableParallelism, hostname } from "node:os";
import path from "node:path";
import { jobTypeSchema } from "@weightsmith/contract";
import { z } from "zod";

const url = z.url({ protocol: /^https?$/ });
const seconds = (fallback: number) => z.coerce.number().min(0).default(fallback);

export const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  WEIGHTSMITH_BUCKET: z.string().min(1),
  WEIGHTSMITH_COMPILE_QUEUE_URL: url,
  WEIGHTSMITH_COMPILE_DEAD_LETTER_URL: url,
  WEIGHTSMITH_GENERATE_QUEUE_URL: url,
  WEIGHTSMITH_GENERATE_DEAD_LETTER_URL: url,
  WEIGHTSMITH_EXPERIMENT_QUEUE_URL: url,
  WEIGHTSMITH_EXPERIMENT_DEAD_LETTER_URL: url,
  /** Code generation for event-driven users: both, or neither. */
  WEIGHTSMITH_CODE_REQUESTS_QUEUE_URL: url.optional(),
  WEIGHTSMITH_CODE_RESULTS_QUEUE_URL: url.optional(),
  /** AWS's own variables; the endpoints are set only where the servers are not AWS. */
  AWS_REGION: z.string().default("us-east-1"),
  AWS_ENDPOINT_URL_S3: url.optional(),
  AWS_ENDPOINT_URL_SQS: url.optional(),

  /** The types of jobs that this worker does, separated by commas. */
  WEIGHTSMITH_JOB_TYPES: z
    .string()
    .default("compile")
    .transform((list) => list.split(",").map((name) => name.trim()))
    .pipe(z.array(jobTypeSchema).min(1)),
  WEIGHTSMITH_DEVICE: z.enum(["auto", "cpu", "cuda", "webgpu"]).default("auto"),
  /** The folder of the interpreters. */
  WEIGHTSMITH_MODELS: z.string().default(path.resolve(import.meta.dirname, "../../models")),
  /** A clone of loda-programs, for generate jobs of kind loda. */
  WEIGHTSMITH_LODA_PROGRAMS: z.string().optional(),
  WEIGHTSMITH_WORKER_ID: z.string().min(1).default(`${hostname()}-${process.pid}`),
  WEIGHTSMITH_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  /** 0 takes any free port. */
  WEIGHTSMITH_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  WEIGHTSMITH_HEALTH_HOST: z.string().default("0.0.0.0"),
  WEIGHTSMITH_THREADS: z.coerce.number().int().min(1).default(availableParallelism()),
  WEIGHTSMITH_LEASE_SECONDS: seconds(30),
  WEIGHTSMITH_HEARTBEAT_SECONDS: seconds(2),
  WEIGHTSMITH_VISIBILITY_SECONDS: seconds(60),
  WEIGHTSMITH_WAIT_SECONDS: seconds(20),
  WEIGHTSMITH_DRAIN_SECONDS: seconds(20),
  WEIGHTSMITH_ATTEMPT_SECONDS: seconds(6 * 3600),
  /** How long a handler has to stop before its process is ended. */
  WEIGHTSMITH_STOP_SECONDS: seconds(20),
  /** "1" on a person's own machine: experiments may then ask endpoints of private networks. */
  WEIGHTSMITH_LOCAL: z.enum(["0", "1"]).default("0"),
  /** `emf`: metrics are lines of the log, in CloudWatch's embedded metric format. */
  WEIGHTSMITH_METRICS: z.enum(["none", "emf"]).default("none"),
  /** Where traces go; without it none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  /** Above 0, computing yields to everything else on the machine. */
  WEIGHTSMITH_NICENESS: z.coerce.number().int().min(0).max(19).default(0),
});

export type Environment = z.output<typeof environmentSchema>;

/** @throws Error that lists every variable that is missing or unusable */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = environmentSchema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(`The worker's environment is not usable:\n${problems.join("\n")}`);
}
