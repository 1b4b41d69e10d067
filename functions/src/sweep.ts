/** Entry points of the housekeeping function: a pass of the sweeper every minute, a look at the whole bucket every day. */
import { Artifact, Sweeper, Webhook } from "@weightsmith/core";
import { jsonLog } from "./log.ts";
import { environmentSchema, type OpenServices, openServices, parseEnvironment } from "./settings.ts";
import { VERSION } from "./version.ts";

let services: OpenServices | undefined;

function open(): OpenServices {
  const environment = parseEnvironment(environmentSchema, process.env);
  const log = jsonLog(environment.WEIGHTSMITH_LOG_LEVEL);
  services ??= openServices(environment, {
    applicationName: "sweeper",
    version: VERSION,
    streamSeconds: 1,
    log,
  });
  return services;
}

export async function handler(): Promise<Sweeper.Swept> {
  const { db, storage, queues, localMode, log } = open();
  const swept = await Sweeper.sweep({ db, storage, queues, log });
  await Webhook.deliverDue(db, { allowPrivate: localMode }, log);
  return swept;
}

/** Objects that the database does not know are collected in due time. */
export async function adoptUnknown(): Promise<{ adopted: number }> {
  const { db, storage } = open();
  return { adopted: await Artifact.adoptUnknown(db, storage) };
}
