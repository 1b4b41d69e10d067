/**
 * Entry point of the API on Lambda behind an HTTP API gateway (payload format 2.0), which collects an answer before it
 * passes it on: an event stream is therefore cut into short ones, and clients connect again. lambda-stream.ts has the
 * one that streams.
 */
import { handle } from "hono/aws-lambda";
import { createApp } from "./app.ts";
import type { App } from "./http/environment.ts";
import { forLambda } from "./lambda-adapter.ts";
import { jsonLog } from "./log.ts";
import type { Services } from "./services.ts";
import { environmentSchema, openServices, parseEnvironment } from "./settings.ts";
import { VERSION } from "./version.ts";

/** What the caller of a collected stream waits for at most. */
const COLLECTED_STREAM_SECONDS = 5;

export const lambdaHandler = (services: Services) => {
  const app = createApp(services);
  return handle(forLambda(() => app));
};

/** One app for each instance of the function, made on its first request. */
export function appOfEnvironment(streamSeconds: number): () => App {
  let app: App | undefined;
  return () => {
    if (app === undefined) {
      const environment = parseEnvironment(environmentSchema, process.env);
      const log = jsonLog(environment.WEIGHTSMITH_LOG_LEVEL);
      const facts = { applicationName: "api", version: VERSION, streamSeconds, freezes: true, log };
      app = createApp(openServices(environment, facts));
    }
    return app;
  };
}

export const handler = handle(
  forLambda(appOfEnvironment(COLLECTED_STREAM_SECONDS), {
    originSecret: process.env.WEIGHTSMITH_ORIGIN_SECRET,
  }),
);
