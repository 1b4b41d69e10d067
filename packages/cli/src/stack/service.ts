/** Keeps a server of the stack running: one that ends without being asked is started again, unless it keeps ending. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child-process.ts";

export interface Service {
  /** Resolves with an error when the server could not be kept running; never if it is stopped first. */
  readonly failed: Promise<Error>;
  stop(graceSeconds: number): Promise<void>;
  kill(): void;
}

export interface ServiceOptions {
  readonly name: string;
  readonly logFile: string;
  readonly start: () => Promise<Child>;
  readonly onRestart: (message: string) => void;
}

const windowMs = 60_000;
const mostRestarts = 5;

/** Starts the server; it is up when this resolves. */
export async function keepRunning({ name, logFile, start, onRestart }: ServiceOptions): Promise<Service> {
  let child = await start();
  let stopping = false;
  const failure = Promise.withResolvers<Error>();
  const restarts: number[] = [];

  const watch = async (): Promise<void> => {
    for (;;) {
      const { code, signal } = await child.exited;
      if (stopping) return;
      const how = signal ?? `exit status ${code}`;
      const now = Date.now();
      while (restarts[0] !== undefined && restarts[0] < now - windowMs) restarts.shift();
      if (restarts.length >= mostRestarts) {
        failure.resolve(new Error(`The ${name} keeps ending (${how}). See ${logFile}.`));
        return;
      }
      restarts.push(now);
      onRestart(`The ${name} ended (${how}); starting it again. See ${logFile}.`);
      await sleep(200 * 2 ** restarts.length);
      if (stopping) return;
      try {
        child = await start();
        if (stopping) child.kill();
      } catch (error) {
        failure.resolve(error as Error);
        return;
      }
    }
  };
  const watching = watch();

  return {
    failed: failure.promise,
    async stop(graceSeconds) {
      stopping = true;
      await child.stop(graceSeconds);
      await watching;
    },
    kill() {
      stopping = true;
      child.kill();
    },
  };
}
