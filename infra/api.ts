/// <reference path="../.sst/platform/config.d.ts" />
/**
 * The API's functions behind an HTTP gateway: requests, runs of programs (the one function with a model runtime), the
 * housekeeping of every minute and of every day, and the migration of each deployment.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { vpc } from "./network.ts";
import { keepHouse, makeArtifacts, seeWhatIsMissing, sendJobs, writeObjects } from "./permissions.ts";
import { stage } from "./stage.ts";
import { apiVariables } from "./variables.ts";

const common = {
  runtime: "nodejs24.x",
  architecture: "arm64",
  vpc,
  logging: { format: "json", retention: stage.logRetention },
  environment: apiVariables,
} as const;

export const api = new sst.aws.Function("Api", {
  ...common,
  handler: "functions/src/lambda.handler",
  memory: "1 GB",
  timeout: "29 seconds",
  concurrency: { provisioned: stage.warmApi },
  versioning: stage.warmApi > 0,
  permissions: [seeWhatIsMissing, writeObjects, sendJobs],
});

export const run = new sst.aws.Function("Run", {
  ...common,
  handler: "functions/src/run/lambda.handler",
  // The runtime's native library is of the processor; models are loaded into this memory.
  architecture: "x86_64",
  memory: "3 GB",
  timeout: "29 seconds",
  environment: { ...common.environment, WEIGHTSMITH_MODELS: "models" },
  nodejs: { install: ["onnxruntime-node"] },
  copyFiles: [{ from: "models" }],
  permissions: [seeWhatIsMissing, makeArtifacts],
});

export const gateway = new sst.aws.ApiGatewayV2("Gateway", {
  accessLog: { retention: stage.logRetention },
  transform: {
    stage: {
      defaultRouteSettings: {
        throttlingRateLimit: 1000,
        throttlingBurstLimit: 2000,
        detailedMetricsEnabled: true,
      },
    },
  },
});
gateway.route("$default", api.arn);
gateway.route("POST /v1/programs/{id}/run", run.arn);
gateway.route("GET /v1/interpreters/{id}", run.arn);
gateway.route("GET /v1/interpreters/{id}/{sha256}/{file}", run.arn);
gateway.route("POST /v1/chat/completions", run.arn);
gateway.route("POST /v1/completions", run.arn);
// What PAW's clients ask of the part that has the interpreters in memory.
gateway.route("POST /api/v1/infer", run.arn);
gateway.route("GET /api/v1/programs/{id}/download", run.arn);
// A program may be named by its alias, user/name.
gateway.route("GET /api/v1/programs/{user}/{name}/download", run.arn);
gateway.route("GET /api/v1/models/runtimes/{id}", run.arn);
gateway.route("GET /api/v1/models/files/{file}", run.arn);
gateway.route("POST /api/v1/program-imports/{id}/validate", run.arn);
gateway.route("POST /v1/specialists/generate", run.arn);
gateway.route("POST /v1/specialists/gates", run.arn);

new sst.aws.CronV2("EveryMinute", {
  schedule: "rate(1 minute)",
  function: {
    ...common,
    handler: "functions/src/sweep.handler",
    memory: "512 MB",
    timeout: "55 seconds",
    permissions: keepHouse,
  },
});

new sst.aws.CronV2("EveryDay", {
  schedule: "rate(1 day)",
  function: {
    ...common,
    handler: "functions/src/sweep.adoptUnknown",
    memory: "512 MB",
    timeout: "15 minutes",
    permissions: keepHouse,
  },
});

const migrate = new sst.aws.Function("Migrate", {
  ...common,
  handler: "functions/src/migrate.handler",
  memory: "512 MB",
  timeout: "15 minutes",
  copyFiles: [{ from: "packages/core/drizzle", to: "drizzle" }],
});

const journal = readFileSync(path.join($cli.paths.root, "packages/core/drizzle/meta/_journal.json"));
/** Called by a deployment that has new migrations, before its functions matter to anyone. */
new aws.lambda.Invocation("Migrated", {
  functionName: migrate.name,
  input: "{}",
  triggers: { journal: createHash("sha256").update(journal).digest("hex") },
});
