/**
 * Rotary position tables: cos and sin of position × frequency, with the scalings that checkpoints name in
 * `rope_scaling`. Halves are rotated as in Hugging Face models: component i pairs with i + width/2.
 */
import type { RopeScaling } from "./config.ts";

export interface RotarySettings {
  readonly theta: number;
  /** Rotated components of a head; even. */
  readonly width: number;
  readonly scaling?: RopeScaling;
  readonly maxPositions: number;
}

export interface RotaryTable {
  /** float32 [length, width/2] */
  readonly cos: Float32Array;
  /** float32 [length, width/2] */
  readonly sin: Float32Array;
  readonly length: number;
}

/** Frequencies, radians a position, of each pair, and the factor that multiplies cos and sin. */
export interface RotaryFrequencies {
  readonly frequencies: Float64Array;
  readonly attentionFactor: number;
}

/**
 * Frequencies for a context of `length` tokens. Base: θ^(−2i/width), i < width/2.
 *
 * `dynamic` (NTK) and `longrope` depend on how long the text is; here that is the planned context, fixed for a
 * session, so that keys in a cache never mix two tables.
 * @see Su et al. 2021, arXiv:2104.09864; Peng et al. 2023 (YaRN), arXiv:2309.00071; Ding et al. 2024, arXiv:2402.13753
 */
export function rotaryFrequencies(settings: RotarySettings, length: number): RotaryFrequencies {
  const { theta, width, scaling, maxPositions } = settings;
  const base = (value: number) =>
    Float64Array.from({ length: width / 2 }, (_, i) => value ** ((-2 * i) / width));
  if (!scaling) return { frequencies: base(theta), attentionFactor: 1 };
  switch (scaling.kind) {
    case "linear":
      return { frequencies: base(theta).map((f) => f / scaling.factor), attentionFactor: 1 };
    case "dynamic": {
      const stretch = (scaling.factor * Math.max(length, maxPositions)) / maxPositions - (scaling.factor - 1);
      return { frequencies: base(theta * stretch ** (width / (width - 2))), attentionFactor: 1 };
    }
    case "llama3":
      return { frequencies: base(theta).map((f) => llama3Frequency(f, scaling)), attentionFactor: 1 };
    case "yarn":
      return yarn(base(theta), theta, width, scaling);
    case "longrope":
      return longrope(base(theta), scaling, length, maxPositions);
  }
}

function llama3Frequency(frequency: number, scaling: RopeScaling & { kind: "llama3" }): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = scaling;
  const turns = (originalMaxPositions * frequency) / (2 * Math.PI);
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const smooth = (turns - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

function yarn(
  plain: Float64Array,
  theta: number,
  width: number,
  scaling: RopeScaling & { kind: "yarn" },
): RotaryFrequencies {
  const { factor, originalMaxPositions, betaFast, betaSlow, truncate } = scaling;
  // The component that turns `turns` times over the original context.
  const component = (turns: number) =>
    (width * Math.log(originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  let low = component(betaFast);
  let high = component(betaSlow);
  if (truncate) {
    low = Math.floor(low);
    high = Math.ceil(high);
  }
  low = Math.max(low, 0);
  high = Math.min(high, width - 1);
  if (low === high) high += 0.001;
  const frequencies = plain.map((frequency, i) => {
    const interpolated = Math.min(Math.max((i - low) / (high - low), 0), 1);
    return (frequency / factor) * interpolated + frequency * (1 - interpolated);
  });
  const mscale = (m: number) => (factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1);
  const inferred =
    scaling.mscale && scaling.mscaleAllDim
      ? mscale(scaling.mscale) / mscale(scaling.mscaleAllDim)
      : mscale(1);
  return { frequencies, attentionFactor: scaling.attentionFactor ?? inferred };
}

function longrope(
  plain: Float64Array,
  scaling: RopeScaling & { kind: "longrope" },
  length: number,
  maxPositions: number,
): RotaryFrequencies {
  const { originalMaxPositions } = scaling;
  const factors = length > originalMaxPositions ? scaling.longFactor : scaling.shortFactor;
  if (factors.length !== plain.length) {
    throw new RangeError(
      `longrope needs ${plain.length} factors, one a rotated pair; got ${factors.length}.`,
    );
  }
  const factor = scaling.factor ?? maxPositions / originalMaxPositions;
  const inferred = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions));
  return {
    frequencies: plain.map((frequency, i) => frequency / (factors[i] as number)),
    attentionFactor: scaling.attentionFactor ?? inferred,
  };
}

/** The table for positions `start` … `start + length − 1` of a planned context (default: just these). */
export function rotaryTable(
  settings: RotarySettings,
  length: number,
  options: { start?: number; context?: number } = {},
): RotaryTable {
  const { start = 0, context = start + length } = options;
  const { frequencies, attentionFactor } = rotaryFrequencies(settings, context);
  const half = frequencies.length;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let row = 0; row < length; row++) {
    for (let i = 0; i < half; i++) {
      const angle = (start + row) * (frequencies[i] as number);
      cos[row * half + i] = Math.cos(angle) * attentionFactor;
      sin[row * half + i] = Math.sin(angle) * attentionFactor;
    }
  }
  return { cos, sin, length };
}
