/** The page's side of the worker that runs programs: one worker for the life of the page, started when first needed. */
import type { BrowserAnswer, RunNews, RunOrder } from "./messages.ts";

export type { BrowserAnswer } from "./messages.ts";

interface Waiting {
  readonly resolve: (answer: BrowserAnswer) => void;
  readonly reject: (reason: Error) => void;
  readonly onLoading: (share: number, bytes: number) => void;
}

/** What went wrong, in words for whoever runs it. */
export class BrowserRunError extends Error {
  override readonly name = "BrowserRunError";
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

let worker: Worker | undefined;
let orders = 0;
const waiting = new Map<number, Waiting>();

function start(): Worker {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<RunNews>) => {
    const one = waiting.get(data.id);
    if (one === undefined) return;
    if ("loading" in data) {
      one.onLoading(data.loading.bytes / data.loading.of, data.loading.of);
      return;
    }
    waiting.delete(data.id);
    if ("answer" in data) one.resolve(data.answer);
    else one.reject(new BrowserRunError(data.problem.message, data.problem.remedy));
  });
  started.addEventListener("error", (event) => {
    worker = undefined;
    const reason = event.message || "The part that runs programs could not be loaded.";
    for (const one of waiting.values()) {
      one.reject(new BrowserRunError(reason, "Reload the page, or run the program on the server."));
    }
    waiting.clear();
  });
  return started;
}

/**
 * One greedy answer, computed in this browser.
 * @param onLoading told while the interpreter is fetched: the share that has come, and bytes in all
 * @throws BrowserRunError
 */
export function runInBrowser(
  programId: string,
  input: string,
  onLoading: (share: number, bytes: number) => void,
): Promise<BrowserAnswer> {
  worker ??= start();
  const id = ++orders;
  const order: RunOrder = { id, programId, input };
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, onLoading });
    worker!.postMessage(order);
  });
}
