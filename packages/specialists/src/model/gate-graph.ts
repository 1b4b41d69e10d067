/**
 * What the gates of every layer see, on whole rows of text: the mixture as it runs, experts and gate rows fed as
 * `stackExperts` makes them, its outputs left out.
 *
 * B rows, T tokens, E experts (the generalist included), D model width.
 */
import {
  add,
  causalBias,
  constant,
  expand,
  groupedAttention,
  input,
  matmul,
  parameter,
  range,
  reshape,
  softmax,
  type Tensor,
  transpose,
} from "@weightsmith/autodiff";
import { type DecoderConfig, embed, hiddenStates, parameterSpecs } from "@weightsmith/nn";
import { groupWidths } from "./expert.ts";
import { poolingMatrix } from "./pooling.ts";
import { shiftable } from "./shiftable.ts";
import { stepNames } from "./step-graph.ts";
import { fixedRotary } from "./training-graph.ts";

export interface GateGraphOptions {
  readonly batch: { readonly rows: number; readonly length: number };
  readonly experts: number;
  readonly gateDecay: number;
  readonly layer: number;
}

/** @returns what the gate of a layer multiplies its rows with: float32 [B,T,D] */
export function gateGraph(
  config: DecoderConfig,
  { batch, experts, gateDecay, layer: wanted }: GateGraphOptions,
): Tensor {
  const { rows, length } = batch;
  const { width } = config;
  const seen: Tensor[] = [];
  const weights = new Map(parameterSpecs(config).map(({ name, shape }) => [name, parameter(name, shape)]));
  const weight = (name: string) => weights.get(name)!;
  const pooling = constant(poolingMatrix(length, gateDecay), [length, length]);
  const bias = causalBias(length, length);
  const tokens = input(stepNames.tokens, "int64", [rows, length]);
  let evidence: Tensor | undefined;
  const { parts } = shiftable(config, {
    experts,
    rows,
    length,
    weight,
    update: (layer, group) => {
      if (group === "head") return undefined;
      const { inWidth, outWidth } = groupWidths(config, group);
      const rank = `rank_${group}`;
      return {
        a: input(stepNames.a(layer, group), "float32", [experts, 1, inWidth, rank]),
        b: input(stepNames.b(layer, group), "float32", [experts, 1, rank, outWidth]),
      };
    },
    gate: (layer, x) => {
      const pooled = matmul(pooling, x);
      seen[layer] = pooled;
      const table = input(stepNames.gateTable(layer), "float32", [experts, width]);
      const offsets = input(stepNames.gateOffsets(layer), "float32", [experts]);
      const own = add(matmul(pooled, table, { transposeB: true }), offsets);
      evidence = evidence ? add(evidence, own) : own;
      const shares = softmax(evidence);
      return reshape(transpose(shares, [2, 0, 1]), [experts, rows, length, 1]);
    },
    attend: (_, q, k, v) => groupedAttention(q, k, v, bias),
    ...fixedRotary(config, length),
  });
  const positions = expand(reshape(range(length), [1, length]), [rows, length]);
  hiddenStates(config, parts, embed(config, weight, tokens, positions));
  return seen[wanted]!;
}
