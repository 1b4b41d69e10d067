// `npm test`: installs if needed, then runs every tier of the suite that this machine can run.
import { spawnSync } from "node:child_process";
import { ensureInstalled, environment, root } from "./toolchain.mjs";

ensureInstalled();
const { status } = spawnSync("vitest", ["run", "--passWithNoTests", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: environment(),
});
process.exit(status ?? 1);
