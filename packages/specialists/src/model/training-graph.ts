/**
 * The training graph of one specialist: the generalist and the gate rows of the other specialists are frozen, and the
 * others' attention does not run (their share of the mixture goes to the generalist). So a specialist costs the same
 * to train however many there are.
 *
 * The loss is the cross entropy of its own text plus, in every layer, that of the gate against each text's domain.
 * B rows, T tokens, N experts known (generalist, others, the new one last).
 */
import {
  add,
  causalBias,
  concat,
  constant,
  crossEntropy,
  exp,
  expand,
  groupedAttention,
  input,
  logSoftmax,
  matmul,
  multiply,
  negate,
  parameter,
  range,
  reshape,
  slice,
  subtract,
  sum,
  type Tensor,
  transpose,
} from "@weightsmith/autodiff";
import {
  type DecoderConfig,
  embed,
  hiddenStates,
  logits,
  parameterSpecs,
  rotaryTable,
} from "@weightsmith/nn";
import { type ExpertShape, expertNames, expertSpecs } from "./expert.ts";
import { poolingMatrix } from "./pooling.ts";
import { shiftable } from "./shiftable.ts";

export interface SpecialistGraph {
  readonly inputs: Readonly<Record<"tokens" | "targets" | "weights" | "labels", Tensor>>;
  /** By name: those of the generalist, and the new expert's prefixed with `expert.`. */
  readonly trainable: readonly Tensor[];
  /** float32 []: to minimise, weighed by `weight`. */
  readonly total: Tensor;
  readonly weight: Tensor;
  /** float32 []: Σ of the text's loss alone, nats. */
  readonly text: Tensor;
  /** float32 []: Σ over tokens of the mean gate loss of the layers, nats. */
  readonly gate: Tensor;
  /** float32 []: tokens of all rows; `weight` counts those of its own corpus. */
  readonly tokens: Tensor;
}

/**
 * Gate rows are trained in units of 1/`gateUnit`: the optimizer moves every number by about the learning rate, and
 * telling one domain from the others takes larger numbers than shifting a projection does.
 */
export const gateUnit = 8;

export const trainedName = (name: string): string => `expert.${name}`;

export interface GateRow {
  readonly weight: Float32Array;
  readonly bias: number;
}

export interface SpecialistGraphOptions {
  readonly batch: { readonly rows: number; readonly length: number };
  readonly shape: ExpertShape;
  /** Gate rows of the other specialists: by specialist, by layer. */
  readonly others: readonly (readonly GateRow[])[];
  readonly gateWeight: number;
  readonly gateDecay: number;
}

export function specialistGraph(config: DecoderConfig, options: SpecialistGraphOptions): SpecialistGraph {
  const { batch, shape, others, gateWeight, gateDecay } = options;
  const { rows, length } = batch;
  const { width, layers } = config;
  const known = 2 + others.length;
  const inputs = {
    tokens: input("tokens", "int64", [rows, length]),
    targets: input("targets", "int64", [rows, length]),
    /** Of each target; 0 is padding. */
    weights: input("weights", "float32", [rows, length]),
    /** One-hot: which expert each row's text belongs to. */
    labels: input("labels", "float32", [rows, 1, known]),
  };
  const frozen = new Map(
    parameterSpecs(config).map(({ name, shape: dims }) => [name, parameter(name, dims)]),
  );
  const own = new Map(
    expertSpecs(config, shape).map(({ name, shape: dims }) => [name, parameter(trainedName(name), dims)]),
  );
  const pooling = constant(poolingMatrix(length, gateDecay), [length, length]);
  const bias = causalBias(length, length);
  const gateLosses: Tensor[] = [];

  const { parts, headShift } = shiftable(config, {
    experts: 2,
    rows,
    length,
    weight: (name) => frozen.get(name)!,
    update: (layer, group) => {
      const [a, b] =
        group === "head"
          ? [own.get(expertNames.headA), own.get(expertNames.headB)]
          : [own.get(expertNames.a(layer, group)), own.get(expertNames.b(layer, group))];
      return a && b && { a: besideZeros(a), b: besideZeros(b) };
    },
    gate: (layer, x) => {
      // Rows of the generalist (zeros) and of the others stand still.
      const still = new Float32Array((known - 1) * width);
      const stillBias = new Float32Array(known - 1);
      for (const [index, other] of others.entries()) {
        still.set(other[layer]!.weight, (index + 1) * width);
        stillBias[index + 1] = other[layer]!.bias;
      }
      const row = multiply(reshape(own.get(expertNames.gate(layer))!, [1, width]), gateUnit);
      const offset = multiply(own.get(expertNames.gateBias(layer))!, gateUnit);
      const table = concat([constant(still, [known - 1, width]), row], 0);
      const offsets = concat([constant(stillBias), offset], 0);
      const pooled = matmul(pooling, x);
      const logShares = logSoftmax(add(matmul(pooled, table, { transposeB: true }), offsets));
      gateLosses.push(negate(sum(multiply(logShares, inputs.labels), { axes: -1 })));
      const share = exp(slice(logShares, -1, known - 1, known));
      return transpose(reshape(concat([subtract(1, share), share], -1), [rows, length, 2, 1]), [2, 0, 1, 3]);
    },
    attend: (_, q, k, v) => groupedAttention(q, k, v, bias),
    ...rotaryOf(config, length),
  });

  const positions = expand(reshape(range(length), [1, length]), [rows, length]);
  const embedded = embed(config, parts.weight, inputs.tokens, positions);
  const hidden = hiddenStates(config, parts, embedded);
  const shift = headShift(hidden);
  const plain = logits(config, parts.weight, hidden);
  const scores = shift ? add(plain, shift) : plain;
  // Other text teaches the gate alone: its own specialist does not run, and next to the generalist without it any
  // expert would seem worth opening for.
  const ofOwn = multiply(inputs.weights, reshape(slice(inputs.labels, -1, known - 1, known), [rows, 1]));
  const text = sum(multiply(crossEntropy(scores, inputs.targets), ofOwn));
  const perToken = multiply(gateLosses.reduce(add), 1 / layers);
  const gate = sum(multiply(perToken, inputs.weights));
  return {
    inputs,
    trainable: [...own.values()],
    total: add(text, multiply(gate, gateWeight)),
    weight: sum(ofOwn),
    text,
    gate,
    tokens: sum(inputs.weights),
  };
}

/** [in,out] → [2,1,in,out] with zeros first, the generalist's. */
function besideZeros(x: Tensor): Tensor {
  const [rows, columns] = x.shape as readonly [number, number];
  const zeros = constant(new Float32Array(rows * columns), [1, 1, rows, columns]);
  return concat([zeros, reshape(x, [1, 1, rows, columns])], 0);
}

function rotaryOf(config: DecoderConfig, length: number) {
  const { positions, maxPositions } = config;
  if (positions.kind !== "rotary") return {};
  const { cos, sin } = rotaryTable({ ...positions, maxPositions }, length, { context: maxPositions });
  const shape = [1, 1, length, positions.width / 2];
  return { rotary: { cos: constant(cos, shape), sin: constant(sin, shape) } };
}
