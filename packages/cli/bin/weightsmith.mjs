#!/usr/bin/env node
// The `weightsmith` command. Plain JavaScript, because the Node that starts it may be too old for the sources:
// then the same command line runs again under the Node that came with the packages.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureInstalled, modernNode } from "../../../scripts/toolchain.mjs";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

await ensureInstalled();
const node = modernNode();
if (node === process.execPath) {
  await import(main);
} else {
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", main, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // The terminal sends Ctrl-C to the whole group: the child decides how to end, this process only waits for it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}
