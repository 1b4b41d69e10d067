// Work on many files on several threads, each of which is ended when it does not come back: a program that runs away
// costs its own file and nothing else.
import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";

export interface PoolOptions<Data> {
  /** The module that calls `serve`. */
  readonly worker: URL;
  readonly data: Data;
  /** A thread that is at one file for this long is ended. */
  readonly patienceMilliseconds: number;
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work early; what was done so far is answered. */
  readonly signal?: AbortSignal;
}

/** What became of a file. */
export type FileOutcome<Answer> =
  | { readonly kind: "answer"; readonly file: string; readonly answer: Answer }
  /** The thread had to be ended, or ran out of memory. */
  | { readonly kind: "ended"; readonly file: string; readonly message: string };

interface ThreadData<Data> {
  readonly data: Data;
  /** How many files the thread has begun. */
  readonly progress: Int32Array;
}

const batchFiles = 64;
const watchEveryMilliseconds = 500;
const maxMegabytes = 3072;

/** Applies a worker's function to every file; the outcomes come in the order of the files. */
export async function forEachFile<Answer, Data>(
  files: readonly string[],
  options: PoolOptions<Data>,
): Promise<FileOutcome<Answer>[]> {
  const threads = Math.min(options.threads ?? availableParallelism(), Math.ceil(files.length / batchFiles));
  const outcomes: FileOutcome<Answer>[] = [];
  const pending = { next: 0 };
  let done = 0;
  const report = (at: number, outcome: FileOutcome<Answer>) => {
    outcomes[at] = outcome;
    done++;
  };
  const progress = () => options.onProgress?.(done, files.length);
  await Promise.all(
    Array.from({ length: threads }, () => runSlot(files, pending, options, report, progress)),
  );
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** In the worker module: answers each file of each batch. */
export function serve<Answer, Data>(begin: (data: Data) => (file: string) => Answer): void {
  const { data, progress } = workerData as ThreadData<Data>;
  const answerTo = begin(data);
  const port = parentPort!;
  port.on("message", (files: readonly string[]) => {
    port.postMessage(
      files.map((file) => {
        Atomics.add(progress, 0, 1);
        return answerTo(file);
      }),
    );
  });
}

/** One slot of the pool: takes batches until none is left, with a new thread whenever one had to be ended. */
async function runSlot<Answer, Data>(
  files: readonly string[],
  pending: { next: number },
  options: PoolOptions<Data>,
  report: (at: number, outcome: FileOutcome<Answer>) => void,
  progress: () => void,
): Promise<void> {
  let thread: Thread<Answer, Data> | undefined;
  try {
    while (pending.next < files.length && !options.signal?.aborted) {
      const first = pending.next;
      pending.next += batchFiles;
      let batch = files.slice(first, pending.next).map((file, i) => ({ file, at: first + i }));
      while (batch.length > 0) {
        thread ??= new Thread(options);
        const outcome = await thread.work(batch.map(({ file }) => file));
        if (outcome.kind === "done") {
          for (const [i, { file, at }] of batch.entries())
            report(at, { kind: "answer", file, answer: outcome.answers[i]! });
          break;
        }
        // The answers of the batch are lost with the thread: what came before the culprit is done again.
        thread = undefined;
        const culprit = batch[outcome.at]!;
        report(culprit.at, { kind: "ended", file: culprit.file, message: outcome.message });
        batch = batch.filter((each) => each !== culprit);
      }
      progress();
    }
  } finally {
    await thread?.end();
  }
}

type BatchOutcome<Answer> =
  | { readonly kind: "done"; readonly answers: readonly Answer[] }
  | { readonly kind: "ended"; readonly at: number; readonly message: string };

class Thread<Answer, Data> {
  private readonly worker: Worker;
  private readonly progress = new Int32Array(new SharedArrayBuffer(4));
  private readonly patienceMilliseconds: number;

  constructor({ worker, data, patienceMilliseconds }: PoolOptions<Data>) {
    this.worker = new Worker(worker, {
      workerData: { data, progress: this.progress } satisfies ThreadData<Data>,
      resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
    });
    this.patienceMilliseconds = patienceMilliseconds;
  }

  async work(files: readonly string[]): Promise<BatchOutcome<Answer>> {
    const before = Atomics.load(this.progress, 0);
    const at = () => Math.max(0, Atomics.load(this.progress, 0) - before - 1);
    const { promise, resolve, reject } = Promise.withResolvers<BatchOutcome<Answer>>();
    const onMessage = (answers: Answer[]) => resolve({ kind: "done", answers });
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
        resolve({ kind: "ended", at: at(), message: "time: the thread did not come back and was ended" });
    }, watchEveryMilliseconds);
    this.worker.postMessage(files);
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
