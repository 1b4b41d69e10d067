/** Builds the page once for all browser tests (vitest's `globalSetup`), into a folder of its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the built page. */
    page: string;
  }
}

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const vite = fileURLToPath(new URL("../../../node_modules/vite/bin/vite.js", import.meta.url));

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-page-"));
  // As a process of its own: the test runner's NODE_ENV would make it a development build.
  const { NODE_ENV: _, ...environment } = process.env;
  await promisify(execFile)(
    process.execPath,
    [vite, "build", "--logLevel", "warn", "--emptyOutDir", "--outDir", folder],
    { cwd: packageFolder, env: environment },
  );
  project.provide("page", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
