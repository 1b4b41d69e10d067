/**
 * A real Postgres server on a folder of this machine. The folder holds the cluster, the password of its superuser, the
 * log of the last start and a file that names the process which uses it.
 *
 * The server runs in a session of its own, so that Ctrl-C in a terminal reaches this process alone, which then stops
 * the server in order. If this process is killed instead, a watchdog stops it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedServerError } from "./errors.ts";
import { claimFolder } from "./folder-claim.ts";
import { freePort, loopback } from "./ports.ts";
import { chooseRunner, findPostgresBinaries, type Runner } from "./postgres-binaries.ts";
import { commandLineOf, isAlive, waitUntilGone } from "./running-process.ts";

export interface PostgresOptions {
  /** Where the data live; created if needed. */
  directory: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Whether data must survive a power cut. False saves every wait for the disk: right for tests. Default true. */
  durable?: boolean;
  /** Further settings of the server, such as `{log_min_duration_statement: "100"}`. */
  settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  /** `postgres://…/postgres` with the superuser's password. */
  url: string;
  port: number;
  processId: number;
  /** Resolves when the server is gone, for whatever reason. */
  exited: Promise<void>;
  /** Ends open sessions, writes everything to disk and waits until the server is gone. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would; the next start recovers what was committed. */
  kill(): void;
}

const startSeconds = 60;
const stopSeconds = 30;

