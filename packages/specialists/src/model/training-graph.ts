/**
 * The training graph of one specialist's updates: the generalist frozen, the specialist open everywhere, nobody else.
 * So a specialist costs the same to train however many there are. Its gate rows are fitted afterwards, see
 * train/gate-rows.ts.
 *
 * B rows, T tokens.
 */
import {
  add,
  causalBias,
  constant,
  crossEntropy,
  expand,
  groupedAttention,
  input,
  multiply,
  parameter,
  range,
  reshape,
  sum,
  type Tensor,
} from "@weightsmith/autodiff";
import {
  type DecoderConfig,
  embed,
  hiddenStates,
  logits,
  parameterSpecs,
  rotaryTable,
} from "@weightsmith/nn";
import { type ExpertShape, expertNames, expertSpecs, isGateName } from "./expert.ts";
import { shiftable } from "./shiftable.ts";

export interface SpecialistGraph {
  /** int64, int64 and float32 [B,T]; a target's weight of 0 is padding. */
  readonly inputs: Readonly<Record<"tokens" | "targets" | "weights", Tensor>>;
  /** By name: those of the generalist, and the new expert's prefixed with `expert.`. */
  readonly trainable: readonly Tensor[];
  /** float32 []: Σ of the loss, nats, and of the weights. */
  readonly total: Tensor;
  readonly weight: Tensor;
}

export const trainedName = (name: string): string => `expert.${name}`;

export interface SpecialistGraphOptions {
  readonly batch: { readonly rows: number; readonly length: number };
  readonly shape: ExpertShape;
}

export function specialistGraph(
  config: DecoderConfig,
  { batch, shape }: SpecialistGraphOptions,
): SpecialistGraph {
  const { rows, length } = batch;
  const inputs = {
    tokens: input("tokens", "int64", [rows, length]),
    targets: input("targets", "int64", [rows, length]),
    weights: input("weights", "float32", [rows, length]),
  };
  const frozen = new Map(
    parameterSpecs(config).map(({ name, shape: dims }) => [name, parameter(name, dims)]),
  );
  const own = new Map(
    expertSpecs(config, shape)
      .filter(({ name }) => !isGateName(name))
      .map(({ name, shape: dims }) => [name, parameter(trainedName(name), dims)]),
  );
  const bias = causalBias(length, length);
  const open = constant(new Float32Array([1]), [1, 1, 1, 1]);
  const { parts, headShift } = shiftable(config, {
    experts: 1,
    rows,
    length,
    weight: (name) => frozen.get(name)!,
    update: (layer, group) => {
      const [a, b] =
        group === "head"
          ? [own.get(expertNames.headA), own.get(expertNames.headB)]
          : [own.get(expertNames.a(layer, group)), own.get(expertNames.b(layer, group))];
      return a && b && { a: leading(a), b: leading(b) };
    },
    gate: () => open,
    attend: (_, q, k, v) => groupedAttention(q, k, v, bias),
    ...fixedRotary(config, length),
  });

  const positions = expand(reshape(range(length), [1, length]), [rows, length]);
  const embedded = embed(config, parts.weight, inputs.tokens, positions);
  const hidden = hiddenStates(config, parts, embedded);
  const shift = headShift(hidden);
  const plain = logits(config, parts.weight, hidden);
  const scores = shift ? add(plain, shift) : plain;
  return {
    inputs,
    trainable: [...own.values()],
    total: sum(multiply(crossEntropy(scores, inputs.targets), inputs.weights)),
    weight: sum(inputs.weights),
  };
}

/** [in,out] → [1,1,in,out]. */
const leading = (x: Tensor): Tensor => reshape(x, [1, 1, x.shape[0]!, x.shape[1]!]);

/** Rotary angles of the positions 0 … length − 1, as constants. */
export function fixedRotary(config: DecoderConfig, length: number) {
  const { positions, maxPositions } = config;
  if (positions.kind !== "rotary") return {};
  const { cos, sin } = rotaryTable({ ...positions, maxPositions }, length, { context: maxPositions });
  const shape = [1, 1, length, positions.width / 2];
  return { rotary: { cos: constant(cos, shape), sin: constant(sin, shape) } };
}
