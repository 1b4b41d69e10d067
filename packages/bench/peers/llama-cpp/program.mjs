// llama.cpp, through node-llama-cpp, running a .paw program as PAW's clients do: base model and adapter from their
// files, the template's text with special tokens parsed and nothing added, greedy. Arguments: {base, adapter, template}.
// Answers each line {"input"} with {"output", "tokens", "milliseconds"}.
import { createInterface } from "node:readline";
import { getLlama } from "node-llama-cpp";

const { base, adapter, template } = JSON.parse(process.argv[2]);
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: 1 });
const model = await llama.loadModel({ modelPath: base, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: 2048,
  batchSize: 512,
  threads: 1,
  lora: adapter,
  // Its flash attention rounds to half precision; without it both sides compute in float32.
  flashAttention: false,
  experimentalKvCacheKeyType: "F32",
  experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const { input } = JSON.parse(line);
  await sequence.clearHistory();
  const prompt = model.tokenize(
    template.replace("{INPUT_PLACEHOLDER}", () => input),
    true,
  );
  const began = performance.now();
  const tokens = [];
  for await (const token of sequence.evaluate(prompt, { temperature: 0 })) {
    tokens.push(token);
    if (tokens.length === 512) break;
  }
  const milliseconds = performance.now() - began;
  console.log(JSON.stringify({ output: model.detokenize(tokens), tokens: tokens.length, milliseconds }));
}
process.exit(0);
