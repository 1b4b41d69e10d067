// Other engines training the same decoder, each in a process of its own that waits on its standard input between turns,
// so that contestants alternate on an otherwise idle machine. A line {"steps": n} is answered by {"stepMs", "cpuMs", "loss"}.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { DecoderSize } from "@weightsmith/autodiff/reference";
import type { Contestant } from "./engine.ts";

const folder = fileURLToPath(new URL("../../peers", import.meta.url));

/** A contestant, or why there is none. */
export type Peer = { readonly contestant: Contestant } | { readonly reason: string };

/** PyTorch with a number of threads, from the machine's own Python. */
export async function startTorch(size: DecoderSize, threads: number): Promise<Peer> {
  // A version manager's python3 may hide the system's, which is where Debian installs PyTorch.
  const python = ["python3", "/usr/bin/python3"].find(
    (command) => spawnSync(command, ["-c", "import torch"]).status === 0,
  );
  if (!python) {
    return { reason: "PyTorch is not installed: apt-get install python3-torch libopenblas0-pthread" };
  }
  const environment = { OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
  const script = path.join(folder, "torch_decoder.py");
  return start(python, [script, JSON.stringify({ ...size, threads })], environment);
}

/** TensorFlow.js with its WASM backend, installed beside its script the first time. */
export async function startTensorFlowJs(size: DecoderSize, threads: number): Promise<Peer> {
  const home = path.join(folder, "tfjs");
  if (!existsSync(path.join(home, "node_modules/@tensorflow/tfjs"))) {
    const install = ["install", "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error"];
    const { status, stderr } = spawnSync("npm", install, { cwd: home, encoding: "utf8" });
    if (status !== 0)
      return { reason: `TensorFlow.js could not be installed: ${stderr?.trim().split("\n")[0]}` };
  }
  return start(process.execPath, [path.join(home, "decoder.mjs"), JSON.stringify({ ...size, threads })], {});
}

/** Starts a peer and waits for its first line. */
async function start(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Peer> {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, number>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${path.basename(args[0]!)} ended: ${complaint.trim().split("\n").at(-1)}`);
    return JSON.parse(value);
  };
  try {
    await answer();
  } catch (error) {
    await end(child);
    return { reason: (error as Error).message };
  }
  return {
    contestant: {
      async run(steps) {
        child.stdin.write(`${JSON.stringify({ steps })}\n`);
        const { stepMs, cpuMs, loss } = await answer();
        return { stepMs: stepMs!, cpuMs: cpuMs!, loss: loss! };
      },
      stop: () => end(child),
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(timer);
}
