// A whole small Llama (rotary positions, RMS norm, SwiGLU) in the engine's terms: an example to read, the subject of the
// comparison with PyTorch, and what the training benchmark trains.
// Legend: B batch, T length, C width, H heads, F feed-forward width, V vocabulary.
import { causalAttention } from "../composites/causal-attention.ts";
import { mergeHeads, splitHeads } from "../composites/heads.ts";
import { causalBias, rotaryAngles, rotaryFrequencies } from "../composites/positions.ts";
import { type WeightedLoss, weightedCrossEntropy } from "../composites/statistics.ts";
import { swiglu } from "../fused/activations.ts";
import { rotary } from "../fused/attention.ts";
import { rmsNorm } from "../fused/normalization.ts";
import { matmul } from "../operations/contraction.ts";
import { add } from "../operations/elementwise.ts";
import { gather } from "../operations/indexing.ts";
import { constant, input, parameter, range } from "../operations/leaves.ts";
import { reshape } from "../operations/structure.ts";
import type { Tensor } from "../tensor.ts";

export interface DecoderSize {
  /** Rows of a batch. */
  readonly batch: number;
  /** Tokens of a row. */
  readonly length: number;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
}

export interface Decoder {
  readonly loss: WeightedLoss;
  readonly parameters: readonly Tensor[];
}

/** The training graph: inputs `tokens`, `targets` int64 [B,T] and `weights` float32 [B,T]. */
export function decoder(size: DecoderSize): Decoder {
  const { batch, length, layers, width, heads, feedForward, vocabulary } = size;
  const parameters: Tensor[] = [];
  const weight = (name: string, shape: readonly number[]) => {
    const tensor = parameter(name, shape);
    parameters.push(tensor);
    return tensor;
  };
  const tokens = input("tokens", "int64", [batch, length]);
  const targets = input("targets", "int64", [batch, length]);
  const weights = input("weights", "float32", [batch, length]);
  const frequencies = constant(rotaryFrequencies(width / heads));
  const { cos, sin } = rotaryAngles(range(length), frequencies);
  const bias = causalBias(length, length);

  let hidden = gather(weight("embedding", [vocabulary, width]), tokens);
  for (let layer = 0; layer < layers; layer++) {
    const w = (name: string, ...shape: readonly number[]) => weight(`layers.${layer}.${name}`, shape);
    const attended = rmsNorm(hidden, w("attentionNorm", width));
    const project = (name: string) => splitHeads(matmul(attended, w(name, width, width)), heads);
    const [q, k, v] = [project("q"), project("k"), project("v")];
    const mixed = mergeHeads(causalAttention(rotary(q, cos, sin), rotary(k, cos, sin), v, bias));
    hidden = add(hidden, matmul(mixed, w("o", width, width)));
    const fed = rmsNorm(hidden, w("feedForwardNorm", width));
    const gate = matmul(fed, w("gate", width, feedForward));
    const gated = swiglu(gate, matmul(fed, w("up", width, feedForward)));
    hidden = add(hidden, matmul(gated, w("down", feedForward, width)));
  }
  const logits = matmul(rmsNorm(hidden, weight("norm", [width])), weight("head", [width, vocabulary]));
  const rows = reshape(logits, [batch * length, vocabulary]);
  const flat = (x: Tensor) => reshape(x, [batch * length]);
  return { loss: weightedCrossEntropy(rows, flat(targets), flat(weights)), parameters };
}
