/** Runs a search in a thread of its own, so that the caller stays responsive and can end it at any moment. */
import { Worker } from "node:worker_threads";
import type { Language } from "../generate/request.ts";
import type { PrintedFunction } from "../print/function.ts";
import type { Problem } from "./synthesize.ts";

export interface SearchTask {
  /** Search for one expression, or for helpers by outlines. */
  readonly technique: "hybrid" | "hierarchical";
  readonly problem: Problem;
  readonly name: string;
  readonly language: Language;
  readonly seconds: number;
  /** By operator: added to its cost. */
  readonly adjustments: Readonly<Record<string, number>>;
  readonly deduction: boolean;
}

export interface Candidate extends PrintedFunction {
  readonly cost: number;
  /** What found it: the deduction, the outline. */
  readonly strategy: string;
  readonly size: number;
  readonly text: string;
}

export interface SearchReport {
  readonly candidates: readonly Candidate[];
  readonly firstSeconds: number | null;
  /** Distinct values that the enumeration kept. */
  readonly entries: number;
  /** Share of the other solutions' answers on new inputs that equal the first one's. */
  readonly agreement: number;
}

const GRACE_MS = 5_000;

/** @throws the signal's reason */
export function searchInThread(task: SearchTask, signal: AbortSignal): Promise<SearchReport> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./search-worker.ts", import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 3_000, stackSizeMb: 8 },
    });
    const end = (): void => {
      clearTimeout(patience);
      signal.removeEventListener("abort", abort);
      worker.terminate().catch(() => {});
    };
    const abort = (): void => {
      end();
      reject(signal.reason);
    };
    const none: SearchReport = { candidates: [], firstSeconds: null, entries: 0, agreement: 0 };
    const patience = setTimeout(
      () => {
        end();
        resolve(none);
      },
      task.seconds * 1_000 + GRACE_MS,
    );
    signal.addEventListener("abort", abort, { once: true });
    worker.once("message", (report: SearchReport) => {
      end();
      resolve(report);
    });
    worker.once("error", (error: Error & { code?: string }) => {
      end();
      // A search that outgrew its memory has found nothing; anything else is a defect.
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY") resolve(none);
      else reject(error);
    });
  });
}
