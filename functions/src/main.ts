/**
 * Entry point of the API on Node: environment in, server out. Also keeps house (sweeper, webhooks), unless told that
 * another process does. On SIGTERM running requests finish first.
 */
import { Sweeper } from "@weightsmith/core";
import { z } from "zod";
import { createApp } from "./app.ts";
import { jsonLog } from "./log.ts";
import { endOnSignals } from "./process.ts";
import { serveApp } from "./server.ts";
import { environmentSchema, openServices, parseEnvironment } from "./settings.ts";
import { VERSION } from "./version.ts";

const environment = parseEnvironment(
  environmentSchema.extend({
    WEIGHTSMITH_API_HOST: z.string().default("127.0.0.1"),
    WEIGHTSMITH_API_PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
    WEIGHTSMITH_TRUST_PROXY: z.enum(["0", "1"]).default("0"),
    /** The folder of the built page. */
    WEIGHTSMITH_PAGE: z.string().optional(),
    /** 0: another process sweeps. */
    WEIGHTSMITH_SWEEP_SECONDS: z.coerce.number().min(0).default(5),
  }),
  process.env,
);
const log = jsonLog(environment.WEIGHTSMITH_LOG_LEVEL);
const services = openServices(environment, {
  applicationName: "api",
  // Long enough to follow a training at one stretch.
  streamSeconds: 3600,
  version: VERSION,
  log,
});
const served = await serveApp(createApp(services), {
  host: environment.WEIGHTSMITH_API_HOST,
  port: environment.WEIGHTSMITH_API_PORT,
  trustProxy: environment.WEIGHTSMITH_TRUST_PROXY === "1",
  ...(environment.WEIGHTSMITH_PAGE === undefined ? {} : { pageFolder: environment.WEIGHTSMITH_PAGE }),
});

const ending = new AbortController();
const { db, storage, queues, localMode } = services;
const sweeping =
  environment.WEIGHTSMITH_SWEEP_SECONDS > 0
    ? Sweeper.start(
        { db, storage, queues, log },
        {
          webhooks: { allowPrivate: localMode },
          intervalSeconds: environment.WEIGHTSMITH_SWEEP_SECONDS,
          signal: ending.signal,
        },
      )
    : Promise.resolve();
log("info", "api ready", { url: served.url, version: VERSION });
// A parent that started this process learns the port here.
process.send?.({ type: "ready", url: served.url, port: served.port });

endOnSignals(log, async () => {
  ending.abort();
  // Followers first: their streams would keep the server open. The clients connect again, to another process.
  await Promise.all([services.feed.close(), served.close(), sweeping]);
  await services.close();
});