/**
 * Starts the server, creating its cluster the first time. A server that outlived the process which started it is
 * stopped first.
 * @throws FolderInUseError, PortTakenError, EmbeddedServerError
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const directory = path.resolve(options.directory);
  const binaries = await findPostgresBinaries();
  const claim = claimFolder(directory);
  try {
    const runner = chooseRunner(binaries.postgres, directory);
    const cluster = path.join(directory, "cluster");
    await stopLeftover(cluster);
    const password = readPassword(directory);
    giveTo(runner.owner, directory);
    await createCluster(cluster, directory, binaries.initdb, runner);

    const port = await freePort(options.port ?? 0, "Postgres server");
    const logFile = path.join(directory, "server.log");
    const server = spawnServer(binaries.postgres, runner, serverArguments(cluster, port, options), logFile);
    const exited = once(server, "exit").then(() => claim.release());
    await untilReady(server, cluster, logFile);
    stopWithThisProcess(server);
    return {
      url: `postgres://postgres:${password}@${loopback}:${port}/postgres`,
      port,
      processId: server.pid!,
      exited,
      stop: () => stop(server, exited),
      // SIGKILL would leave the server's own child processes behind.
      kill: () => void server.kill("SIGQUIT"),
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

function serverArguments(cluster: string, port: number, options: PostgresOptions): string[] {
  const settings: Record<string, string> = {
    listen_addresses: loopback,
    port: String(port),
    // A socket file would need a short path; the loopback interface does.
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    max_connections: "200",
    // Nothing replicates from here.
    wal_level: "minimal",
    max_wal_senders: "0",
    ...(options.durable === false
      ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }
      : {}),
    ...options.settings,
  };
  return ["-D", cluster, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

function readPassword(directory: string): string {
  const file = path.join(directory, "password");
  if (!existsSync(file)) {
    if (existsSync(path.join(directory, "cluster"))) {
      throw new EmbeddedServerError(
        `${file} is missing, without which the cluster beside it cannot be opened. Restore the file, or remove ${directory} to start with empty data.`,
      );
    }
    const draft = `${file}.draft`;
    writeFileSync(draft, randomBytes(18).toString("base64url"), { mode: 0o600 });
    renameSync(draft, file);
  }
  return readFileSync(file, "utf8");
}

/** Creates the cluster beside its final place, so that an interrupted creation is never taken for a finished one. */
async function createCluster(
  cluster: string,
  directory: string,
  initdb: string,
  runner: Runner,
): Promise<void> {
  if (existsSync(cluster)) return;
  const draft = `${cluster}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const args = [
    ...["--pgdata", draft, "--username", "postgres", "--pwfile", path.join(directory, "password")],
    ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"],
    ...["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
  ];
  const [command, commandArgs] = runner.command(initdb, args);
  const child = spawn(command, commandArgs, {
    ...runner.options,
    cwd: directory,
    env: serverEnvironment(),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new EmbeddedServerError(`Creating the Postgres cluster in ${directory} failed:\n${output.trim()}`);
  }
  renameSync(draft, cluster);
}

function spawnServer(program: string, runner: Runner, args: string[], logFile: string): ChildProcess {
  const log = openSync(logFile, "w", 0o600);
  const [command, commandArgs] = runner.command(program, args);
  const server = spawn(command, commandArgs, {
    ...runner.options,
    cwd: path.dirname(logFile),
    env: serverEnvironment(),
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  return server;
}

/** Postgres reads PG* variables and the locale from the environment; only what programs need to run is passed on. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: "C" };
}

/** Postgres writes "ready" into the eighth line of postmaster.pid once it accepts connections. */
async function untilReady(server: ChildProcess, cluster: string, logFile: string): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) {
      throw new EmbeddedServerError(`Postgres stopped while it started:\n${tail(logFile)}`);
    }
    const state = readPostmaster(cluster);
    if (state?.processId === server.pid && state.status === "ready") return;
    if (Date.now() > deadline) {
      server.kill("SIGQUIT");
      throw new EmbeddedServerError(
        `Postgres did not accept connections within ${startSeconds} s:\n${tail(logFile)}`,
      );
    }
    await sleep(5);
  }
}

/**
 * Stops the server when this process ends without having done so, even by SIGKILL: the watchdog's standard input is a
 * pipe that the kernel closes with this process.
 */
function stopWithThisProcess(server: ChildProcess): void {
  const script = 'cat >/dev/null; kill -INT "$1" 2>/dev/null';
  const watchdog = spawn("/bin/sh", ["-c", script, "stop-postgres", String(server.pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Neither keeps this process running.
  server.unref();
  watchdog.unref();
  (watchdog.stdin as { unref?: () => void }).unref?.();
  watchdog.stdin.on("error", () => {
    // The pipe breaks when the watchdog is killed below.
  });
  server.once("exit", () => watchdog.kill("SIGKILL"));
}

async function stop(server: ChildProcess, exited: Promise<void>): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  server.kill("SIGINT");
  const impatience = setTimeout(() => server.kill("SIGQUIT"), stopSeconds * 1000);
  await exited;
  clearTimeout(impatience);
}

/** Stops a server that still runs on the cluster although the process which started it is gone. */
async function stopLeftover(cluster: string): Promise<void> {
  const leftover = readPostmaster(cluster);
  if (!leftover || !isAlive(leftover.processId)) return;
  if (!commandLineOf(leftover.processId).includes(cluster)) return;
  process.kill(leftover.processId, "SIGINT");
  if (await waitUntilGone(leftover.processId, stopSeconds * 1000)) return;
  process.kill(leftover.processId, "SIGQUIT");
  if (await waitUntilGone(leftover.processId, 5000)) return;
  throw new EmbeddedServerError(
    `A Postgres server from an earlier start (process ${leftover.processId}) still uses ${cluster} and does not stop. End it with "kill -9 ${leftover.processId}" and try again.`,
  );
}

function readPostmaster(cluster: string): { processId: number; status: string | undefined } | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(cluster, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const processId = Number(lines[0]);
  return Number.isInteger(processId) && processId > 1 ? { processId, status: lines[7]?.trim() } : undefined;
}

/** As root, hands the folder to the user as whom the server will run; otherwise it is ours already. */
function giveTo(owner: number, folder: string): void {
  if (process.getuid?.() !== 0) return;
  mkdirSync(folder, { recursive: true });
  const entries = [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
  ];
  for (const entry of entries) if (statSync(entry).uid !== owner) chownSync(entry, owner, owner);
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").slice(-20).join("\n") : "(no log)";
}
