/** Which variables a deployment leaves unset on purpose, each with the reason: a new one has to be decided about. */

/** Read by entry points outside their schemas. */
const functions = ["WEIGHTSMITH_ORIGIN_SECRET"];
/** The function that runs programs has what every function has. */
export const READ_APART = { api: functions, run: functions, worker: [] as string[] };

export const isOurs = (name: string): boolean => /^(WEIGHTSMITH_|OTEL_|DATABASE_URL$)/.test(name);

const api = {
  WEIGHTSMITH_DATABASE_CONNECTIONS: "the default fits a function",
  WEIGHTSMITH_RUN_URL: "the gateway sends runs to the function that has the models",
  WEIGHTSMITH_RUN_SECONDS: "the default is what a gateway waits",
  WEIGHTSMITH_LOCAL: "this is no developer's machine",
  WEIGHTSMITH_METRICS_TOKEN: "metrics are in CloudWatch, not at /metrics",
  WEIGHTSMITH_PUBLIC_URL: "only where a domain is configured",
  OPENAI_API_KEY: "only where more examples are to be written by a model",
  OPENAI_BASE_URL: "only where more examples are to be written by a model",
  WEIGHTSMITH_EXAMPLES_MODEL: "only where more examples are to be written by a model",
  WEIGHTSMITH_GITHUB_CLIENT_ID: "only where an OAuth app is configured",
  WEIGHTSMITH_GITHUB_CLIENT_SECRET: "only where an OAuth app is configured",
};

export const UNSET = {
  everywhere: {
    AWS_REGION: "set by AWS",
    AWS_ENDPOINT_URL_S3: "AWS's own",
    AWS_ENDPOINT_URL_SQS: "AWS's own",
    OTEL_EXPORTER_OTLP_ENDPOINT: "only where traces are wanted",
    WEIGHTSMITH_LOG_LEVEL: "the default",
  },
  api,
  run: {
    ...api,
    WEIGHTSMITH_RUN_THREADS: "as many as the function has",
    WEIGHTSMITH_RUN_KEEP: "the default",
  },
  worker: {
    WEIGHTSMITH_MODELS: "the image sets it",
    WEIGHTSMITH_LODA_PROGRAMS: "the models in the image carry what generation needs",
    WEIGHTSMITH_WORKER_ID: "the container's host name",
    WEIGHTSMITH_HEALTH_PORT: "the image exposes the default",
    WEIGHTSMITH_HEALTH_HOST: "the default",
    WEIGHTSMITH_THREADS: "as many as the instance has",
    WEIGHTSMITH_LEASE_SECONDS: "the default",
    WEIGHTSMITH_HEARTBEAT_SECONDS: "the default",
    WEIGHTSMITH_VISIBILITY_SECONDS: "the default is the queue's",
    WEIGHTSMITH_WAIT_SECONDS: "the default",
    WEIGHTSMITH_ATTEMPT_SECONDS: "the default",
    WEIGHTSMITH_STOP_SECONDS: "the default",
    WEIGHTSMITH_CODE_REQUESTS_QUEUE_URL: "only where code is asked for by messages",
    WEIGHTSMITH_CODE_RESULTS_QUEUE_URL: "only where code is asked for by messages",
    WEIGHTSMITH_LOCAL: "this is no developer's machine",
    WEIGHTSMITH_NICENESS: "a worker has its instance to itself",
  },
} as const;
