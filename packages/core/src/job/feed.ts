/**
 * Following jobs as they happen. One connection a process listens for Postgres' notifications and wakes whoever follows
 * that job; what happened is always read from the table, so that a notification that got lost only costs time.
 */
import {
  isFinalEvent,
  isFinalState,
  type JobEvent,
  type JobId,
  type WorkspaceId,
} from "@weightsmith/contract";
import type { Database } from "../database/index.ts";
import { type Log, noLog } from "../log.ts";
import { get } from "./create.ts";
import { CHANNEL, eventOf, type Job } from "./row.ts";
import { eventView } from "./view.ts";

export interface Feed {
  /**
   * The job's events after `afterSequence` (default 0: all), first those of the past, then as they come. Ends after the
   * final event, or when the signal aborts.
   * @throws AppError job.not_found
   */
  follow(request: {
    readonly workspaceId: WorkspaceId;
    readonly jobId: JobId;
    readonly afterSequence?: number;
    readonly signal?: AbortSignal;
  }): AsyncGenerator<JobEvent, void, void>;
  /**
   * The job as soon as it is final, or as it is when the time is over.
   * @throws AppError job.not_found
   */
  settled(request: {
    readonly workspaceId: WorkspaceId;
    readonly jobId: JobId;
    readonly timeoutSeconds: number;
    readonly signal?: AbortSignal;
  }): Promise<Job>;
  /** Ends every follower. */
  close(): Promise<void>;
}

export interface FeedSettings {
  /** How often to look without having been notified. Default 5. */
  readonly pollSeconds?: number;
  readonly log?: Log;
}

/** How many events one query reads. */
const PAGE = 500;

export function feed(db: Database, { pollSeconds = 5, log = noLog }: FeedSettings = {}): Feed {
  const followers = new Map<JobId, Set<Bell>>();
  const closing = new AbortController();

  const wake = (jobId: string): void => {
    for (const bell of followers.get(jobId as JobId) ?? []) bell.ring();
  };
  const wakeAll = (): void => {
    for (const jobId of followers.keys()) wake(jobId);
  };
  let listening: ReturnType<Database["sql"]["listen"]> | undefined;
  /** Listens from the first follower on; without it, followers still poll. */
  const listen = async (): Promise<void> => {
    listening ??= db.sql.listen(CHANNEL, wake, wakeAll);
    try {
      await listening;
    } catch (error) {
      listening = undefined;
      log("warn", "cannot listen for job events; polling", { error });
    }
  };

  async function* rings(jobId: JobId, signal: AbortSignal | undefined, timeoutSeconds: number) {
    const bell = new Bell();
    const bells = followers.get(jobId) ?? new Set();
    followers.set(jobId, bells.add(bell));
    const over = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
    const deadline = performance.now() + timeoutSeconds * 1000;
    try {
      // Listening must have begun before the first look at the table, or what happens in between is missed.
      await listen();
      for (;;) {
        yield;
        const leftMs = deadline - performance.now();
        if (over.aborted || leftMs <= 0) return;
        await bell.wait(Math.min(pollSeconds * 1000, leftMs), over);
        if (over.aborted) return;
      }
    } finally {
      bells.delete(bell);
      if (bells.size === 0) followers.delete(jobId);
    }
  }

  return {
    async *follow({ workspaceId, jobId, afterSequence = 0, signal }) {
      const job = await get(db, { workspaceId, jobId });
      if (isFinalState(job.state) && afterSequence >= job.eventSequence) return;
      let last = afterSequence;
      for await (const _ of rings(jobId, signal, Infinity)) {
        for (let more = true; more; ) {
          const rows = await db.sql`
            select * from job_event where job_id = ${jobId} and sequence > ${last} order by sequence limit ${PAGE}`;
          for (const row of rows) {
            if (signal?.aborted) return;
            const event = eventView(eventOf(row));
            yield event;
            last = event.sequence;
            if (isFinalEvent(event)) return;
          }
          more = rows.length === PAGE;
        }
      }
    },

    async settled({ workspaceId, jobId, timeoutSeconds, signal }) {
      let job = await get(db, { workspaceId, jobId });
      if (isFinalState(job.state) || timeoutSeconds <= 0) return job;
      for await (const _ of rings(jobId, signal, timeoutSeconds)) {
        job = await get(db, { workspaceId, jobId });
        if (isFinalState(job.state)) break;
      }
      return job;
    },

    async close() {
      closing.abort();
      try {
        await (await listening)?.unlisten();
      } catch {
        // The connection is gone already, and the listening with it.
      }
    },
  };
}

/** Wakes one waiter; a ring while nobody waits is kept for the next wait. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener("abort", wake, { once: true });
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
