/**
 * Entry point of the process that runs programs, on Node. Only the API's own process talks to it, which forwards runs as
 * they came (WEIGHTSMITH_RUN_URL); so it believes what that says about the caller's address, and listens on loopback.
 */
import { ProgramHost } from "@weightsmith/programs";
import { z } from "zod";
import { createRunApp } from "../app.ts";
import { jsonLog } from "../log.ts";
import { endOnSignals } from "../process.ts";
import { serveApp } from "../server.ts";
import { openServices, parseEnvironment } from "../settings.ts";
import { VERSION } from "../version.ts";
import { makeRuns } from "./runs.ts";
import { runEnvironmentSchema } from "./settings.ts";

const environment = parseEnvironment(
  runEnvironmentSchema.extend({
    WEIGHTSMITH_RUN_HOST: z.string().default("127.0.0.1"),
    WEIGHTSMITH_RUN_PORT: z.coerce.number().int().min(0).max(65_535).default(8788),
  }),
  process.env,
);
const log = jsonLog(environment.WEIGHTSMITH_LOG_LEVEL);
const threads = environment.WEIGHTSMITH_RUN_THREADS;
const host = new ProgramHost({
  modelsFolder: environment.WEIGHTSMITH_MODELS,
  ...(threads === undefined ? {} : { threads }),
});
const services = openServices(environment, {
  applicationName: "run",
  streamSeconds: 1,
  version: VERSION,
  log,
});
const runs = makeRuns({
  storage: services.storage,
  host,
  interpreters: services.interpreters.map(({ id }) => id),
  keep: environment.WEIGHTSMITH_RUN_KEEP,
});
const served = await serveApp(createRunApp({ ...services, runs }), {
  host: environment.WEIGHTSMITH_RUN_HOST,
  port: environment.WEIGHTSMITH_RUN_PORT,
  trustProxy: true,
});
log("info", "run ready", { url: served.url, version: VERSION });
process.send?.({ type: "ready", url: served.url, port: served.port });

endOnSignals(log, async () => {
  await served.close();
  await host.close();
  await services.close();
});
