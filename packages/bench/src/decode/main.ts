/**
 * `npm run bench -- decode [--json] [--rounds N] [--tokens N] [--threads N] [--no-peers]`: greedy decoding by the decoder
 * of the training benchmark (4 layers, width 256, float32): one row alone; 16 rows; 16 rows with 16 different adapters
 * (LoRA of rank 8 on every projection); and llama.cpp with the same weights, one row. All take turns in every round;
 * each figure is the median of its rounds with one thread or all, whichever is faster. `ratio` says how many times more
 * tokens a second one row gets from us than from llama.cpp, `batchRatio` the same for 16 rows with their adapters against
 * llama.cpp's one; `cpuRatio` and `cpuBatchRatio` are these in processor time of all threads, which a busy machine
 * disturbs less.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  adapterSpecs,
  BpeTrainer,
  createAdapter,
  createModel,
  LanguageModel,
  llamaConfig,
  loadTokenizer,
  parameterCount,
  projectionNames,
  Random,
  saveGgufModel,
  tokenizerFiles,
} from "@weightsmith/nn";
import { type LlamaCpp, startLlamaCpp } from "./peer.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    tokens: { type: "string", default: "128" },
    threads: { type: "string", default: `${Math.max(1, availableParallelism())}` },
    peers: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const [rounds, tokens, threads] = [flags.rounds, flags.tokens, flags.threads].map(Number) as [
  number,
  number,
  number,
];
const batch = 16;
const say = (text: string) => void (flags.json ? undefined : console.log(text));

const config = llamaConfig({
  vocabSize: 1024,
  width: 256,
  layers: 4,
  heads: 4,
  ffnWidth: 704,
  maxPositions: 1024,
  tiedEmbeddings: false,
});
const model = createModel(config, { seed: 1 });
const random = new Random(2);
const prompt = Array.from({ length: 32 }, () => 256 + random.integer(700));
const adapters = Array.from({ length: batch }, (_, seed) => {
  const adapter = createAdapter(config, { lora: { rank: 8, alpha: 16, targets: projectionNames } }, { seed });
  const noise = new Random(seed, "noise");
  for (const { name } of adapterSpecs(config, adapter.shape)) {
    const values = adapter.weights.get(name)!;
    for (let at = 0; at < values.length; at++) values[at] = values[at]! + 0.01 * noise.normal();
  }
  return adapter;
});

/** On a busy machine one thread may be faster than all of them: both take part, here and for llama.cpp. */
const threadCounts = [...new Set([1, threads])];
const engines = await Promise.all(
  threadCounts.map(async (count) => {
    const lm = await LanguageModel.open(model, { session: { threads: count } });
    return { count, lm, prepared: await Promise.all(adapters.map((adapter) => lm.prepare(adapter))) };
  }),
);

/** Milliseconds, and those of the processor, of one step after the first, by streaming `tokens` tokens for every row. */
async function decode(
  { lm, prepared }: (typeof engines)[number],
  rows: number,
  adapted: boolean,
): Promise<{ stepMs: number; cpuMs: number; last: number }> {
  let [first, spent] = [0, process.cpuUsage()];
  let last = -1;
  const requests = Array.from({ length: rows }, (_, row) => ({
    tokens: prompt,
    maxTokens: tokens,
    stopTokens: [],
    ...(adapted ? { adapter: prepared[row]! } : {}),
  }));
  let events = 0;
  for await (const { row, token } of lm.stream(requests)) {
    events++;
    if (events === rows) [first, spent] = [performance.now(), process.cpuUsage()];
    if (row === 0) last = token;
  }
  const { user, system } = process.cpuUsage(spent);
  const stepMs = (performance.now() - first) / (tokens - 1);
  return { stepMs, cpuMs: (user + system) / 1000 / (tokens - 1), last };
}

