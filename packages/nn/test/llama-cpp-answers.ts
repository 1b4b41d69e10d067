/**
 * Runs llama.cpp on every case of llama-cpp-cases.ts and writes llama-cpp-answers.json.
 *   node packages/nn/test/llama-cpp-answers.ts FOLDER
 * FOLDER holds an installation of node-llama-cpp (npm install --omit=optional node-llama-cpp @node-llama-cpp/linux-x64).
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Answer, caseFiles, greedyCount, logitStride, makeCases, texts } from "./llama-cpp-cases.ts";

const folder = process.argv[2];
if (folder === undefined)
  throw new Error("the folder of node-llama-cpp is missing: see the head of this file");
const entry = resolve(folder, "node_modules/node-llama-cpp/dist/index.js");

/** The part of node-llama-cpp that is used here; it is not a dependency of this repository. */
interface Peer {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      tokenize(text: string, special: boolean): number[];
      createContext(options: object): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
      dispose(): Promise<void>;
    }>;
  }>;
}
interface Sequence {
  controlledEvaluate(
    input: (number | [number, object])[],
  ): Promise<({ next: { logits: Map<number, number> } } | undefined)[]>;
}

const peer: Peer = await import(entry);
const llama = await peer.getLlama({ gpu: false, build: "never", logLevel: "warn", maxThreads: 1 });
const temporary = await mkdtemp(join(tmpdir(), "llama-cpp-"));
const answers: Record<string, Answer> = {};
for (const item of makeCases()) {
  const files = caseFiles(item);
  const modelPath = join(temporary, "model.gguf");
  const adapterPath = join(temporary, "adapter.gguf");
  await writeFile(modelPath, files.model);
  if (files.adapter) await writeFile(adapterPath, files.adapter);
  const model = await llama.loadModel({ modelPath, gpuLayers: 0, useMmap: false });
  const tokens = texts.map((text) => [...model.tokenize(text, true)]);
  const context = await model.createContext({
    contextSize: 128,
    batchSize: 128,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: "F32",
    experimentalKvCacheValueType: "F32",
    ...(files.adapter ? { lora: adapterPath } : {}),
  });
  const sequence = context.getSequence();
  const next = async (input: readonly number[]): Promise<number[]> => {
    const items: (number | [number, object])[] = [...input];
    items[items.length - 1] = [input.at(-1)!, { generateNext: { logits: true } }];
    const output = (await sequence.controlledEvaluate(items)).at(-1)!.next.logits;
    return Array.from({ length: output.size }, (_, id) => output.get(id)!);
  };
  let logits = await next(tokens[0]!);
  const sampled = logits
    .filter((_, id) => id % logitStride === 0)
    .map((logit) => Number(logit.toPrecision(6)));
  const greedy: number[] = [];
  for (;;) {
    const best = logits.indexOf(Math.max(...logits));
    greedy.push(best);
    if (greedy.length === greedyCount) break;
    logits = await next([best]);
  }
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const hashes = [files.model, ...(files.adapter ? [files.adapter] : [])].map(hash);
  answers[item.name] = { hashes, tokens, logits: sampled, greedy };
  console.log(item.name, tokens.map((ids) => ids.length).join(" "), greedy.slice(0, 8).join(" "));
  await context.dispose();
  await model.dispose();
}
await rm(temporary, { recursive: true });
const lines = Object.entries(answers).map(
  ([name, answer]) => `  ${JSON.stringify(name)}: ${JSON.stringify(answer)}`,
);
await writeFile(new URL("llama-cpp-answers.json", import.meta.url), `{\n${lines.join(",\n")}\n}\n`);
process.exit(0);
