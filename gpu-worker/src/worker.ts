/** A worker: one consumer a queue, all of them drained together. */
import type { JobType } from "@weightsmith/contract";
import type { Queue } from "@weightsmith/core";
import type { Logger } from "pino";
import { type Consumer, type ConsumeSettings, consume } from "./consume.ts";
import type { Handlers } from "./handler.ts";
import { type Stores, type WorkSettings, work } from "./work.ts";

export interface WorkerSettings extends WorkSettings, ConsumeSettings {
  /** How long jobs in hand may go on after `stop` before they are given back. */
  readonly drainSeconds: number;
}

export interface WorkerHealth {
  readonly status: "ok" | "draining" | "failing";
  readonly workerId: string;
  readonly device: string;
  readonly jobs: readonly string[];
  readonly queues: Readonly<Record<string, { readonly lastPollAt: string | null }>>;
}

export interface Worker {
  health(): WorkerHealth;
  /** Takes no more jobs, gives those in hand `drainSeconds` to end, then gives them back. Calling it again waits. */
  stop(): Promise<void>;
  /** Resolves when the worker has ended. */
  readonly ended: Promise<void>;
}

export function startWorker(
  stores: Stores & { readonly queues: Queue.Queues },
  handlers: Handlers,
  settings: WorkerSettings,
  log: Logger,
): Worker {
  const polling = new AbortController();
  const draining = new AbortController();
  const jobs = new Set<string>();

  const consumers = new Map<JobType, Consumer>();
  for (const type of Object.keys(handlers) as JobType[]) {
    const handler = handlers[type]!;
    const queue = { sqs: stores.queues.sqs, url: stores.queues.urls[type].url };
    const consumer = consume(
      queue,
      settings,
      async (message) => {
        await work({ message, type, handler, inHand: jobs }, stores, settings, draining.signal, log);
        return "delete";
      },
      polling.signal,
      log.child({ queue: type }),
    );
    consumers.set(type, consumer);
  }

  const ended = Promise.all([...consumers.values()].map(({ done }) => done)).then(() => {});

  const stop = async (): Promise<void> => {
    if (!polling.signal.aborted) {
      log.info({ jobs: [...jobs] }, "draining");
      polling.abort();
      const patience = setTimeout(() => draining.abort(), settings.drainSeconds * 1000);
      ended.finally(() => clearTimeout(patience)).catch(() => {});
    }
    await ended;
  };

  return {
    ended,
    stop,
    health() {
      const silentMs = (settings.waitSeconds + 60) * 1000;
      const polls = [...consumers].map(([type, { lastPollAt }]) => ({ type, lastPollAt }));
      // A queue whose slots are all at work is not polled; only an idle one can be silent for a bad reason.
      const silent =
        jobs.size === 0 &&
        polls.some(({ lastPollAt }) => lastPollAt && Date.now() - lastPollAt.getTime() > silentMs);
      return {
        status: silent ? "failing" : polling.signal.aborted ? "draining" : "ok",
        workerId: settings.workerId,
        device: settings.device,
        jobs: [...jobs],
        queues: Object.fromEntries(
          polls.map(({ type, lastPollAt }) => [type, { lastPollAt: lastPollAt?.toISOString() ?? null }]),
        ),
      };
    },
  };
}
