/** A server of the stack in a process of its own, whose output goes to a log file. */
import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface ChildOptions {
  /** What people call it, such as "API". */
  readonly name: string;
  /** The file it runs. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface Child {
  readonly processId: number;
  /** Resolves when the process is gone. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Asks it to end; ends it after so long. */
  stop(graceSeconds: number): Promise<void>;
  kill(): void;
}

/** A server that ended while it started. */
export class ChildFailed extends Error {
  override name = "ChildFailed";
}

const endWithParent = fileURLToPath(new URL("end-with-parent.mjs", import.meta.url));
/** Generous: a busy machine is no reason to fail. */
const readySeconds = 300;
const largestLogBytes = 10_000_000;

/**
 * Starts the process and waits for its message `{type: "ready", …}`.
 * @returns the process and what it said
 * @throws ChildFailed with the end of its log
 */
export async function startChild(
  options: ChildOptions,
): Promise<{ child: Child; ready: Record<string, unknown> }> {
  const { name, entry, logFile } = options;
  const logBegin = rotate(logFile);
  const log = openSync(logFile, "a", 0o600);
  const started = fork(entry, [], {
    env: { ...options.environment },
    execArgv: ["--import", endWithParent, "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", log, log, "ipc"],
    // In a session of its own, so that Ctrl-C in the terminal does not reach it before it is asked to end.
    detached: true,
  });
  closeSync(log);
  const child = asChild(started);

  let timer: NodeJS.Timeout | undefined;
  try {
    const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const fail = (what: string) =>
        reject(new ChildFailed(`The ${name} ${what}. The end of ${logFile}:\n${tail(logFile, logBegin)}`));
      started.on("message", (message) => {
        if (isReady(message)) resolve(message);
      });
      started.once("error", (error) => fail(`could not be started: ${error.message}`));
      child.exited.then(
        ({ code, signal }) => fail(`ended while it started (${signal ?? `exit status ${code}`})`),
        reject,
      );
      timer = setTimeout(() => fail(`was not ready within ${readySeconds} s`), readySeconds * 1000);
    });
    return { child, ready };
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function asChild(started: ChildProcess): Child {
  const exited = new Promise<Awaited<Child["exited"]>>((resolve) => {
    started.once("exit", (code, signal) => resolve({ code, signal }));
    started.once("error", () => resolve({ code: 1, signal: null }));
  });
  return {
    processId: started.pid ?? 0,
    exited,
    kill: () => void started.kill("SIGKILL"),
    async stop(graceSeconds) {
      if (started.exitCode !== null || started.signalCode !== null) return;
      started.kill("SIGTERM");
      const impatience = setTimeout(() => started.kill("SIGKILL"), graceSeconds * 1000);
      await exited;
      clearTimeout(impatience);
    },
  };
}

function isReady(message: unknown): message is Record<string, unknown> {
  return typeof message === "object" && message !== null && "type" in message && message.type === "ready";
}

/** Begins a new log when the old one has grown large. @returns where this start's lines begin */
function rotate(logFile: string): number {
  try {
    const { size } = statSync(logFile);
    if (size < largestLogBytes) return size;
    renameSync(logFile, `${logFile}.1`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return 0;
}

function tail(logFile: string, begin: number): string {
  return readFileSync(logFile).subarray(begin).toString().trim().split("\n").slice(-15).join("\n");
}
