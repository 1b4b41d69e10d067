/** Patience with a store that is away for a moment. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@weightsmith/contract";

export interface Patience {
  /** How many times to try, the first one included. */
  readonly tries: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Gives up when aborted, with the last error. */
  readonly signal?: AbortSignal;
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

/** About a minute, for what can be done again. */
export const patient: Patience = { tries: 12, firstPauseMs: 100, longestPauseMs: 10_000 };

/**
 * Does it until it succeeds, with growing pauses that are spread so that workers do not come back together. An error
 * that the catalogue calls final is final here too.
 */
export async function persist<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const final = error instanceof AppError && (!error.retryable || error.code === "job.lease_lost");
      if (final || attempt >= patience.tries || patience.signal?.aborted) throw error;
      patience.onRetry?.(error, attempt);
      const pauseMs = Math.min(patience.firstPauseMs * 2 ** (attempt - 1), patience.longestPauseMs);
      try {
        await sleep(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: patience.signal });
      } catch {
        throw error;
      }
    }
  }
}
