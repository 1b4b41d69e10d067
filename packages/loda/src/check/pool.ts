// Checks many files on several threads.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Limits } from "../evaluate/limits.ts";
import type { Status, Verdict } from "./verdict.ts";

export interface CheckOptions {
  /** The folder with the programs that are called: the one above `oeis/`. */
  readonly root: string;
  /** What each program may use. */
  readonly limits: Limits;
  readonly threads?: number;
  /** Called after each batch. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the check early; what was checked so far is reported. */
  readonly signal?: AbortSignal;
}

export interface CheckReport {
  readonly ok: number;
  readonly mismatch: number;
  readonly error: number;
  readonly limit: number;
  readonly notCheckable: number;
  readonly seconds: number;
  /** Everything that is neither ok nor uncheckable. */
  readonly failures: readonly Verdict[];
}

export interface CheckWorkerData {
  readonly root: string;
  readonly limits: Limits;
  /** How many files the thread has begun. */
  readonly progress: Int32Array;
}

export interface Batch {
  readonly files: readonly string[];
}

const batchFiles = 64;
const watchEveryMilliseconds = 500;
/** A thread that is at the same file for this many times the limit, and this long at least, is ended. */
const minPatienceMilliseconds = 60_000;
const patience = 20;

/** Checks every file; the result does not depend on the number of threads. */
export async function checkFiles(files: readonly string[], options: CheckOptions): Promise<CheckReport> {
  const began = performance.now();
  const threads = Math.max(
    1,
    Math.min(options.threads ?? availableParallelism(), Math.ceil(files.length / batchFiles)),
  );
  const pending = { next: 0 };
  const verdicts: Verdict[] = [];
  const report = (some: readonly Verdict[]) => {
    verdicts.push(...some);
    options.onProgress?.(verdicts.length, files.length);
  };
  await Promise.all(Array.from({ length: threads }, () => runThread(files, pending, options, report)));
  const count = (status: Status) => verdicts.filter((verdict) => verdict.status === status).length;
  return {
    ok: count("ok"),
    mismatch: count("mismatch"),
    error: count("error"),
    limit: count("limit"),
    notCheckable: count("notCheckable"),
    seconds: (performance.now() - began) / 1000,
    failures: verdicts
      .filter(({ status }) => status !== "ok" && status !== "notCheckable")
      .sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
}

/** One slot of the pool: takes batches until none is left, with a new thread whenever one had to be ended. */
async function runThread(
  files: readonly string[],
  pending: { next: number },
  options: CheckOptions,
  report: (verdicts: readonly Verdict[]) => void,
): Promise<void> {
  let thread: Thread | undefined;
  try {
    while (pending.next < files.length && !options.signal?.aborted) {
      let batch = files.slice(pending.next, pending.next + batchFiles);
      pending.next += batchFiles;
      while (batch.length > 0) {
        thread ??= new Thread(options);
        const outcome = await thread.check(batch);
        if (outcome.kind === "done") {
          report(outcome.verdicts);
          break;
        }
        // The verdicts of the batch are lost with the thread: what came before the culprit is checked again.
        thread = undefined;
        report([{ file: batch[outcome.at]!, status: "limit", terms: 0, message: outcome.message }]);
        batch = batch.filter((_, i) => i !== outcome.at);
      }
    }
  } finally {
    await thread?.end();
  }
}

type Outcome =
  | { readonly kind: "done"; readonly verdicts: readonly Verdict[] }
  | { readonly kind: "ended"; readonly at: number; readonly message: string };

class Thread {
  private readonly worker: Worker;
  private readonly progress = new Int32Array(new SharedArrayBuffer(4));
  private readonly patienceMilliseconds: number;

  constructor({ root, limits }: CheckOptions) {
    const workerData: CheckWorkerData = { root, limits, progress: this.progress };
    this.worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
    this.patienceMilliseconds = Math.max(limits.milliseconds * patience, minPatienceMilliseconds);
  }

  async check(files: readonly string[]): Promise<Outcome> {
    const before = Atomics.load(this.progress, 0);
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const onMessage = (verdicts: Verdict[]) => resolve({ kind: "done", verdicts });
    const at = () => Math.max(0, Atomics.load(this.progress, 0) - before - 1);
    const onError = (error: Error) => {
      // A thread that ran out of memory dies alone; any other error is a defect and must be seen.
      if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
        resolve({ kind: "ended", at: at(), message: "memory: the thread ran out of memory" });
      else reject(error);
    };
    this.worker.on("message", onMessage);
    this.worker.on("error", onError);
    let last = { at: before, since: performance.now() };
    const watch = setInterval(() => {
      const now = Atomics.load(this.progress, 0);
      if (now !== last.at) last = { at: now, since: performance.now() };
      else if (now > before && performance.now() - last.since > this.patienceMilliseconds)
        resolve({ kind: "ended", at: at(), message: "time: the thread did not answer and was ended" });
    }, watchEveryMilliseconds);
    this.worker.postMessage({ files } satisfies Batch);
    try {
      const outcome = await promise;
      if (outcome.kind === "ended") await this.end();
      return outcome;
    } finally {
      clearInterval(watch);
      this.worker.off("message", onMessage);
      this.worker.off("error", onError);
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
