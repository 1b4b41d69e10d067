/**
 * Thins out progress: a training loop may report every step, the database gets a few a second. A new phase and the last
 * report are always written, and writes keep their order.
 */
import type { Progress } from "@weightsmith/contract";

export interface ProgressReporter {
  report(progress: Progress): void;
  /** Writes what is still waiting. Rejects never: a lost report is not worth a job. */
  flush(): Promise<void>;
}

/** @param write stores one report; told to `onError` when it fails */
export function progressReporter(
  write: (progress: Progress) => Promise<void>,
  { intervalMs, onError }: { readonly intervalMs: number; readonly onError: (error: unknown) => void },
): ProgressReporter {
  let waiting: Progress | undefined;
  let lastPhase: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const writeWaiting = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const progress = waiting;
    waiting = undefined;
    if (progress) writing = writing.then(() => write(progress)).catch(onError);
  };

  return {
    report(progress) {
      const newPhase = progress.phase !== lastPhase;
      // The last report of a phase would otherwise be replaced by the first of the next.
      if (newPhase) writeWaiting();
      lastPhase = progress.phase;
      waiting = progress;
      if (newPhase) writeWaiting();
      else timer ??= setTimeout(writeWaiting, intervalMs);
    },
    flush() {
      writeWaiting();
      return writing;
    },
  };
}
