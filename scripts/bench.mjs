// `npm run bench -- NAME [--json …]`: runs packages/bench/src/NAME.ts, or NAME/main.ts, under Node 24.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ensureInstalled, modernNode, root, runTool } from "./toolchain.mjs";

await ensureInstalled();
const [name, ...args] = process.argv.slice(2);
const folder = path.join(root, "packages/bench/src");
const entryOf = (bench) =>
  [path.join(folder, `${bench}.ts`), path.join(folder, bench, "main.ts")].find((file) => existsSync(file));

const entry = /^[\w-]+$/.test(name ?? "") && name !== "index" ? entryOf(name) : undefined;
if (!entry) {
  const known = readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((bench) => bench !== "index" && !bench.endsWith(".test") && entryOf(bench));
  console.error(
    `There is no benchmark "${name ?? ""}". Known: ${known.join(", ")}\nUsage: npm run bench -- NAME [--json]`,
  );
  process.exit(2);
}
process.exit(await runTool(modernNode(), ["--disable-warning=ExperimentalWarning", entry, ...args]));
