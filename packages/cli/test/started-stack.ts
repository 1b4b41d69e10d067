/**
 * Starts of the local stack as people make them: processes, a terminal's signals, a port and a folder. What a test file
 * started is ended with it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Weightsmith } from "@weightsmith/client";
import { freePort } from "@weightsmith/embedded";
import { afterAll } from "vitest";

export const repositoryRoot = path.resolve(import.meta.dirname, "../../..");
const folders: string[] = [];
const running: Started[] = [];

export interface Started {
  readonly process: ChildProcess;
  readonly home: string;
  readonly port: number;
  /** In the environment of the stack and of all its processes. */
  readonly mark: string;
  output(): string;
  /** Resolves when the output has the text; rejects if the stack ends first. */
  until(text: string): Promise<void>;
  ended(): Promise<number | null>;
}

afterAll(async () => {
  for (const started of running) started.process.kill("SIGTERM");
  await Promise.all(running.map((started) => started.ended()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** @param flags default: without the sample program */
export async function start(
  home = newHome(),
  { port, flags = ["--no-sample"] }: { readonly port?: number; readonly flags?: readonly string[] } = {},
): Promise<Started> {
  const chosen = port ?? (await freePort(0, "test"));
  const mark = randomUUID();
  const child = spawn(
    process.execPath,
    [path.join(repositoryRoot, "scripts/start.mjs"), ...flags, "--port", String(chosen)],
    {
      env: { ...process.env, WEIGHTSMITH_HOME: home, WEIGHTSMITH_DEVICE: "cpu", STACK_MARK: mark },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      child.emit("output");
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  const started: Started = {
    process: child,
    home,
    port: chosen,
    mark,
    output: () => output,
    ended: () => ended,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve();
        child.on("output", look);
        ended.then((code) => reject(new Error(`It ended (${code}) without "${text}":\n${output}`)), reject);
        look();
      }),
  };
  running.push(started);
  return started;
}

export function newHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), "weightsmith-stack-"));
  folders.push(home);
  return home;
}

/** Command lines of everything that this start left running, the database server among it. */
export function processesOf({ mark, home }: Started): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((processId) => {
      try {
        const command = readFileSync(`/proc/${processId}/cmdline`, "utf8").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${processId}/environ`, "utf8");
        return environment.includes(mark) || command.includes(home) ? [`${processId} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

export const credentialsOf = ({ home }: Started) =>
  JSON.parse(readFileSync(path.join(home, "credentials.json"), "utf8")) as { apiUrl: string; apiKey: string };

export function clientOf(started: Started): Weightsmith {
  const { apiUrl, apiKey } = credentialsOf(started);
  return new Weightsmith({ baseUrl: apiUrl, apiKey });
}

/** What it prints when everything is up. */
export const up = "Ctrl-C stops it.";
