/** The environment of the API's processes, parsed once at their entry points, and the services made from it. */
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { COMPILE_KINDS, EXPERIMENT_QUEUE_KINDS, GENERATE_KINDS, sha256Schema } from "@weightsmith/contract";
import { Database, Job, Metrics, Outbox, Trace } from "@weightsmith/core";
import { z } from "zod";
import { LOCAL_LIMITS, type Log, PUBLIC_LIMITS, type Services } from "./services.ts";

const url = z.url({ protocol: /^https?$/ });
const flag = z.enum(["0", "1"]).default("0");

/** Names separated by commas, each one of those known. */
const kinds = <const K extends readonly string[]>(known: K, fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((list) => list.split(",").filter((name) => name !== ""))
    .pipe(z.array(z.enum(known)));

const interpretersSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
  })
  .pipe(z.array(z.strictObject({ id: z.string().min(1), sha256: sha256Schema })));

export const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  WEIGHTSMITH_BUCKET: z.string().min(1),
  WEIGHTSMITH_COMPILE_QUEUE_URL: url,
  WEIGHTSMITH_COMPILE_DEAD_LETTER_URL: url,
  WEIGHTSMITH_GENERATE_QUEUE_URL: url,
  WEIGHTSMITH_GENERATE_DEAD_LETTER_URL: url,
  WEIGHTSMITH_EXPERIMENT_QUEUE_URL: url,
  WEIGHTSMITH_EXPERIMENT_DEAD_LETTER_URL: url,
  /** AWS's own variables; the endpoints are set only where the servers are not AWS. */
  AWS_REGION: z.string().default("us-east-1"),
  AWS_ENDPOINT_URL_S3: url.optional(),
  AWS_ENDPOINT_URL_SQS: url.optional(),

  WEIGHTSMITH_DATABASE_CONNECTIONS: z.coerce.number().int().min(1).default(10),
  /** `[{"id": "…", "sha256": "…"}]`: the models that programs run on; the first is the default. */
  WEIGHTSMITH_INTERPRETERS: interpretersSchema,
  /** Changes whenever the compiler would make another program from the same request. */
  WEIGHTSMITH_COMPILER_REVISION: z.string().min(1),
  /** The kinds that some worker makes. */
  WEIGHTSMITH_COMPILE_KINDS: kinds(COMPILE_KINDS, "weights,specialist"),
  WEIGHTSMITH_GENERATE_KINDS: kinds(GENERATE_KINDS, ""),
  WEIGHTSMITH_EXPERIMENT_KINDS: kinds(EXPERIMENT_QUEUE_KINDS, ""),
  /** Where the process that runs programs listens; empty: programs cannot be run here. */
  WEIGHTSMITH_RUN_URL: url.optional(),
  /** A run that takes longer is given up; a gateway waits 30 seconds. */
  WEIGHTSMITH_RUN_SECONDS: z.coerce.number().positive().default(25),
  /** 1 on a developer's machine: generous limits, and webhooks to private addresses. */
  WEIGHTSMITH_LOCAL: flag,
  /** By which /metrics opens; without it, only in local mode. */
  WEIGHTSMITH_METRICS_TOKEN: z.string().min(16).optional(),
  /** Where people reach this server, such as https://weightsmith.example. */
  WEIGHTSMITH_PUBLIC_URL: z.url().optional(),
  /** An OpenAI-compatible service that writes examples; either one is enough, for a service of one's own needs no key. */
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: url.optional(),
  WEIGHTSMITH_EXAMPLES_MODEL: z.string().min(1).default("gpt-4o-mini"),
  /** An OAuth app's; both or none. */
  WEIGHTSMITH_GITHUB_CLIENT_ID: z.string().min(1).optional(),
  WEIGHTSMITH_GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  /** `emf`: metrics are lines of the log, in CloudWatch's embedded metric format. */
  WEIGHTSMITH_METRICS: z.enum(["none", "emf"]).default("none"),
  /** Where traces go; without it none are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  WEIGHTSMITH_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});
export type Environment = z.output<typeof environmentSchema>;

/** @throws Error that lists every variable that is missing or unusable */
export function parseEnvironment<S extends z.ZodType>(
  schema: S,
  variables: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  // A variable that is set to nothing is not set: compose files and secrets without a value do so.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(`The environment is not usable:\n${problems.join("\n")}`);
}

export interface OpenServices extends Services {
  /** Ends followers, waits for messages on their way, and closes the connections. */
  close(): Promise<void>;
}

export interface ProcessFacts {
  readonly applicationName: string;
  readonly streamSeconds: number;
  readonly version: string;
  readonly log: Log;
  readonly runs?: Services["runs"];
  /** Default false. */
  readonly freezes?: boolean;
}

