/**
 * `npm run bench -- train [--json] [--rounds N] [--micro-batches N] [--threads N]
 * [--peers torch,tfjs|none]`: one training step of a
 * decoder (4 layers, width 256, batch 16×128, AdamW) by this engine, by PyTorch on the CPU, by TensorFlow.js, and the
 * machine's own peak of matrix products through the same runtime. All take turns in every round; each figure is the
 * median of its rounds, and a ratio compares medians of one run. A peer's ratio says how many times faster we are;
 * `cpuRatio` and `cpuShareOfPeak` are the same in processor time of all threads, which a busy machine disturbs less
 * (with one thread; more of them also spend it on waiting for each other).
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Contestant, startEngine } from "./engine.ts";
import { startGemmPeak } from "./gemm-peak.ts";
import { type Peer, startTensorFlowJs, startTorch } from "./peers.ts";
import { benchmarkSize } from "./workload.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    "micro-batches": { type: "string", default: "4" },
    threads: { type: "string", default: `${Math.max(1, availableParallelism())}` },
    peers: { type: "string", default: "torch,tfjs" },
  },
});
const rounds = Number(flags.rounds);
const threads = Number(flags.threads);
const say = (text: string) => void (flags.json ? undefined : console.log(text));

const size = benchmarkSize;
const engine = await startEngine(size, Number(flags["micro-batches"]), threads);
const peak = await startGemmPeak(threads);
const peers = new Map<string, Peer>();
const wantedPeers = flags.peers.split(",");
if (wantedPeers.includes("torch")) {
  // PyTorch contends with itself on few cores: the better of one thread and all of them counts.
  for (const count of new Set([1, threads])) peers.set(`torch ${count}`, await startTorch(size, count));
}
if (wantedPeers.includes("tfjs")) peers.set("tfjs", await startTensorFlowJs(size, threads));

/** Steps a turn: enough to time, few enough that turns stay close. TensorFlow.js takes about a minute for one. */
const stepsOf = (name: string) => (name === "tfjs" ? 1 : name === "engine" ? 6 : 3);
const turnsOf = (name: string) => (name === "tfjs" ? 1 : rounds);
const contestants = new Map<string, Contestant>([["engine", engine]]);
for (const [name, peer] of peers) if ("contestant" in peer) contestants.set(name, peer.contestant);

const times = new Map<string, number[]>([...contestants.keys()].map((name) => [name, []]));
const processorTimes = new Map<string, number[]>([...contestants.keys()].map((name) => [name, []]));
const losses = new Map<string, number>();
let gemmPeak = { gflops: 0, cpuGflops: 0 };
for (const [name, contestant] of contestants) if (turnsOf(name) > 1) await contestant.run(2);
for (let round = 0; round < rounds; round++) {
  gemmPeak = await peak.measure();
  for (const [name, contestant] of contestants) {
    if (round >= turnsOf(name)) continue;
    const { stepMs, cpuMs, loss } = await contestant.run(stepsOf(name));
    times.get(name)!.push(stepMs);
    processorTimes.get(name)!.push(cpuMs);
    losses.set(name, loss);
    say(
      `round ${round + 1}: ${name} ${stepMs.toFixed(0)} ms a step (processor ${cpuMs.toFixed(0)} ms), loss ${loss.toFixed(3)}`,
    );
  }
}
for (const contestant of contestants.values()) await contestant.stop();
await peak.stop();

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const stepMs = median(times.get("engine")!);
const cpuMs = median(processorTimes.get("engine")!);
const gflops = engine.flops / stepMs / 1e6;

/** The best of some peers' medians as a ratio to ours, or why there is none. */
function standing(...names: readonly string[]) {
  const ran = names.filter((name) => times.has(name));
  if (ran.length === 0) {
    const reasons = names.flatMap((name) => {
      const peer = peers.get(name);
      return peer && "reason" in peer ? [peer.reason] : [];
    });
    return { available: false, reason: reasons[0] ?? "left out by --peers" };
  }
  const best = ran.toSorted((a, b) => median(times.get(a)!) - median(times.get(b)!))[0]!;
  const peerMs = median(times.get(best)!);
  return {
    available: true,
    stepMs: round(peerMs),
    ratio: round(peerMs / stepMs, 2),
    cpuRatio: round(Math.min(...ran.map((name) => median(processorTimes.get(name)!))) / cpuMs, 2),
    loss: round(losses.get(best)!, 3),
    ...(best.startsWith("torch") ? { threads: Number(best.split(" ")[1]) } : {}),
  };
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

const figures = {
  model: { ...size, parameters: engine.parameterCount, microBatches: Number(flags["micro-batches"]) },
  threads,
  rounds,
  stepMs: round(stepMs),
  cpuMs: round(cpuMs),
  tokensPerSecond: Math.round((size.batch * size.length * 1000) / stepMs),
  gflops: round(gflops),
  gemmPeakGflops: round(gemmPeak.gflops),
  shareOfPeak: round(gflops / gemmPeak.gflops, 3),
  cpuShareOfPeak: round(engine.flops / cpuMs / 1e6 / gemmPeak.cpuGflops, 3),
  loss: round(losses.get("engine")!, 3),
  peers: { torch: standing(`torch ${threads}`, "torch 1"), tfjs: standing("tfjs") },
};
console.log(flags.json ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));
