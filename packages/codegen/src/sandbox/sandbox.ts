/**
 * Executes candidate programs on inputs. Each language has one worker thread, started when first needed and reused; a
 * run that goes past its time, or brings its interpreter down, costs the thread, which the next run replaces.
 */
import { stripTypeScriptTypes } from "node:module";
import { Worker } from "node:worker_threads";
import type { Value } from "../values/value.ts";
import type { RunMessage, SandboxLanguage, WorkerMessage } from "./protocol.ts";

export interface SandboxLimits {
  /** For all calls of one run together. */
  readonly timeoutMs: number;
  /** Of the JavaScript guest. Python's limit is 512 MiB. */
  readonly memoryBytes: number;
}

export const DEFAULT_LIMITS: SandboxLimits = { timeoutMs: 5_000, memoryBytes: 64 * 1024 * 1024 };

/** How long an interpreter may take to start, on a busy machine too. */
const START_MS = 120_000;

export type Outcome =
  | { readonly status: "returned"; readonly value: Value }
  | { readonly status: "failed"; readonly error: string }
  | { readonly status: "stopped"; readonly error: string };

interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<void>;
}

export class Sandbox {
  readonly #threads = new Map<SandboxLanguage, Thread>();
  readonly #turns = new Map<SandboxLanguage, Promise<unknown>>();
  #id = 0;

  /**
   * Calls a function of the program once for each list of arguments. Never rejects for what the program does.
   * @throws Error if the interpreter itself cannot be started
   */
  async run(
    language: SandboxLanguage,
    code: string,
    functionName: string,
    calls: readonly (readonly Value[])[],
    limits: Partial<SandboxLimits> = {},
  ): Promise<Outcome[]> {
    const before = this.#turns.get(language) ?? Promise.resolve();
    // One run at a time and language: a run's time must not count another's.
    const turn = before.then(() =>
      this.#runNow(language, code, functionName, calls, { ...DEFAULT_LIMITS, ...limits }),
    );
    this.#turns.set(
      language,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** Starts a language's interpreter, so that the first run need not wait for it. Never rejects: the run will say why. */
  async warm(language: SandboxLanguage): Promise<void> {
    await this.#thread(language).ready.catch(() => {});
  }

  async close(): Promise<void> {
    const threads = [...this.#threads.values()];
    this.#threads.clear();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #runNow(
    language: SandboxLanguage,
    code: string,
    functionName: string,
    calls: readonly (readonly Value[])[],
    { timeoutMs, memoryBytes }: SandboxLimits,
  ): Promise<Outcome[]> {
    const all = (status: "failed" | "stopped", error: string): Outcome[] =>
      calls.map(() => ({ status, error }));
    if (!/^[A-Za-z_$][\w$]*$/.test(functionName)) return all("failed", `no function name: ${functionName}`);
    let source = code;
    if (language === "typescript") {
      try {
        source = stripTypeScriptTypes(code);
      } catch (error) {
        return all("failed", `SyntaxError: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const thread = this.#thread(language);
    await thread.ready;
    const message: RunMessage = {
      id: ++this.#id,
      code: source,
      functionName,
      calls: JSON.stringify(calls),
      timeoutMs,
      memoryBytes,
    };
    const reply = await this.#ask(thread.worker, message, timeoutMs);
    if (reply.type !== "result") {
      this.#threads.delete(language);
      await thread.worker.terminate();
      return all("stopped", reply.type === "failed" ? reply.error : "the interpreter ended");
    }
    return reply.results.map((result) => {
      if ("value" in result) return { status: "returned", value: JSON.parse(result.value) as Value };
      const stopped = /interrupted|out of memory|MemoryError|stack overflow|call stack|RecursionError/i.test(
        result.error,
      );
      return { status: stopped ? "stopped" : "failed", error: result.error };
    });
  }

  #thread(language: SandboxLanguage): Thread {
    const running = this.#threads.get(language);
    if (running) return running;
    const file = language === "python" ? "./python-worker.ts" : "./javascript-worker.ts";
    const worker = new Worker(new URL(file, import.meta.url), {
      env: {},
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 4 },
    });
    worker.unref();
    const ready = new Promise<void>((resolve, reject) => {
      const patience = setTimeout(
        () => reject(new Error(`The ${language} interpreter did not start.`)),
        START_MS,
      );
      worker.once("message", () => {
        clearTimeout(patience);
        resolve();
      });
      worker.once("error", (error) => {
        clearTimeout(patience);
        reject(error);
      });
    });
    const thread = { worker, ready };
    const forget = (): void => {
      if (this.#threads.get(language) === thread) this.#threads.delete(language);
    };
    ready.catch(forget);
    worker.once("exit", forget);
    this.#threads.set(language, thread);
    return thread;
  }

  #ask(worker: Worker, message: RunMessage, timeoutMs: number): Promise<WorkerMessage> {
    return new Promise((resolve) => {
      const finish = (answer: WorkerMessage): void => {
        clearTimeout(timer);
        worker.off("message", receive);
        worker.off("error", fail);
        worker.off("exit", fail);
        worker.unref();
        resolve(answer);
      };
      const receive = (answer: WorkerMessage): void => {
        if (answer.type !== "ready" && answer.id === message.id) finish(answer);
      };
      const fail = (reason: unknown): void =>
        finish({
          type: "failed",
          id: message.id,
          error: reason instanceof Error ? reason.message : "the interpreter ended",
        });
      // QuickJS stops itself at its deadline; the half second more is for that.
      const timer = setTimeout(
        () => finish({ type: "failed", id: message.id, error: `stopped after ${timeoutMs} ms` }),
        timeoutMs + 500,
      );
      worker.ref();
      worker.on("message", receive);
      worker.once("error", fail);
      worker.once("exit", fail);
      worker.postMessage(message);
    });
  }
}
