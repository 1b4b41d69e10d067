/**
 * Keeping house: everything that a crash at the wrong moment leaves undone is found here and done. Each task is safe to
 * run in several processes at once, and none depends on another.
 */
import * as Artifact from "../artifact/index.ts";
import * as Checkpoint from "../checkpoint/index.ts";
import type { Database } from "../database/index.ts";
import * as File from "../file/index.ts";
import * as Idempotency from "../idempotency/index.ts";
import * as Job from "../job/index.ts";
import * as Limit from "../limit/index.ts";
import type { Log } from "../log.ts";
import * as Outbox from "../outbox/index.ts";
import * as Program from "../program/index.ts";
import type { Queues } from "../queue/index.ts";
import * as Session from "../session/index.ts";
import * as Webhook from "../webhook/index.ts";

export interface SweeperParts {
  readonly db: Database;
  readonly storage: Artifact.Storage;
  readonly queues: Queues;
  readonly log: Log;
}

export interface SweeperSettings {
  /** How long an artifact that nothing uses is kept after it was last put. Default one day. */
  readonly artifactGraceSeconds?: number;
  /** How long checkpoints are kept after their job has ended. Default one hour. */
  readonly checkpointGraceSeconds?: number;
  /** How long a removed program can be restored. Default seven days. */
  readonly removedProgramSeconds?: number;
  readonly messages?: Outbox.DueSettings;
}

const HOUR = 3600;

/** How often each task did something in one pass; null if it failed, which is logged. */
export type Swept = Record<
  | "leasesExpired"
  | "deadLettersSettled"
  | "messagesSent"
  | "checkpointsRemoved"
  | "filesRemoved"
  | "programsPurged"
  | "artifactsRemoved"
  | "idempotencyKeysRemoved"
  | "rateWindowsRemoved"
  | "sessionsRemoved",
  number | null
>;

/**
 * One pass over everything but webhooks, whose receivers may be slow. A task that fails does not keep the others from
 * running.
 */
export async function sweep(parts: SweeperParts, settings: SweeperSettings = {}): Promise<Swept> {
  const { db, storage, queues, log } = parts;
  const tasks: Record<keyof Swept, () => Promise<number>> = {
    // Before the sending, so that the messages which these two want leave in the same pass.
    leasesExpired: () => Job.expireLeases(db),
    deadLettersSettled: () => Outbox.settleDeadLetters(db, queues, { log }),
    messagesSent: () => Outbox.sendDue(db, queues, { log, settings: settings.messages }),
    checkpointsRemoved: () =>
      Checkpoint.sweep(db, storage, { graceSeconds: settings.checkpointGraceSeconds ?? HOUR }),
    filesRemoved: () => File.sweep(db, storage),
    programsPurged: () => Program.sweep(db, { keepSeconds: settings.removedProgramSeconds ?? 7 * 24 * HOUR }),
    artifactsRemoved: () =>
      Artifact.sweep(db, storage, { graceSeconds: settings.artifactGraceSeconds ?? 24 * HOUR }),
    idempotencyKeysRemoved: () => Idempotency.sweep(db),
    rateWindowsRemoved: () => Limit.sweep(db),
    sessionsRemoved: () => Session.sweep(db),
  };
  const swept = {} as Swept;
  for (const [name, task] of Object.entries(tasks) as [keyof Swept, () => Promise<number>][]) {
    try {
      swept[name] = await task();
    } catch (error) {
      swept[name] = null;
      log("warn", "sweeping failed", { task: name, error });
    }
  }
  return swept;
}

export interface LoopSettings extends SweeperSettings {
  readonly webhooks: Webhook.DeliverySettings;
  /** Pause between passes. Default 5. */
  readonly intervalSeconds?: number;
  /** Pause between looks for webhooks that are due. Default 1. */
  readonly webhookIntervalSeconds?: number;
  /** Pause between looks for objects that the database does not know, the first of them too. Default one day. */
  readonly adoptIntervalSeconds?: number;
  readonly signal: AbortSignal;
}

/**
 * Sweeps and delivers webhooks, again and again until the signal aborts.
 * @returns resolves when what was under way then is over
 */
export async function start(parts: SweeperParts, settings: LoopSettings): Promise<void> {
  const {
    signal,
    intervalSeconds = 5,
    webhookIntervalSeconds = 1,
    adoptIntervalSeconds = 24 * HOUR,
  } = settings;
  await Promise.all([
    repeat(signal, intervalSeconds, async () => {
      const swept = await sweep(parts, settings);
      const did = Object.fromEntries(Object.entries(swept).filter(([, count]) => count !== 0));
      if (Object.keys(did).length > 0) parts.log("info", "swept", did);
    }),
    repeat(signal, webhookIntervalSeconds, async () => {
      try {
        await Webhook.deliverDue(parts.db, settings.webhooks, parts.log);
      } catch (error) {
        parts.log("warn", "delivering webhooks failed", { error });
      }
    }),
    pause(adoptIntervalSeconds * 1000, signal).then(() =>
      repeat(signal, adoptIntervalSeconds, async () => {
        try {
          const adopted = await Artifact.adoptUnknown(parts.db, parts.storage);
          if (adopted > 0) parts.log("info", "unknown objects found", { adopted });
        } catch (error) {
          parts.log("warn", "looking for unknown objects failed", { error });
        }
      }),
    ),
  ]);
}

async function repeat(signal: AbortSignal, seconds: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work();
    await pause(seconds * 1000, signal);
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) return done();
    const timer = setTimeout(finish, milliseconds);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      done();
    }
    signal.addEventListener("abort", finish);
  });
