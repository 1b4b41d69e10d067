/** Head, dictionary and frozen interpreter as one graph: what training the amortised compiler differentiates. */
import {
  add,
  input,
  matmul,
  multiply,
  parameter,
  reshape,
  silu,
  slice,
  type Tensor,
} from "@weightsmith/autodiff";
import {
  adapterSpecs,
  type BatchShape,
  type DecoderConfig,
  decoderTrainingGraph,
  initialParameter,
  type TrainingGraph,
  type Weights,
} from "@weightsmith/nn";
import {
  adapterShapeOf,
  coefficientOffset,
  type FastShape,
  featureCount,
  headNames,
  headShapes,
} from "./shape.ts";

export interface FastTrainingGraph {
  readonly graph: TrainingGraph;
  /** What is trained: the head, and A and B of the dictionary. */
  readonly trainable: readonly Tensor[];
}

/** One program a line: line b is computed under coefficients of `features[b]`. */
export function fastTrainingGraph(
  config: DecoderConfig,
  batch: BatchShape,
  shape: FastShape,
): FastTrainingGraph {
  const head = new Map(
    Object.entries(headShapes(config, shape)).map(([name, dims]) => [name, parameter(name, dims)]),
  );
  const features = input("features", "float32", [batch.rows, featureCount(config)]);
  const affine = (x: Tensor, weight: string, bias: string) =>
    add(matmul(x, head.get(weight)!, { transposeB: true }), head.get(bias)!);
  const hidden = silu(affine(features, headNames.hiddenWeight, headNames.hiddenBias));
  const coefficients = affine(hidden, headNames.outputWeight, headNames.outputBias);
  const adapter = adapterShapeOf(shape);
  const graph = decoderTrainingGraph(config, batch, adapter, (layer, target, low) => {
    const from = coefficientOffset(shape, layer, target);
    const own = slice(coefficients, 1, from, from + shape.rank);
    return multiply(low, reshape(own, [batch.rows, 1, shape.rank]));
  });
  const dictionary = adapterSpecs(config, adapter).map(({ name }) => graph.parameters.get(name)!);
  return { graph, trainable: [...head.values(), ...dictionary] };
}

/** Coefficients begin at one for every program, updates at zero. */
export function initialFastWeights(config: DecoderConfig, shape: FastShape, seed: number): Weights {
  const weights = new Map<string, Float32Array>();
  for (const spec of adapterSpecs(config, adapterShapeOf(shape))) {
    weights.set(spec.name, initialParameter(spec, seed));
  }
  for (const [name, dims] of Object.entries(headShapes(config, shape))) {
    const initial = dims.length === 2 ? 1 / Math.sqrt(dims[1]!) : "zeros";
    weights.set(name, initialParameter({ name, shape: dims, initial }, seed));
  }
  weights.get(headNames.outputBias)!.fill(1);
  return weights;
}