/** Nobody waits for a message to be sent here, and a batch costs as much as one. */
const SEND_SPACING_MILLISECONDS = 20;

/** Connects on first use: nothing has to be up yet. */
export function openServices(environment: Environment, facts: ProcessFacts): OpenServices {
  const { log, version, streamSeconds, applicationName } = facts;
  const region = environment.AWS_REGION;
  const db = Database.connect(environment.DATABASE_URL, {
    maxConnections: environment.WEIGHTSMITH_DATABASE_CONNECTIONS,
    applicationName,
  });
  const s3 = new S3Client({
    region,
    // The SDK reads AWS_ENDPOINT_URL_S3 itself; a server that is not AWS has no host names for buckets.
    forcePathStyle: environment.AWS_ENDPOINT_URL_S3 !== undefined,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  // A queue's URL names its server as that sees itself; where an endpoint is given, that is where it is reached.
  const sqs = new SQSClient({
    region,
    useQueueUrlAsEndpoint: environment.AWS_ENDPOINT_URL_SQS === undefined,
  });
  const queues = {
    sqs,
    urls: {
      compile: {
        url: environment.WEIGHTSMITH_COMPILE_QUEUE_URL,
        deadLetterUrl: environment.WEIGHTSMITH_COMPILE_DEAD_LETTER_URL,
      },
      generate: {
        url: environment.WEIGHTSMITH_GENERATE_QUEUE_URL,
        deadLetterUrl: environment.WEIGHTSMITH_GENERATE_DEAD_LETTER_URL,
      },
      experiment: {
        url: environment.WEIGHTSMITH_EXPERIMENT_QUEUE_URL,
        deadLetterUrl: environment.WEIGHTSMITH_EXPERIMENT_DEAD_LETTER_URL,
      },
    },
  };
  const { freezes = false } = facts;
  const dispatcher = Outbox.dispatcher(db, queues, {
    log,
    spacingMilliseconds: freezes ? 0 : SEND_SPACING_MILLISECONDS,
  });
  const tracer = Trace.tracer({
    endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    service: `weightsmith-${applicationName}`,
    version,
  });
  const feed = Job.feed(db, { log });
  const localMode = environment.WEIGHTSMITH_LOCAL === "1";
  const runUrl = environment.WEIGHTSMITH_RUN_URL;
  return {
    db,
    storage: { s3, bucket: environment.WEIGHTSMITH_BUCKET },
    queues,
    dispatcher,
    freezes,
    feed,
    log,
    limits: localMode ? LOCAL_LIMITS : PUBLIC_LIMITS,
    interpreters: environment.WEIGHTSMITH_INTERPRETERS,
    compilerRevision: environment.WEIGHTSMITH_COMPILER_REVISION,
    kinds: {
      compile: environment.WEIGHTSMITH_COMPILE_KINDS,
      generate: environment.WEIGHTSMITH_GENERATE_KINDS,
      experiment: environment.WEIGHTSMITH_EXPERIMENT_KINDS,
    },
    runs: facts.runs ?? (runUrl === undefined ? undefined : { forwardTo: runUrl }),
    localMode,
    metricsToken: environment.WEIGHTSMITH_METRICS_TOKEN,
    runSeconds: environment.WEIGHTSMITH_RUN_SECONDS,
    streamSeconds,
    ...(environment.WEIGHTSMITH_PUBLIC_URL === undefined
      ? {}
      : { publicUrl: environment.WEIGHTSMITH_PUBLIC_URL }),
    ...githubOf(environment),
    ...exampleWriterOf(environment),
    version,
    tracer,
    ...(environment.WEIGHTSMITH_METRICS === "emf" ? { meter: Metrics.emfMeter() } : {}),
    async close() {
      await tracer.close();
      await feed.close();
      await dispatcher.drained();
      await Database.close(db);
      s3.destroy();
      sqs.destroy();
    },
  };
}

function githubOf(environment: Environment): Pick<Services, "github"> {
  const clientId = environment.WEIGHTSMITH_GITHUB_CLIENT_ID;
  const clientSecret = environment.WEIGHTSMITH_GITHUB_CLIENT_SECRET;
  return clientId === undefined || clientSecret === undefined ? {} : { github: { clientId, clientSecret } };
}

function exampleWriterOf(environment: Environment): Pick<Services, "exampleWriter"> {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, WEIGHTSMITH_EXAMPLES_MODEL: model } = environment;
  if (apiKey === undefined && baseUrl === undefined) return {};
  return { exampleWriter: { apiKey, model, baseUrl: baseUrl ?? "https://api.openai.com/v1" } };
}
