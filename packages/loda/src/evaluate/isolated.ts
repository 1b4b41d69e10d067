// Evaluation in a thread of its own: whatever the program does, the caller gets an answer in time.
import { Worker } from "node:worker_threads";
import type { Value } from "../number/value.ts";
import { EvaluationError, type EvaluationErrorCode } from "./error.ts";
import type { Limits } from "./limits.ts";

export interface IsolatedRequest {
  /** The source text of the program. */
  readonly source: string;
  /** The sequence it belongs to, so that a call of itself is seen. */
  readonly id?: number;
  /** How many terms, from the offset on. */
  readonly terms: number;
  readonly limits: Limits;
  /** The folder above `oeis/` with the programs it may call. */
  readonly root?: string;
  readonly signal?: AbortSignal;
  /** Called with each term as it comes. */
  readonly onTerm?: (term: IsolatedTerm) => void;
}

export interface IsolatedTerm {
  readonly index: number;
  readonly value: Value;
  readonly steps: number;
}

export interface IsolatedResult {
  /** The terms before the error, if there was one. */
  readonly terms: readonly IsolatedTerm[];
  readonly error: EvaluationError | undefined;
}

export interface IsolatedWorkerData {
  readonly source: string;
  readonly id: number | undefined;
  readonly terms: number;
  readonly limits: Limits;
  readonly root: string | undefined;
}

/** What the thread posts: terms, then one end. */
export type IsolatedMessage =
  | { readonly kind: "terms"; readonly terms: readonly IsolatedTerm[] }
  | {
      readonly kind: "end";
      readonly error?: { readonly code: EvaluationErrorCode; readonly message: string };
    };

/** The evaluator keeps its time limit itself; the thread is ended when it did not by then. */
const graceMilliseconds = 1000;
const maxMegabytes = 1024;

/**
 * Evaluates a program in a thread.
 * @throws LodaSyntaxError if the source is malformed, and the signal's reason if it is aborted
 */
export async function evaluateIsolated(request: IsolatedRequest): Promise<IsolatedResult> {
  const { source, id, terms: count, limits, root, signal, onTerm } = request;
  signal?.throwIfAborted();
  const workerData: IsolatedWorkerData = { source, id, terms: count, limits, root };
  const worker = new Worker(new URL("./isolated-worker.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
  });
  const terms: IsolatedTerm[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<EvaluationError | undefined>();
  const timeout = Number.isFinite(limits.milliseconds)
    ? setTimeout(
        () =>
          resolve(new EvaluationError("time", `the evaluation takes more than ${limits.milliseconds} ms`)),
        limits.milliseconds + graceMilliseconds,
      )
    : undefined;
  const onAbort = () => reject(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  worker.on("message", (message: IsolatedMessage) => {
    if (message.kind === "end") {
      resolve(message.error && new EvaluationError(message.error.code, message.error.message));
      return;
    }
    for (const term of message.terms) {
      terms.push(term);
      onTerm?.(term);
    }
  });
  worker.on("error", (error: Error) => {
    if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY")
      resolve(new EvaluationError("memory", "the evaluation ran out of memory"));
    else reject(error);
  });
  try {
    return { error: await promise, terms };
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener("abort", onAbort);
    await worker.terminate();
  }
}
