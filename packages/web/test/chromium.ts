/** A real Chromium: the one of WEIGHTSMITH_CHROMIUM, or the one that comes as an npm package (Linux on x64). */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-sync",
  "--font-render-hinting=none",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-pings",
];

/** Why there is no browser on this machine; undefined when there is one. */
export const noBrowser: string | undefined =
  process.env.WEIGHTSMITH_CHROMIUM !== undefined || (process.platform === "linux" && process.arch === "x64")
    ? undefined
    : "there is no packaged Chromium for this machine: name one in WEIGHTSMITH_CHROMIUM";

/** With an empty profile that goes when it is closed. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env.WEIGHTSMITH_CHROMIUM;
  if (named !== undefined) return chromium.launch({ executablePath: named, args: flags });
  const unpacked = await unpack();
  const launch = (environment: Record<string, string | undefined>) =>
    chromium.launch({
      executablePath: path.join(unpacked, "chromium"),
      args: flags,
      env: { ...process.env, ...environment } as Record<string, string>,
    });
  try {
    return await launch({});
  } catch (error) {
    if (!String(error).includes("shared libraries")) throw error;
    // A machine without a desktop may lack the libraries of one; the package brings them.
    return launch({
      LD_LIBRARY_PATH: path.join(unpacked, "al2023/lib"),
      FONTCONFIG_PATH: path.join(unpacked, "fonts"),
    });
  }
}

/** Unpacked once, into a folder that is either whole or not there. */
async function unpack(): Promise<string> {
  const require = createRequire(import.meta.url);
  const packageFolder = path.join(path.dirname(require.resolve("@sparticuz/chromium")), "..");
  const { version } = require(path.join(packageFolder, "package.json")) as { version: string };
  const cache = fileURLToPath(new URL("../../../node_modules/.cache", import.meta.url));
  const folder = path.join(cache, `weightsmith-chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(path.join(cache, "chromium-"));
  const temporary = process.env.TMPDIR;
  // Where the package unpacks to.
  process.env.TMPDIR = staging;
  try {
    const { default: packed, inflate } = await import("@sparticuz/chromium");
    await packed.executablePath();
    await inflate(path.join(packageFolder, "bin/al2023.tar.br"));
  } finally {
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
  try {
    renameSync(staging, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
