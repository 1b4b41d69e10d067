// `npm run fuzz -- --requests 20000 [--seed N]`: requests drawn from the whole description of the API, against the app on
// the embedded servers. Ends with status 1 if any answer was one that is not promised.
import { parseArgs } from "node:util";
import { ensureInstalled, runTool } from "./toolchain.mjs";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
await ensureInstalled();
process.env.WEIGHTSMITH_FUZZ_REQUESTS = values.requests;
process.env.WEIGHTSMITH_FUZZ_SEED = values.seed;
process.exit(await runTool("vitest", ["run", "functions/src/fuzz.integration.test.ts"]));
