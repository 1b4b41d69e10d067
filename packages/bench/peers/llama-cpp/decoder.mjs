// llama.cpp, through node-llama-cpp, writing greedily from a prompt. Arguments: {path, threads, prompt}. Answers each
// line {"tokens": n} with {"tokenMs", "cpuMs", "last"}: the time
// and the processor time of a token after the first, and the last token written.
import { createInterface } from "node:readline";
import { getLlama } from "node-llama-cpp";

const { path, threads, prompt } = JSON.parse(process.argv[2]);
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: threads });
const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: 1024,
  batchSize: 512,
  threads,
  // Its flash attention rounds to half precision; without it both sides compute in float32 and write the same tokens.
  flashAttention: false,
  experimentalKvCacheKeyType: "F32",
  experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const { tokens } = JSON.parse(line);
  await sequence.clearHistory();
  let written = 0;
  let [first, spent] = [0, process.cpuUsage()];
  let last = -1;
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    written++;
    last = token;
    if (written === 1) [first, spent] = [performance.now(), process.cpuUsage()];
    if (written === tokens) break;
  }
  const { user, system } = process.cpuUsage(spent);
  const tokenMs = (performance.now() - first) / (written - 1);
  console.log(JSON.stringify({ tokenMs, cpuMs: (user + system) / 1000 / (written - 1), last }));
}
process.exit(0);
