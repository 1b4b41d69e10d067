// What deployment is checked with: SST and its providers, 420 MB apart from the product's own packages, installed by the
// first check (and by whoever deploys).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ended, environment, root } from "./toolchain.mjs";

const platform = path.join(root, ".sst/platform/config.d.ts");

/** @returns whether SST's components are there; without them infra/ goes unchecked, aloud */
export async function ensureInfra() {
  if (existsSync(platform)) return true;
  console.error("Installing what infra/ is checked with (a minute or two, once)…");
  const quiet = {
    SST_TELEMETRY_DISABLED: "1",
    NO_BUN: "1",
    SST_SKIP_DEPENDENCY_CHECK: "1",
    SST_STAGE: "check",
  };
  const steps = [
    ["npm", ["ci", "--prefix", "infra", "--no-fund", "--no-audit", "--loglevel=error"]],
    [path.join(root, "infra/node_modules/.bin/sst"), ["install"]],
  ];
  for (const [command, args] of steps) {
    const child = spawn(command, args, {
      cwd: root,
      env: environment(quiet),
      stdio: ["ignore", "ignore", 2],
      shell: process.platform === "win32",
    });
    const { status } = await ended(child);
    if (status !== 0) {
      console.error(
        "SKIPPED types of the infrastructure: SST could not be installed (is the npm registry reachable?).",
      );
      return false;
    }
  }
  return existsSync(platform);
}
