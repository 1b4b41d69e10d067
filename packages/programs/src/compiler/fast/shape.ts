/**
 * The amortised compiler: one forward pass from a spec and examples to a LoRA.
 *
 *   f  =  mean and last hidden states of the interpreter over the context          [F]
 *   c  =  W₂·silu(W₁·f + b₁) + b₂                                                   [layers · targets · rank]
 *   ΔW =  alpha/rank · B·diag(c)·A      for every layer and target, A and B shared by all programs
 *
 * A and B are a dictionary of rank-one updates that the interpreter finds useful; the compiler says how much of each a
 * program needs. What it emits is an ordinary LoRA: c goes into B.
 */
import {
  type Adapter,
  type AdapterShape,
  adapterNames,
  type DecoderConfig,
  type LoraShape,
  projectionNames,
  type Weights,
} from "@weightsmith/nn";

export interface FastShape {
  readonly rank: number;
  /** Width of the compiler's hidden layer. */
  readonly hidden: number;
}

export const loraOf = ({ rank }: FastShape): LoraShape => ({
  rank,
  alpha: 2 * rank,
  targets: [...projectionNames],
});

export const adapterShapeOf = (shape: FastShape): AdapterShape => ({ lora: loraOf(shape) });

/** F: means over spec, inputs and outputs, and the last state. */
export const featureParts = 4;
export const featureCount = (config: DecoderConfig): number => featureParts * config.width;

export const coefficientCount = (config: DecoderConfig, { rank }: FastShape): number =>
  config.layers * projectionNames.length * rank;

/** Where the coefficients of a projection begin. */
export function coefficientOffset(
  { rank }: FastShape,
  layer: number,
  target: (typeof projectionNames)[number],
): number {
  return (layer * projectionNames.length + projectionNames.indexOf(target)) * rank;
}

export const headNames = {
  hiddenWeight: "compiler.hidden.weight",
  hiddenBias: "compiler.hidden.bias",
  outputWeight: "compiler.output.weight",
  outputBias: "compiler.output.bias",
} as const;

/** Shapes of the head's tensors, row-major [out, in]. */
export function headShapes(config: DecoderConfig, shape: FastShape): Record<string, number[]> {
  const outputs = coefficientCount(config, shape);
  return {
    [headNames.hiddenWeight]: [shape.hidden, featureCount(config)],
    [headNames.hiddenBias]: [shape.hidden],
    [headNames.outputWeight]: [outputs, shape.hidden],
    [headNames.outputBias]: [outputs],
  };
}

/** The head on the host: features [F] to coefficients. */
export function coefficientsOf(
  config: DecoderConfig,
  shape: FastShape,
  weights: Weights,
  features: Float32Array,
): Float32Array {
  const hidden = affine(weights, headNames.hiddenWeight, headNames.hiddenBias, features, shape.hidden);
  for (let i = 0; i < hidden.length; i++) hidden[i] = hidden[i]! / (1 + Math.exp(-hidden[i]!));
  const count = coefficientCount(config, shape);
  return affine(weights, headNames.outputWeight, headNames.outputBias, hidden, count);
}

function affine(
  weights: Weights,
  weightName: string,
  biasName: string,
  x: Float32Array,
  outputs: number,
): Float32Array {
  const weight = weights.get(weightName)!;
  const y = Float32Array.from(weights.get(biasName)!);
  for (let out = 0; out < outputs; out++) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += weight[out * x.length + i]! * x[i]!;
    y[out] = y[out]! + sum;
  }
  return y;
}

/** The LoRA of a program: A as it is, each column of B times its coefficient. */
export function emitLora(
  config: DecoderConfig,
  shape: FastShape,
  weights: Weights,
  coefficients: Float32Array,
): Adapter {
  const emitted = new Map<string, Float32Array>();
  for (let layer = 0; layer < config.layers; layer++) {
    for (const target of projectionNames) {
      const a = weights.get(adapterNames.loraA(config, layer, target));
      const b = weights.get(adapterNames.loraB(config, layer, target));
      if (a === undefined || b === undefined) continue;
      const offset = coefficientOffset(shape, layer, target);
      emitted.set(adapterNames.loraA(config, layer, target), a);
      emitted.set(
        adapterNames.loraB(config, layer, target),
        b.map((value, at) => value * coefficients[offset + (at % shape.rank)]!),
      );
    }
  }
  return { shape: adapterShapeOf(shape), weights: emitted };
}
