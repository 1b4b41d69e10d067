/** Builds the web page when its built files are missing or older than its sources. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What the page is built from, besides its own folder. */
const sources = ["packages/web", "packages/client/src", "packages/contract/src"];
const ignored = new Set(["dist", "node_modules"]);

export interface BuiltPage {
  readonly folder: string;
  readonly built: boolean;
}

/** @throws Error with the builder's output */
export async function ensurePage(repositoryRoot: string, signal: AbortSignal): Promise<BuiltPage> {
  const folder = path.join(repositoryRoot, "packages/web/dist");
  // Written last, so that an interrupted build is not taken for a finished one.
  const stamp = path.join(folder, ".built");
  const newest = Math.max(...sources.map((source) => newestChange(path.join(repositoryRoot, source))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return { folder, built: false };
  const vite = spawn(
    process.execPath,
    [path.join(repositoryRoot, "node_modules/vite/bin/vite.js"), "build"],
    {
      cwd: path.join(repositoryRoot, "packages/web"),
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    },
  );
  let output = "";
  for (const stream of [vite.stdout, vite.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [status] = (await once(vite, "close")) as [number | null];
  if (status !== 0)
    throw new Error(`The page could not be built:\n${output.trim().split("\n").slice(-20).join("\n")}`);
  writeFileSync(stamp, "");
  return { folder, built: true };
}

/** When the newest file below a folder changed, in milliseconds since 1970. */
function newestChange(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (ignored.has(entry.name)) continue;
    const file = path.join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestChange(file) : statSync(file).mtimeMs);
  }
  return newest;
}
