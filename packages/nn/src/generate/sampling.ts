/**
 * From logits to a token: repetition penalty, temperature, top-k, top-p and min-p, in that order, as Hugging Face
 * applies them; greedy when the temperature is 0. Works on one row of logits; knows nothing of models.
 */
import type { Random } from "../model/random.ts";

export interface SamplingOptions {
  /** 0 (the default) takes the likeliest token; 1 samples the model's own distribution. */
  readonly temperature?: number;
  /** Only the k likeliest tokens. */
  readonly topK?: number;
  /** Only the likeliest tokens whose probabilities add up to p. */
  readonly topP?: number;
  /** Only tokens at least this fraction as likely as the likeliest. */
  readonly minP?: number;
  /** Logits of tokens seen before are divided (if positive) or multiplied by this; 1 is none. */
  readonly repetitionPenalty?: number;
}

/** @throws RangeError naming an option out of its range */
export function checkSampling(options: SamplingOptions): void {
  const { temperature = 0, topK = 1, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  if (!(temperature >= 0)) throw new RangeError(`temperature must be at least 0; got ${temperature}.`);
  if (!Number.isInteger(topK) || topK < 1)
    throw new RangeError(`topK must be a positive integer; got ${topK}.`);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP must be in (0, 1]; got ${topP}.`);
  if (!(minP >= 0 && minP <= 1)) throw new RangeError(`minP must be in [0, 1]; got ${minP}.`);
  if (!(repetitionPenalty > 0))
    throw new RangeError(`repetitionPenalty must be positive; got ${repetitionPenalty}.`);
}

/** The index of the largest logit; the lowest index among equals. */
export function argMax(logits: Float32Array): number {
  let best = 0;
  let bestValue = logits[0] as number;
  for (let token = 1; token < logits.length; token++) {
    const value = logits[token] as number;
    if (value > bestValue) {
      best = token;
      bestValue = value;
    }
  }
  return best;
}

/** log Σ exp(logits), without overflow; −∞ logits count nothing. */
export function logSumExp(logits: Float32Array): number {
  const largest = logits[argMax(logits)] as number;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let token = 0; token < logits.length; token++) sum += Math.exp((logits[token] as number) - largest);
  return largest + Math.log(sum);
}

/** Sets to −∞, in place, every logit whose bit in `mask` is 0 (bit t&31 of word t>>5 is token t). */
export function applyMask(logits: Float32Array, mask: Uint32Array | Int32Array): void {
  for (let word = 0; word * 32 < logits.length; word++) {
    const bits = mask[word] ?? 0;
    if (bits === -1 || bits === 0xffffffff) continue;
    const end = Math.min(logits.length, word * 32 + 32);
    for (let token = word * 32; token < end; token++) {
      if (((bits >>> (token & 31)) & 1) === 0) logits[token] = -Infinity;
    }
  }
}

/** Divides positive and multiplies negative logits of the given tokens by `penalty`, in place, once each. */
export function applyRepetitionPenalty(logits: Float32Array, seen: Iterable<number>, penalty: number): void {
  for (const token of new Set(seen)) {
    const value = logits[token];
    if (value !== undefined) logits[token] = value > 0 ? value / penalty : value * penalty;
  }
}

/**
 * Draws a token from softmax(logits / temperature) restricted by top-k, top-p and min-p.
 * @param logits not changed; −∞ marks tokens that are not allowed
 */
export function sampleToken(logits: Float32Array, options: SamplingOptions, random: Random): number {
  const { temperature = 0, topK, topP = 1, minP = 0 } = options;
  if (temperature === 0) return argMax(logits);
  const candidates = likeliest(logits, topK);
  const largest = logits[candidates[0] as number] as number;
  const odds = candidates.map((token) => Math.exp(((logits[token] as number) - largest) / temperature));
  let kept = odds.length;
  if (topP < 1) {
    const total = odds.reduce((sum, value) => sum + value, 0);
    let sum = 0;
    kept = odds.findIndex((value) => {
      sum += value;
      return sum >= topP * total;
    });
    kept = kept < 0 ? odds.length : kept + 1;
  }
  if (minP > 0) {
    while (kept > 1 && (odds[kept - 1] as number) < minP) kept--;
  }
  let total = 0;
  for (let index = 0; index < kept; index++) total += odds[index] as number;
  let threshold = random.uniform() * total;
  for (let index = 0; index < kept - 1; index++) {
    threshold -= odds[index] as number;
    if (threshold < 0) return candidates[index] as number;
  }
  return candidates[kept - 1] as number;
}

/** Allowed tokens by falling logit (rising id among equals), at most `count`. */
export function likeliest(logits: Float32Array, count = logits.length): number[] {
  const better = (a: number, b: number) => (logits[b] as number) - (logits[a] as number) || a - b;
  const tokens: number[] = [];
  if (count * 16 > logits.length) {
    for (let token = 0; token < logits.length; token++) if (logits[token] !== -Infinity) tokens.push(token);
    tokens.sort(better);
    return tokens.length > count ? tokens.slice(0, count) : tokens.length > 0 ? tokens : [0];
  }
  // A short list kept sorted beats sorting a large vocabulary.
  for (let token = 0; token < logits.length; token++) {
    const value = logits[token] as number;
    if (value === -Infinity) continue;
    if (tokens.length === count && value <= (logits[tokens[count - 1] as number] as number)) continue;
    let at = tokens.length;
    while (at > 0 && value > (logits[tokens[at - 1] as number] as number)) at--;
    tokens.splice(at, 0, token);
    if (tokens.length > count) tokens.pop();
  }
  return tokens.length > 0 ? tokens : [0];
}
