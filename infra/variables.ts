/// <reference path="../.sst/platform/config.d.ts" />
/** The environment of functions and workers: what their entry points parse, and the same that the local stack sets. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { databaseUrl } from "./database.ts";
import { queues } from "./queues.ts";
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

export const variables: Record<string, $util.Input<string>> = {
  DATABASE_URL: databaseUrl,
  WEIGHTSMITH_BUCKET: bucket.name,
  WEIGHTSMITH_COMPILE_QUEUE_URL: queues.compile.jobs.url,
  WEIGHTSMITH_COMPILE_DEAD_LETTER_URL: queues.compile.deadLetters.url,
  WEIGHTSMITH_GENERATE_QUEUE_URL: queues.generate.jobs.url,
  WEIGHTSMITH_GENERATE_DEAD_LETTER_URL: queues.generate.deadLetters.url,
  WEIGHTSMITH_EXPERIMENT_QUEUE_URL: queues.experiment.jobs.url,
  WEIGHTSMITH_EXPERIMENT_DEAD_LETTER_URL: queues.experiment.deadLetters.url,
  ...modelVariables(),
};
