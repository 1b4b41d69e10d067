// `npm test`: installs if needed, then runs every tier of the suite that this machine can run and says what it skipped.
// Arguments go to vitest: `npm test -- packages/nn`, `npm test -- --project unit`.
import path from "node:path";
import { ensureInstalled, root, runTool } from "./toolchain.mjs";

await ensureInstalled();
const reporters = ["--reporter=default", `--reporter=${path.join(root, "scripts/tier-report.mjs")}`];
process.exit(await runTool("vitest", ["run", ...reporters, ...process.argv.slice(2)]));
