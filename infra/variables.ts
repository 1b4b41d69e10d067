/// <reference path="../.sst/platform/config.d.ts" />
/** The environment of functions and workers: what their entry points parse, and the same that the local stack sets. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { databaseUrl } from "./database.ts";
import { queues } from "./queues.ts";
import { githubClientSecret, originSecret } from "./secrets.ts";
import { stage } from "./stage.ts";
import { bucket } from "./storage.ts";

/** Models and compiler as the code of this checkout has them. */
function modelVariables(): Record<string, string> {
  const root = $cli.paths.root;
  const output = execFileSync(path.join(root, "node_modules/.bin/node"), [
    "--disable-warning=ExperimentalWarning",
    path.join(root, "scripts/model-variables.ts"),
  ]);
  return JSON.parse(output.toString()) as Record<string, string>;
}

/** What workers make, and so what the API takes. */
const kinds = {
  WEIGHTSMITH_COMPILE_KINDS: "weights,specialist",
  WEIGHTSMITH_GENERATE_KINDS: "code,loda,text",
  WEIGHTSMITH_EXPERIMENT_KINDS: "playbook,batch",
};

const optional = (name: string, value: $util.Input<string> | undefined) =>
  value === undefined ? {} : { [name]: value };

export const variables: Record<string, $util.Input<string>> = {
  DATABASE_URL: databaseUrl,
  WEIGHTSMITH_BUCKET: bucket.name,
  WEIGHTSMITH_COMPILE_QUEUE_URL: queues.compile.jobs.url,
  WEIGHTSMITH_COMPILE_DEAD_LETTER_URL: queues.compile.deadLetters.url,
  WEIGHTSMITH_GENERATE_QUEUE_URL: queues.generate.jobs.url,
  WEIGHTSMITH_GENERATE_DEAD_LETTER_URL: queues.generate.deadLetters.url,
  WEIGHTSMITH_EXPERIMENT_QUEUE_URL: queues.experiment.jobs.url,
  WEIGHTSMITH_EXPERIMENT_DEAD_LETTER_URL: queues.experiment.deadLetters.url,
  ...optional("OTEL_EXPORTER_OTLP_ENDPOINT", stage.otlpEndpoint),
};

/** Of the functions alone. */
export const apiVariables: Record<string, $util.Input<string>> = {
  ...variables,
  ...modelVariables(),
  ...kinds,
  WEIGHTSMITH_METRICS: "emf",
  WEIGHTSMITH_ORIGIN_SECRET: originSecret.value,
  ...optional("WEIGHTSMITH_PUBLIC_URL", stage.domain && `https://${stage.domain}`),
  ...optional("WEIGHTSMITH_GITHUB_CLIENT_ID", stage.githubClientId),
  ...optional("WEIGHTSMITH_GITHUB_CLIENT_SECRET", githubClientSecret?.value),
};

/** Of the workers alone: every type of job, on the GPU. */
export const workerVariables: Record<string, $util.Input<string>> = {
  ...variables,
  WEIGHTSMITH_DEVICE: "cuda",
  WEIGHTSMITH_JOB_TYPES: "compile,generate,experiment",
  WEIGHTSMITH_DRAIN_SECONDS: "60",
  WEIGHTSMITH_METRICS: "emf",
};
