/**
 * A process that does the computing for a worker. Training blocks its thread for as long as a step takes, so it must not
 * share one with the heartbeats; and a crash in native code, or a handler that does not stop, must not take the worker
 * with it. The process is kept from job to job; when it ends, another one takes its place.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { Finished, Handler, HandlerContext, Unfinished } from "../handler.ts";
import type { Stopped } from "../stop.ts";
import { packFailure, unpackFailure } from "./failure.ts";
import type { ExecutorConfiguration, FromExecutor, StoreCall, ToExecutor } from "./protocol.ts";

export interface Executor {
  /** Where it computes. */
  readonly device: string;
  /** Does a job in the process. Rejects, with an error that may pass, if the process ends before the job does. */
  readonly handler: Handler;
  stop(): Promise<void>;
}

export interface ExecutorSettings {
  /** How long a handler has to stop once told to, before its process is ended. */
  readonly stopSeconds: number;
  /** How long the process may take until it is ready. */
  readonly readySeconds: number;
}

const entry = fileURLToPath(new URL("process.ts", import.meta.url));
const handlersModule = new URL("../handlers/index.ts", import.meta.url).href;

/** @throws Error if the process ends before it is ready; its own log says why */
export async function startExecutor(
  configuration: Omit<ExecutorConfiguration, "handlersModule"> & { readonly handlersModule?: string },
  settings: ExecutorSettings,
  log: Logger,
): Promise<Executor> {
  const argument = JSON.stringify({ handlersModule, ...configuration });
  let stopping = false;
  let current = ExecutorProcess.start(argument, settings);

  const first = await current;
  const watch = (running: ExecutorProcess): void => {
    running.exited
      .then((how) => {
        if (stopping) return;
        log.warn({ how, type: configuration.type }, "the executor ended; starting another one");
        current = ExecutorProcess.start(argument, settings);
        // Told to the jobs that wait for it.
        current.then(watch, (error: unknown) => log.error({ err: error }, "no executor could be started"));
      })
      .catch((error: unknown) => log.error({ err: error }, "watching the executor failed"));
  };
  watch(first);

  return {
    device: first.device,
    async handler(context) {
      let running: ExecutorProcess;
      try {
        running = await current;
      } catch {
        // The last start failed; perhaps the next one does not.
        current = ExecutorProcess.start(argument, settings);
        running = await current;
        watch(running);
      }
      return running.run(context);
    },
    async stop() {
      stopping = true;
      await (await current.catch(() => undefined))?.stop();
    },
  };
}

interface Run {
  readonly context: HandlerContext;
  readonly outcome: PromiseWithResolvers<Finished | Unfinished>;
}

class ExecutorProcess {
  readonly device: string;
  /** How it ended. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #settings: ExecutorSettings;
  readonly #runs = new Map<number, Run>();
  #runCount = 0;

  static async start(argument: string, settings: ExecutorSettings): Promise<ExecutorProcess> {
    const child = fork(entry, [argument], {
      serialization: "advanced",
      // The last one is the pipe that tells the process that this one is gone.
      stdio: ["ignore", "inherit", "inherit", "ipc", "pipe"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `exit status ${code}`));
      child.once("error", (error) => resolve(error.message));
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      const device = await new Promise<string>((resolve, reject) => {
        child.once("message", (message: FromExecutor) => {
          if (message.type === "ready") resolve(message.device);
        });
        exited.then((how) => reject(new Error(`The executor ended before it was ready (${how}).`)), reject);
        const late = () => reject(new Error(`The executor was not ready within ${settings.readySeconds} s.`));
        timer = setTimeout(late, settings.readySeconds * 1000);
      });
      return new ExecutorProcess(child, device, exited, settings);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(
    child: ChildProcess,
    device: string,
    exited: Promise<string>,
    settings: ExecutorSettings,
  ) {
    this.#child = child;
    this.device = device;
    this.exited = exited;
    this.#settings = settings;
    child.on("message", (message: FromExecutor) => this.#receive(message));
    exited.then(
      (how) => this.#abandon(new Error(`The process that did the work ended (${how}).`)),
      () => {},
    );
  }

  async run(context: HandlerContext): Promise<Finished | Unfinished> {
    if (!this.#child.connected) throw new Error("The process that does the work has ended.");
    const run = this.#runCount++;
    const outcome = Promise.withResolvers<Finished | Unfinished>();
    this.#runs.set(run, { context, outcome });
    let patience: NodeJS.Timeout | undefined;
    const stop = () => {
      this.#send({ type: "stop", run, cause: (context.signal.reason as Stopped).reason });
      patience = setTimeout(() => {
        context.log.error("the handler does not stop; its process is ended");
        this.#child.kill("SIGKILL");
      }, this.#settings.stopSeconds * 1000);
    };
    this.#send({ type: "begin", run, job: context.job, bindings: context.log.bindings() });
    if (context.signal.aborted) stop();
    else context.signal.addEventListener("abort", stop, { once: true });
    try {
      return await outcome.promise;
    } finally {
      clearTimeout(patience);
      context.signal.removeEventListener("abort", stop);
      this.#runs.delete(run);
    }
  }

  /** Ends the process. The jobs in it were stopped before. */
  async stop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
  }

  #receive(message: FromExecutor): void {
    if (message.type === "ready") return;
    const found = this.#runs.get(message.run);
    if (!found) return;
    switch (message.type) {
      case "progress":
        found.context.progress(message.progress);
        return;
      case "finished":
        found.outcome.resolve(message.finished);
        return;
      case "failed":
        found.outcome.reject(unpackFailure(message.failure));
        return;
      case "call":
        answer(found.context, message.request).then(
          (value) => this.#send({ type: "answer", call: message.call, value }),
          (error: unknown) =>
            this.#send({ type: "refusal", call: message.call, failure: packFailure(error) }),
        );
        return;
      default:
        message satisfies never;
    }
  }

  #send(message: ToExecutor): void {
    // A process that is gone needs no message: its runs are abandoned when its end is noticed.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #abandon(error: Error): void {
    for (const { outcome } of this.#runs.values()) outcome.reject(error);
  }
}

async function answer(context: HandlerContext, request: StoreCall): Promise<unknown> {
  switch (request.name) {
    case "loadCheckpoint":
      return context.checkpoint.load();
    case "saveCheckpoint":
      return context.checkpoint.save(...request.arguments);
    case "loadSubmission":
      if (!context.submission) throw new Error("This worker gives no submissions.");
      return context.submission.load();
    case "specialists": {
      if (!context.specialists) throw new Error("This worker gives no specialists.");
      const [call] = request.arguments;
      return context.specialists.call(call.name, ...(call.arguments as never));
    }
    case "batch": {
      if (!context.batch) throw new Error("This worker gives no batches.");
      const [call] = request.arguments;
      return context.batch.call(call.name, ...(call.arguments as never));
    }
    case "putArtifact":
      return context.artifacts.put(...request.arguments);
    default:
      return request satisfies never;
  }
}
