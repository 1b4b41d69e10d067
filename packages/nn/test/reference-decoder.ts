/**
 * The plain reference of the decoder families: one position after another, float64, nothing shared with the
 * graphs that run in production. Slow, and meant to be read; fast paths are tested against it.
 * T positions, D width, H heads, W head width, V vocabulary.
 */
import type { Activation, DecoderConfig } from "../src/model/config.ts";
import { decoderNames, layerProjections, type Projection, type Weights } from "../src/model/parameters.ts";
import { rotaryFrequencies } from "../src/model/rope.ts";

const activations: Readonly<Record<Activation, (x: number) => number>> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  gelu: (x) => 0.5 * x * (1 + errorFunction(x / Math.SQRT2)),
};

/** erf by its Taylor series; exact to float64 for the |x| < 5 that occur here. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/**
 * A decoder that reads one token a call and remembers keys and values.
 * @param length positions planned for, on which some rope scalings depend
 * @returns from a token to the logits after it, float64 [V]
 */
export function referenceDecoder(
  config: DecoderConfig,
  weights: Weights,
  length: number,
): (token: number) => number[] {
  const { width, heads, kvHeads, headWidth, layers } = config;
  const names = decoderNames(config);
  const tensor = (name: string): Float32Array => {
    const values = weights.get(name);
    if (values === undefined) throw new RangeError(`the weights lack ${name}`);
    return values;
  };
  const row = (name: string, index: number, size: number): number[] => [
    ...tensor(name).subarray(index * size, (index + 1) * size),
  ];

  const norm = (x: readonly number[], name: string): number[] => {
    const scale = tensor(`${name}.weight`);
    const mean = config.norm === "layer" ? x.reduce((sum, value) => sum + value, 0) / x.length : 0;
    const square = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    const bias = config.norm === "layer" ? tensor(`${name}.bias`) : undefined;
    return x.map(
      (value, i) => ((value - mean) / Math.sqrt(square + config.normEpsilon)) * scale[i]! + (bias?.[i] ?? 0),
    );
  };
  const project = (x: readonly number[], projection: Projection): number[] => {
    const weight = tensor(projection.weight);
    const { inWidth, outWidth, storedOutWidth, offset, transposed } = projection;
    return Array.from({ length: outWidth }, (_, out) => {
      let sum = projection.bias ? tensor(projection.bias)[offset + out]! : 0;
      for (let i = 0; i < inWidth; i++)
        sum += x[i]! * weight[transposed ? i * storedOutWidth + offset + out : (offset + out) * inWidth + i]!;
      return sum;
    });
  };
  const rotary =
    config.positions.kind === "rotary"
      ? rotaryFrequencies({ ...config.positions, maxPositions: config.maxPositions }, length)
      : undefined;
  /** Rotates components (j, j + n/2) of a head by position · frequency_j. */
  const rotate = (head: number[], position: number): number[] => {
    if (rotary === undefined) return head;
    const half = rotary.frequencies.length;
    const rotated = [...head];
    for (let j = 0; j < half; j++) {
      const angle = position * rotary.frequencies[j]!;
      const cosine = Math.cos(angle) * rotary.attentionFactor;
      const sine = Math.sin(angle) * rotary.attentionFactor;
      rotated[j] = head[j]! * cosine - head[j + half]! * sine;
      rotated[j + half] = head[j + half]! * cosine + head[j]! * sine;
    }
    return rotated;
  };
  const split = (x: readonly number[], count: number): number[][] =>
    Array.from({ length: count }, (_, head) => x.slice(head * headWidth, (head + 1) * headWidth));

  const keys: number[][][][] = Array.from({ length: layers }, () => []);
  const values: number[][][][] = Array.from({ length: layers }, () => []);
  let read = 0;
  return (token) => {
    const position = read++;
    let stream = row(names.embedding, token, width);
    if (names.positions) {
      const learned = row(names.positions, position, width);
      stream = stream.map((value, i) => value + learned[i]!);
    }
    for (let layer = 0; layer < layers; layer++) {
      const projections = layerProjections(config, layer);
      const input = norm(stream, names.attentionNorm(layer));
      const headNorm = (head: number[], name: string) => (config.queryKeyNorm ? norm(head, name) : head);
      const query = split(project(input, projections.q_proj), heads).map((head) =>
        rotate(headNorm(head, names.queryNorm(layer)), position),
      );
      const key = split(project(input, projections.k_proj), kvHeads).map((head) =>
        rotate(headNorm(head, names.keyNorm(layer)), position),
      );
      keys[layer]!.push(key);
      values[layer]!.push(split(project(input, projections.v_proj), kvHeads));
      const windowed = config.slidingWindow !== undefined && layer >= (config.fullAttentionLayers ?? 0);
      const first = windowed ? Math.max(0, position + 1 - config.slidingWindow!) : 0;
      const attended = query.flatMap((head, h) => {
        const kvHead = Math.floor(h / (heads / kvHeads));
        const scores = keys[layer]!.slice(first).map(
          (past) => past[kvHead]!.reduce((sum, k, i) => sum + k * head[i]!, 0) / Math.sqrt(headWidth),
        );
        const largest = Math.max(...scores);
        const weightsOfPast = scores.map((score) => Math.exp(score - largest));
        const total = weightsOfPast.reduce((sum, weight) => sum + weight, 0);
        const mixed = new Array<number>(headWidth).fill(0);
        for (const [past, weight] of weightsOfPast.entries())
          for (let i = 0; i < headWidth; i++)
            mixed[i]! += (weight / total) * values[layer]![first + past]![kvHead]![i]!;
        return mixed;
      });
      const attention = project(attended, projections.o_proj);
      stream = stream.map((value, i) => value + attention[i]!);
      const inner = norm(stream, names.ffnNorm(layer));
      const up = project(inner, projections.up_proj);
      const act = activations[config.activation];
      const gate = projections.gate_proj && project(inner, projections.gate_proj);
      const hidden = gate ? up.map((value, i) => act(gate[i]!) * value) : up.map(act);
      const fed = project(hidden, projections.down_proj);
      stream = stream.map((value, i) => value + fed[i]!);
    }
    const final = norm(stream, names.finalNorm);
    const head = tensor(names.head);
    return Array.from({ length: config.vocabSize }, (_, word) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += final[i]! * head[word * width + i]!;
      return sum;
    });
  };
}

/**
 * Logits of every position.
 * @returns float64 [T][V]
 */
export function referenceLogits(
  config: DecoderConfig,
  weights: Weights,
  tokens: readonly number[],
): number[][] {
  const decode = referenceDecoder(config, weights, tokens.length);
  return tokens.map((token) => decode(token));
}

/** Continues greedily by `count` tokens; of equal logits the smallest id. */
export function referenceGreedy(
  config: DecoderConfig,
  weights: Weights,
  tokens: readonly number[],
  count: number,
): number[] {
  const decode = referenceDecoder(config, weights, tokens.length + count);
  let logits = tokens.map((token) => decode(token)).at(-1)!;
  const answer: number[] = [];
  for (;;) {
    const best = logits.indexOf(Math.max(...logits));
    answer.push(best);
    if (answer.length === count) return answer;
    logits = decode(best);
  }
}
