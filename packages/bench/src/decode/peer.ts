// llama.cpp writing with the same weights, in a process of its own that waits on its standard input between turns.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("../../peers/llama-cpp", import.meta.url));

export interface LlamaCpp {
  /** Writes some tokens from the prompt; the time and processor time of each after the first, and the last one. */
  run(tokens: number): Promise<{ tokenMs: number; cpuMs: number; last: number }>;
  stop(): void;
}

/** llama.cpp with a number of threads, installed beside its script the first time; or why it cannot be. */
export async function startLlamaCpp(
  modelPath: string,
  prompt: readonly number[],
  threads: number,
): Promise<LlamaCpp | { readonly reason: string }> {
  if (!existsSync(path.join(home, "node_modules/node-llama-cpp"))) {
    const flags = ["--no-fund", "--no-audit", "--ignore-scripts", "--omit=optional", "--loglevel=error"];
    const { status, stderr } = spawnSync("npm", ["install", ...flags], { cwd: home, encoding: "utf8" });
    if (status !== 0) return { reason: `llama.cpp could not be installed: ${stderr?.trim().split("\n")[0]}` };
  }
  const argument = JSON.stringify({ path: modelPath, threads, prompt });
  const child = spawn(process.execPath, [path.join(home, "decoder.mjs"), argument], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`llama.cpp ended: ${complaint.trim().split("\n").at(-1)}`);
    return JSON.parse(value);
  };
  try {
    await answer();
  } catch (error) {
    return { reason: (error as Error).message };
  }
  return {
    run: async (tokens) => {
      child.stdin.write(`${JSON.stringify({ tokens })}\n`);
      return await answer();
    },
    stop: () => void child.stdin.end(),
  };
}
