/**
 * Puts rows of different programs into one batch. Every step of a small model costs nearly the same for one row as for
 * sixteen, so rows that wait at the same time are written together, whoever asked for them. Rows keep the order in
 * which they came; a batch starts when the one before has ended.
 */
import type { Completion, GenerationRequest, LanguageModel } from "@weightsmith/nn";

interface Waiting {
  readonly request: GenerationRequest;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (completion: Completion) => void;
  readonly reject: (reason: unknown) => void;
}

export class RowBatches {
  readonly #model: Pick<LanguageModel, "generate">;
  readonly #rows: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  /** @param rows the most rows of a batch */
  constructor(model: Pick<LanguageModel, "generate">, rows: number) {
    this.#model = model;
    this.#rows = rows;
  }

  /** One answer. Rejects with the signal's reason when aborted. */
  add(request: GenerationRequest, signal?: AbortSignal): Promise<Completion> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, signal, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // What is asked for in the same turn belongs together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#rows).filter((row) => {
        if (row.signal?.aborted !== true) return true;
        row.reject(row.signal.reason);
        return false;
      });
      if (batch.length > 0) await this.#write(batch);
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const signal = whenAllAborted(batch.map((row) => row.signal));
      const requests = batch.map(({ request, signal: own }) =>
        own === undefined ? request : { ...request, stopWhen: () => own.aborted },
      );
      const completions = await this.#model.generate(requests, signal ? { signal } : {});
      for (const [index, row] of batch.entries()) {
        if (row.signal?.aborted) row.reject(row.signal.reason);
        else row.resolve(completions[index]!);
      }
    } catch (error) {
      for (const row of batch) row.reject(error);
    }
  }
}

/** Nobody waits for the batch any more; undefined if somebody cannot give up. */
function whenAllAborted(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const distinct = [...new Set(signals)];
  if (distinct.includes(undefined)) return undefined;
  const all = new AbortController();
  let left = distinct.length;
  for (const signal of distinct) {
    signal?.addEventListener(
      "abort",
      () => {
        left--;
        if (left === 0) all.abort(signal.reason);
      },
      { once: true },
    );
  }
  return all.signal;
}
