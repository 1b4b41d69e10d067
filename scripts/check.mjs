// `npm run check`: format and lint, types, import rules. Every step runs, so that one call shows all there is to mend.
import { existsSync } from "node:fs";
import path from "node:path";
import { ensureInfra } from "./infra.mjs";
import { ensureInstalled, root, runTool } from "./toolchain.mjs";

await ensureInstalled();
const infra = await ensureInfra();

const steps = [
  ["format and lint", "biome", ["check", "--error-on-warnings", "."]],
  ["types", "tsc", ["-p", "tsconfig.json"]],
  ...(existsSync(path.join(root, "packages/web/tsconfig.json"))
    ? [["types of the page", "tsc", ["-p", "packages/web/tsconfig.json"]]]
    : []),
  ...(infra ? [["types of the infrastructure", "tsc", ["-p", "infra/tsconfig.json"]]] : []),
  [
    "import rules",
    "depcruise",
    ["--config", ".dependency-cruiser.cjs", "packages", "functions", "gpu-worker", "infra"],
  ],
];

let failed = 0;
for (const [name, command, args] of steps) {
  const began = Date.now();
  const status = await runTool(command, args);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
