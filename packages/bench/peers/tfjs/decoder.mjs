// The training benchmark's decoder in TensorFlow.js on its WASM backend: a small Llama with Adam, the same sizes and data
// as ours. Started with the sizes as a JSON argument; then, for each line {"steps": n} on standard input, trains n steps
// and answers {"stepMs": ..., "loss": ...} on one line.
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

const size = JSON.parse(process.argv[2]);
const here = path.dirname(fileURLToPath(import.meta.url));
setWasmPaths(`${path.join(here, "node_modules/@tensorflow/tfjs-backend-wasm/dist")}/`);
setThreadsCount(size.threads);
await tf.setBackend("wasm");
await tf.ready();

const { batch: B, length: T, width: C, heads: H, feedForward: FF, vocabulary: V } = size;
const D = C / H;
const angles = tf.outerProduct(
  tf.range(0, T),
  tf.tensor1d(Array.from({ length: D / 2 }, (_, i) => 10000 ** ((-2 * i) / D))),
);
const [COS, SIN] = [tf.cos(angles), tf.sin(angles)];
const BIAS = tf.tensor2d(
  Array.from({ length: T * T }, (_, at) => (at % T > Math.floor(at / T) ? -1e9 : 0)),
  [T, T],
);

const weight = (...shape) =>
  tf.variable(shape.length === 1 ? tf.ones(shape) : tf.randomNormal(shape, 0, 0.02));
const layers = Array.from({ length: size.layers }, () => ({
  norm1: weight(C),
  norm2: weight(C),
  q: weight(C, C),
  k: weight(C, C),
  v: weight(C, C),
  o: weight(C, C),
  gate: weight(C, FF),
  up: weight(C, FF),
  down: weight(FF, C),
}));
const [embedding, norm, head] = [weight(V, C), weight(C), weight(C, V)];

const rmsNorm = (x, w) => x.mul(tf.rsqrt(x.square().mean(-1, true).add(1e-6))).mul(w);
const rotary = (x) => {
  const [a, b] = tf.split(x, 2, -1);
  return tf.concat([a.mul(COS).sub(b.mul(SIN)), b.mul(COS).add(a.mul(SIN))], -1);
};

function lossOf(tokens, targets) {
  // A product with one-hot rows: the look-up's gradient has no kernel in this backend.
  let x = tf.oneHot(tokens, V).toFloat().matMul(embedding);
  for (const w of layers) {
    const y = rmsNorm(x, w.norm1);
    const heads = (p) => y.matMul(p).reshape([B, T, H, D]).transpose([0, 2, 1, 3]);
    const scores = tf.matMul(rotary(heads(w.q)), rotary(heads(w.k)), false, true).mul(1 / Math.sqrt(D));
    const mixed = tf.matMul(tf.softmax(scores.add(BIAS)), heads(w.v));
    x = x.add(
      mixed
        .transpose([0, 2, 1, 3])
        .reshape([B * T, C])
        .matMul(w.o),
    );
    const z = rmsNorm(x, w.norm2);
    const gate = z.matMul(w.gate);
    x = x.add(gate.mul(tf.sigmoid(gate)).mul(z.matMul(w.up)).matMul(w.down));
  }
  const logits = rmsNorm(x, norm).matMul(head);
  return tf.oneHot(targets, V).toFloat().mul(tf.logSoftmax(logits)).sum(-1).mean().neg();
}

const optimizer = tf.train.adam(1e-3, 0.9, 0.99);
function step() {
  const tokens = new Int32Array(B * T);
  const targets = new Int32Array(B * T);
  for (let row = 0; row < B; row++) {
    const start = Math.floor(Math.random() * V);
    const difference = 1 + Math.floor(Math.random() * 5);
    for (let k = 0; k < T; k++) {
      tokens[row * T + k] = (start + k * difference) % V;
      targets[row * T + k] = (start + (k + 1) * difference) % V;
    }
  }
  return tf.tidy(
    () =>
      optimizer
        .minimize(() => lossOf(tf.tensor1d(tokens, "int32"), tf.tensor1d(targets, "int32")), true)
        .dataSync()[0],
  );
}

console.log(JSON.stringify({ ready: 1 }));
for await (const line of createInterface({ input: process.stdin })) {
  const { steps } = JSON.parse(line);
  const [began, spent] = [performance.now(), process.cpuUsage()];
  let loss = 0;
  for (let k = 0; k < steps; k++) loss = step();
  const { user, system } = process.cpuUsage(spent);
  const stepMs = (performance.now() - began) / steps;
  console.log(JSON.stringify({ stepMs, cpuMs: (user + system) / 1000 / steps, loss }));
}
