// What every npm script needs before it can run TypeScript: the installed packages and a Node of version 24 or newer.
// Plain JavaScript for Node 20 without packages, because it runs before anything is installed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(root, "node_modules");

/** The environment in which the repository's tools are found first, and Node 24 before an older one. */
export function environment(extra = {}) {
  return {
    ...process.env,
    PATH: `${path.join(modules, ".bin")}${path.delimiter}${process.env.PATH}`,
    ...extra,
  };
}

/**
 * Whether every package of the lockfile is there. npm writes node_modules/.package-lock.json as the last step of an
 * install, so a half-finished one is never mistaken for a finished one.
 */
function installed() {
  const present = packagesOf(path.join(modules, ".package-lock.json"));
  const wanted = packagesOf(path.join(root, "package-lock.json"));
  if (!present || !wanted) return false;
  return Object.entries(wanted).every(
    ([name, entry]) =>
      !name.startsWith("node_modules/") ||
      entry.optional ||
      entry.peer ||
      present[name]?.version === entry.version,
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Installs the locked packages unless they are there already; ends the process if that is not possible. */
export async function ensureInstalled() {
  if (installed()) return;
  const again = existsSync(modules)
    ? "Installing packages again, because some are missing or changed"
    : "Installing packages";
  // On stderr, so that a command's own output stays clean.
  console.error(`${again} (about a minute)…`);
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const child = spawn(npm[0], [...npm.slice(1), "ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    // onnxruntime-node's install script would download a CUDA library that a laptop does not need.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
    shell: process.platform === "win32" && npm.length === 1,
  });
  let interrupted;
  const forward = (signal) => {
    interrupted = signal;
    child.kill(signal);
  };
  for (const signal of endings) process.on(signal, forward);
  const { status, error } = await ended(child);
  for (const signal of endings) process.off(signal, forward);
  if (interrupted) {
    console.error("\nInterrupted while packages were being installed. The same command starts over.");
    process.exit(exitStatusOf(interrupted));
  }
  if (status !== 0) {
    console.error(
      `npm ci did not finish (${error?.message ?? `exit status ${status}`}). Check that the npm registry is reachable and that the disk has 2 GB left, then run the same command again: it starts over.`,
    );
    process.exit(1);
  }
}

/** The Node that runs the sources: this one if it is new enough, else the one that came with `npm ci`. */
export function modernNode() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const bundled = path.join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");
  if (existsSync(bundled)) return bundled;
  console.error(
    `Node 24 or newer is needed to run the sources; this is ${process.version} and no packaged Node exists for ${process.platform}-${process.arch}. Install Node 24 and run the same command again.`,
  );
  process.exit(1);
}

/** The signals by which people and supervisors end a command. */
export const endings = ["SIGINT", "SIGTERM", "SIGHUP"];

/** As shells report a process that a signal ended. */
export function exitStatusOf(signal) {
  return { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal] ?? 1;
}

/** Waits for a child process. */
export function ended(child) {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ status: 1, error }));
    child.on("exit", (code, signal) => resolve({ status: code ?? exitStatusOf(signal) }));
  });
}

/** Runs one of the repository's tools in the foreground. @returns its exit status */
export async function runTool(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit", env: environment(), ...options });
  // The terminal sends Ctrl-C to the whole group; a signal to this process alone is passed on.
  const forward = (signal) => signal !== "SIGINT" && child.kill(signal);
  for (const signal of endings) process.on(signal, forward);
  const { status, error } = await ended(child);
  for (const signal of endings) process.off(signal, forward);
  if (error) console.error(`${command} could not be started: ${error.message}`);
  return status;
}
