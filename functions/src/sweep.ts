/** Entry point of the housekeeping function, called every minute by a schedule: one pass of the sweeper. */
import { Sweeper, Webhook } from "@weightsmith/core";
import { jsonLog } from "./log.ts";
import { environmentSchema, type OpenServices, openServices, parseEnvironment } from "./settings.ts";
import { VERSION } from "./version.ts";

let services: OpenServices | undefined;

export async function handler(): Promise<Sweeper.Swept> {
  const environment = parseEnvironment(environmentSchema, process.env);
  const log = jsonLog(environment.WEIGHTSMITH_LOG_LEVEL);
  services ??= openServices(environment, {
    applicationName: "sweeper",
    version: VERSION,
    streamSeconds: 1,
    log,
  });
  const { db, storage, queues, localMode } = services;
  const swept = await Sweeper.sweep({ db, storage, queues, log });
  await Webhook.deliverDue(db, { allowPrivate: localMode }, log);
  return swept;
}