const folder = mkdtempSync(path.join(tmpdir(), "weightsmith-decode-"));
const peers = new Map<number, LlamaCpp>();
let reason = "left out by --no-peers";
if (flags.peers) {
  const file = path.join(folder, "model.gguf");
  const trainer = new BpeTrainer({
    vocabularySize: config.vocabSize,
    preTokenizer: "gpt-2",
    specialTokens: ["<|end|>"],
  });
  const words = new Random(3);
  const letters = "etaoinshrdlucmfwypvbgkqjxz";
  const word = () =>
    Array.from({ length: 2 + words.integer(6) }, () => letters[words.integer(letters.length)]).join("");
  trainer.add(Array.from({ length: 20_000 }, word).join(" "));
  const files = tokenizerFiles(trainer.train(), { roles: { eos: "<|end|>" } });
  await saveGgufModel(file, model, loadTokenizer(files.tokenizer, files.config));
  for (const count of threadCounts) {
    const peer = await startLlamaCpp(file, prompt, count);
    if ("reason" in peer) reason = peer.reason;
    else peers.set(count, peer);
  }
}

const settings = {
  "one row": { rows: 1, adapted: false },
  "one row, adapter": { rows: 1, adapted: true },
  "16 rows": { rows: batch, adapted: false },
  "16 rows, 16 adapters": { rows: batch, adapted: true },
} as const;
const times = new Map<string, number[]>();
const processorTimes = new Map<string, number[]>();
const last = new Map<string, number>();
const note = (name: string, ms: number, cpuMs: number, token: number) => {
  times.set(name, [...(times.get(name) ?? []), ms]);
  processorTimes.set(name, [...(processorTimes.get(name) ?? []), cpuMs]);
  last.set(name, token);
  say(`${name}: ${ms.toFixed(3)} ms (processor ${cpuMs.toFixed(3)} ms)`);
};
for (let round = -1; round < rounds; round++) {
  if (round === 0) for (const all of [times, processorTimes]) all.clear();
  say(round < 0 ? "warming up" : `round ${round + 1}`);
  for (const engine of engines) {
    for (const [name, { rows, adapted }] of Object.entries(settings)) {
      const { stepMs, cpuMs, last: token } = await decode(engine, rows, adapted);
      note(`${name}, threads: ${engine.count}`, stepMs, cpuMs, token);
    }
  }
  for (const [count, peer] of peers) {
    const { tokenMs, cpuMs, last: token } = await peer.run(tokens);
    note(`llama.cpp, threads: ${count}`, tokenMs, cpuMs, token);
  }
}
for (const peer of peers.values()) peer.stop();
for (const { lm } of engines) await lm.release();
rmSync(folder, { recursive: true });

const middle = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1]!;
const median = (name: string) => middle(times.get(name)!);
/** Processor time of the thread count that needs least of it. */
const processorMs = (name: string) =>
  Math.min(
    ...threadCounts.flatMap((count) => {
      const all = processorTimes.get(`${name}, threads: ${count}`);
      return all ? [middle(all)] : [];
    }),
  );
/** The median of the better thread count; undefined for a peer that did not run. */
function best(name: string): { ms: number; threads: number; last: number } | undefined {
  const ran = threadCounts.filter((count) => times.has(`${name}, threads: ${count}`));
  const [first] = ran
    .map((count) => ({
      ms: median(`${name}, threads: ${count}`),
      threads: count,
      last: last.get(`${name}, threads: ${count}`)!,
    }))
    .toSorted((a, b) => a.ms - b.ms);
  return first;
}
const perSecond = (name: keyof typeof settings) => Math.round((1000 * settings[name].rows) / best(name)!.ms);
const round = (value: number) => Number(value.toFixed(2));
const llama = best("llama.cpp");
const figures = {
  model: { layers: config.layers, width: config.width, parameters: parameterCount(config) },
  threads,
  rounds,
  tokens,
  tokensPerSecond: {
    one: perSecond("one row"),
    oneWithAdapter: perSecond("one row, adapter"),
    sixteen: perSecond("16 rows"),
    sixteenWithAdapters: perSecond("16 rows, 16 adapters"),
  },
  peers: {
    llamaCpp: llama
      ? {
          available: true,
          tokensPerSecond: Math.round(1000 / llama.ms),
          threads: llama.threads,
          sameLastToken: llama.last === best("one row")!.last,
          ratio: round(llama.ms / best("one row")!.ms),
          batchRatio: round((batch * llama.ms) / best("16 rows, 16 adapters")!.ms),
          cpuRatio: round(processorMs("llama.cpp") / processorMs("one row")),
          cpuBatchRatio: round((batch * processorMs("llama.cpp")) / processorMs("16 rows, 16 adapters")),
        }
      : { available: false, reason },
  },
};
console.log(flags.json ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));
process.exit(0);
