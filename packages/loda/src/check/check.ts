// Checks many program files and sums up.
import type { Limits } from "../evaluate/limits.ts";
import { forEachFile } from "../threads/pool.ts";
import type { Status, Verdict } from "./verdict.ts";

export interface CheckOptions {
  /** The folder with the programs that are called: the one above `oeis/`. */
  readonly root: string;
  /** What each program may use. */
  readonly limits: Limits;
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface CheckWorkerData {
  readonly root: string;
  readonly limits: Limits;
}

export interface CheckReport {
  readonly ok: number;
  readonly mismatch: number;
  readonly error: number;
  readonly limit: number;
  readonly notCheckable: number;
  readonly seconds: number;
  /** Everything that is neither ok nor uncheckable, by file. */
  readonly failures: readonly Verdict[];
}

/** A thread that does not keep the time limit by itself is ended after this many times the limit, and no sooner. */
const patienceLimits = 20;
const minPatienceMilliseconds = 60_000;

/** Checks every file; the verdicts do not depend on the number of threads. */
export async function checkFiles(files: readonly string[], options: CheckOptions): Promise<CheckReport> {
  const { root, limits, ...pool } = options;
  const began = performance.now();
  const outcomes = await forEachFile<Verdict, CheckWorkerData>(files, {
    ...pool,
    worker: new URL("./worker.ts", import.meta.url),
    data: { root, limits },
    patienceMilliseconds: Math.max(limits.milliseconds * patienceLimits, minPatienceMilliseconds),
  });
  const verdicts = outcomes.map(
    (outcome): Verdict =>
      outcome.kind === "answer"
        ? outcome.answer
        : { file: outcome.file, status: "limit", terms: 0, message: outcome.message },
  );
  const count = (status: Status) => verdicts.filter((verdict) => verdict.status === status).length;
  return {
    ok: count("ok"),
    mismatch: count("mismatch"),
    error: count("error"),
    limit: count("limit"),
    notCheckable: count("notCheckable"),
    seconds: (performance.now() - began) / 1000,
    failures: verdicts.filter(({ status }) => status !== "ok" && status !== "notCheckable"),
  };
}
