// What every npm script needs before it can run TypeScript: the installed packages and a Node of version 24 or newer.
// Plain JavaScript for Node 20 without packages, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
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
  const record = path.join(modules, ".package-lock.json");
  if (!existsSync(record)) return false;
  const present = JSON.parse(readFileSync(record, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(
    ([name, entry]) =>
      !name.startsWith("node_modules/") ||
      entry.optional ||
      entry.peer ||
      present[name]?.version === entry.version,
  );
}

/** Installs the locked packages unless they are there already. */
export function ensureInstalled() {
  if (installed()) return;
  console.error("Installing packages (the first time takes about a minute)…");
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const { status, error } = spawnSync(
    npm[0],
    [...npm.slice(1), "ci", "--no-fund", "--no-audit", "--loglevel=error"],
    {
      cwd: root,
      stdio: "inherit",
      // onnxruntime-node's install script would download a CUDA library that a laptop does not need.
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
      shell: process.platform === "win32" && npm.length === 1,
    },
  );
  if (status !== 0) {
    console.error(
      `npm ci did not finish (${error?.message ?? `exit status ${status}`}). Check that the npm registry is reachable, then run the same command again: it resumes from a clean state.`,
    );
    process.exit(status ?? 1);
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
