/**
 * Entry point of the function that runs programs: the gateway sends it `POST /v1/programs/{id}/run`. The interpreters lie
 * in the function's package or a mounted folder (WEIGHTSMITH_MODELS) and stay in memory while the instance lives.
 */
import { ProgramHost } from "@weightsmith/programs";
import { handle } from "hono/aws-lambda";
import { createRunApp } from "../app.ts";
import type { App } from "../http/environment.ts";
import { forLambda } from "../lambda-adapter.ts";
import { jsonLog } from "../log.ts";
import { openServices, parseEnvironment } from "../settings.ts";
import { VERSION } from "../version.ts";
import { makeRuns } from "./runs.ts";
import { runEnvironmentSchema } from "./settings.ts";

let app: App | undefined;

function open(): App {
  if (app !== undefined) return app;
  const environment = parseEnvironment(runEnvironmentSchema, process.env);
  const log = jsonLog(environment.WEIGHTSMITH_LOG_LEVEL);
  const facts = { applicationName: "run", version: VERSION, streamSeconds: 1, freezes: true, log };
  const services = openServices(environment, facts);
  const host = new ProgramHost({ modelsFolder: environment.WEIGHTSMITH_MODELS });
  const runs = makeRuns({
    storage: services.storage,
    host,
    interpreters: services.interpreters.map(({ id }) => id),
    keep: environment.WEIGHTSMITH_RUN_KEEP,
  });
  app = createRunApp({ ...services, runs });
  return app;
}

export const handler = handle(forLambda(open, { originSecret: process.env.WEIGHTSMITH_ORIGIN_SECRET }));
