/**
 * Sends the messages that transactions asked for. Right after its transaction a process sends its own through a
 * dispatcher; what that misses (a crash, a queue out of reach, a message lost on its way) `sendDue` sends later. So a
 * message may come twice, never not at all.
 */
import type { JobId, JobType } from "@weightsmith/contract";
import type { Database } from "../database/index.ts";
import type { Log } from "../log.ts";
import * as Queue from "../queue/index.ts";
import type { OutboxTarget } from "./outbox.sql.ts";

export { settleDeadLetters } from "./dead-letters.ts";

export interface Dispatcher {
  /**
   * Sends a queued job's message. Resolves when the queue has it, or when that failed and is left to the sweeper; never
   * rejects.
   */
  send(job: Announced): Promise<void>;
  /** Resolves when everything handed over so far has been dealt with. */
  drained(): Promise<void>;
}

/** What a message is made of; a job row is one. */
export interface Announced {
  readonly id: JobId;
  readonly type: JobType;
  readonly state: string;
  readonly requestId: string | null;
  readonly traceparent?: string | null;
  readonly availableAt: Date;
}

interface Pending {
  readonly job: Announced;
  readonly done: () => void;
}

/** How many calls to SQS a dispatcher has under way for one queue; what comes meanwhile forms the next batch. */
const CALLS_AT_ONCE = 2;

export interface DispatcherSettings {
  readonly log: Log;
  /**
   * The least time between two calls to SQS, whose cost is by the call: a message goes at once after a quiet moment, and
   * shares the next call in a busy one. Default 0: right where a caller waits for `send`.
   */
  readonly spacingMilliseconds?: number;
}

