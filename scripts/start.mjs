// `npm start`: installs what is missing, then runs the local stack under Node 24 and passes signals on to it. The stack
// gets them from here alone, once each, and ends when this process is gone, however that came about.
import { spawn } from "node:child_process";
import path from "node:path";
import { ended, endings, ensureInstalled, environment, modernNode, root } from "./toolchain.mjs";

await ensureInstalled();
const main = path.join(root, "packages/cli/src/stack/main.ts");
const stack = spawn(modernNode(), [main, ...process.argv.slice(2)], {
  cwd: root,
  // Compiled code is kept from start to start: it spares each of the stack's processes a third of its loading.
  env: environment({ NODE_COMPILE_CACHE: path.join(root, "node_modules/.cache/node-compile") }),
  stdio: ["ignore", "inherit", "inherit", "ipc"],
  // In a session of its own: Ctrl-C reaches this process, which passes it on.
  detached: true,
});
for (const signal of endings) process.on(signal, () => stack.kill(signal));

if (process.env.npm_lifecycle_event) {
  // npm cannot pass on its own death by SIGKILL; then this process has another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stack.kill("SIGTERM"), 1000).unref();
}

const { status, error } = await ended(stack);
if (error) console.error(`The stack could not be started: ${error.message}`);
process.exit(status);