/** One a process: it turns the messages of many requests into few calls. */
export function dispatcher(db: Database, queues: Queue.Queues, settings: DispatcherSettings): Dispatcher {
  const { log, spacingMilliseconds = 0 } = settings;
  const waiting = new Map<JobType, Pending[]>();
  const calls = new Map<JobType, number>();
  const underWay = new Set<Promise<void>>();
  /** Types whose next batch is being collected. */
  const lingering = new Map<JobType, NodeJS.Timeout>();
  const calledAt = new Map<JobType, number>();

  const pump = (type: JobType): void => {
    clearTimeout(lingering.get(type));
    lingering.delete(type);
    const pending = waiting.get(type) ?? [];
    while (pending.length > 0 && (calls.get(type) ?? 0) < CALLS_AT_ONCE) {
      const batch = pending.splice(0, Queue.BATCH_MESSAGES);
      calledAt.set(type, performance.now());
      calls.set(type, (calls.get(type) ?? 0) + 1);
      const call = sendBatch(type, batch).finally(() => {
        calls.set(type, calls.get(type)! - 1);
        underWay.delete(call);
        for (const { done } of batch) done();
        if (!lingering.has(type)) pump(type);
      });
      underWay.add(call);
    }
  };

  const sendBatch = async (type: JobType, batch: readonly Pending[]): Promise<void> => {
    const jobIds = batch.map(({ job }) => job.id);
    try {
      const messages = batch.map(({ job }) => ({
        jobId: job.id,
        requestId: job.requestId,
        traceparent: job.traceparent ?? null,
        delaySeconds: (job.availableAt.getTime() - Date.now()) / 1000,
      }));
      const sent = await Queue.send(queues, queues.urls[type].url, messages);
      await db.sql`
        update outbox set sent_at = now(), sends = sends + 1
        where job_id = any(${sent}) and target = 'work' and sent_at is null`;
    } catch (error) {
      log("warn", "messages left to the sweeper", { jobIds, error });
    }
  };

  return {
    send: (job) => {
      if (job.state !== "queued") return Promise.resolve();
      return new Promise((done) => {
        const pending = waiting.get(job.type) ?? [];
        waiting.set(job.type, pending);
        pending.push({ job, done });
        if (pending.length >= Queue.BATCH_MESSAGES) return pump(job.type);
        if (lingering.has(job.type)) return;
        const wait = (calledAt.get(job.type) ?? -Infinity) + spacingMilliseconds - performance.now();
        // What was accepted in the same turn of the event loop shares a call in any case.
        if (wait <= 0) setImmediate(pump, job.type);
        else lingering.set(job.type, setTimeout(pump, wait, job.type));
      });
    },
    drained: async () => {
      for (const type of waiting.keys()) pump(type);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

export interface DueSettings {
  /** A message neither claimed nor waiting in its queue for so long is lost; doubles with each try, up to the next. */
  readonly lostSeconds: number;
  /** A message is sent again after so long even while its queue has others. */
  readonly staleSeconds: number;
  /** How many rows one call takes. */
  readonly limit: number;
}

export const DUE: DueSettings = { lostSeconds: 5, staleSeconds: 900, limit: 1000 };

/**
 * Sends what was never sent, and once more what seems lost: sent some time ago, not claimed, and its queue is empty. Safe
 * to run anywhere, any number of times at once.
 * @returns how many messages were sent
 */
export async function sendDue(
  db: Database,
  queues: Queue.Queues,
  { log, settings = DUE }: { readonly log: Log; readonly settings?: DueSettings },
): Promise<number> {
  const { lostSeconds, staleSeconds, limit } = settings;
  // Marked as sent first and sent then: if this process dies in between, they are lost messages and found as such.
  const unsent = await db.sql<DueRow>`
    update outbox set sent_at = now(), sends = sends + 1
    where (job_id, target) in (
      select job_id, target from outbox
      where sent_at is null and sweep_at < now() + interval '1 millisecond'
      order by sweep_at limit ${limit} for update skip locked
    )
    returning job_id, target, type, request_id,
      (select traceparent from job where job.id = outbox.job_id) as traceparent,
      extract(epoch from not_before - now())::float8 as delay`;
  let sent = await sendRows(db, queues, log, unsent);

  for (const type of Object.keys(queues.urls) as JobType[]) {
    let idle: boolean;
    try {
      const { waiting, delayed } = await Queue.depth(queues, queues.urls[type].url);
      idle = waiting + delayed === 0;
    } catch (error) {
      log("warn", "queue out of reach", { type, error });
      continue;
    }
    const patience = idle ? lostSeconds : staleSeconds;
    const lost = await db.sql<DueRow>`
      update outbox set sent_at = now(), sends = sends + 1
      where (job_id, target) in (
        select job_id, target from outbox
        where type = ${type} and target = 'work' and sent_at is not null
          and greatest(sent_at, not_before)
            < now() - make_interval(secs => least(${patience}::float8 * 2 ^ least(sends - 1, 20), ${Math.max(staleSeconds, patience)}::float8))
        order by sent_at limit ${limit} for update skip locked
      )
      returning job_id, target, type, request_id,
      (select traceparent from job where job.id = outbox.job_id) as traceparent,
      extract(epoch from not_before - now())::float8 as delay`;
    if (lost.length > 0) log("info", "messages sent again", { type, count: lost.length });
    sent += await sendRows(db, queues, log, lost);
  }
  return sent;
}

interface DueRow {
  readonly job_id: JobId;
  readonly target: OutboxTarget;
  readonly type: JobType;
  readonly request_id: string | null;
  readonly traceparent: string | null;
  readonly delay: number;
}

async function sendRows(
  db: Database,
  queues: Queue.Queues,
  log: Log,
  rows: readonly DueRow[],
): Promise<number> {
  let sent = 0;
  const groups = Map.groupBy(rows, ({ type, target }) =>
    target === "work" ? queues.urls[type].url : queues.urls[type].deadLetterUrl,
  );
  for (const [url, group] of groups) {
    for (let start = 0; start < group.length; start += Queue.BATCH_MESSAGES) {
      const batch = group.slice(start, start + Queue.BATCH_MESSAGES);
      const target = batch[0]!.target;
      const messages = batch.map((row) => ({
        jobId: row.job_id,
        requestId: row.request_id,
        traceparent: row.traceparent,
        delaySeconds: row.delay,
      }));
      let taken: JobId[] = [];
      try {
        taken = await Queue.send(queues, url, messages);
      } catch (error) {
        log("warn", "messages could not be sent", { url, count: batch.length, error });
      }
      sent += taken.length;
      const refused = batch.map((row) => row.job_id).filter((id) => !taken.includes(id));
      if (refused.length > 0) {
        await db.sql`
          update outbox set sent_at = null where job_id = any(${refused}) and target = ${target}`;
      }
      // Nobody claims a dead letter: once the queue has it, it is done.
      if (target === "dead_letter" && taken.length > 0) {
        await db.sql`delete from outbox where job_id = any(${taken}) and target = 'dead_letter'`;
      }
    }
  }
  return sent;
}
