/**
 * The inference graph of a mixture: adds tokens to one text whose keys and values, of every expert, are cached. The
 * experts are fed, so that adding and deleting one rebuilds nothing: their number is a symbol of the graph.
 *
 * E experts, T new tokens, S cached slots, D model width, G key heads, C head width, R rank (symbols all but D, G, C).
 */
import {
  add,
  argMax,
  cast,
  concat,
  type Dim,
  gather,
  input,
  less,
  matmul,
  multiply,
  multiplyDims,
  parameter,
  reshape,
  scalar,
  slice,
  softmax,
  subtractDims,
  sum,
  type Tensor,
  transpose,
  where,
} from "@weightsmith/autodiff";
import { type DecoderConfig, embed, hiddenStates, logits, parameterSpecs } from "@weightsmith/nn";
import { groupWidths, type UpdateGroup, updateGroups } from "./expert.ts";
import { shiftable } from "./shiftable.ts";

export const stepNames = {
  tokens: "tokens",
  positions: "positions",
  cos: "cos",
  sin: "sin",
  /** float32 [1,1,1,S] and [T,T]: what a query may not see */
  pastBias: "past_bias",
  ownBias: "own_bias",
  /** int64 [N]: at which of the new tokens logits are wanted */
  select: "select",
  /** Of the pooled hidden states, see pooling.ts: float32 [T,T], [T,1] and, a layer, [1,1,D] */
  poolMix: "pool_mix",
  poolPast: "pool_past",
  pooled: (layer: number) => `pooled_${layer}`,
  newPooled: (layer: number) => `new_pooled_${layer}`,
  /** float32 [1,T,E], added to gate logits: how domain tokens choose */
  gateBias: "gate_bias",
  /** float32 []: experts outside the best so many have no share */
  keep: "keep",
  gateTable: (layer: number) => `gate_table_${layer}`,
  gateOffsets: (layer: number) => `gate_offsets_${layer}`,
  gates: (layer: number) => `gates_${layer}`,
  headA: "head_a",
  headB: "head_b",
  a: (layer: number, group: UpdateGroup) => `a_${layer}_${group}`,
  b: (layer: number, group: UpdateGroup) => `b_${layer}_${group}`,
  pastKey: (layer: number) => `past_key_${layer}`,
  pastValue: (layer: number) => `past_value_${layer}`,
  newKey: (layer: number) => `new_key_${layer}`,
  newValue: (layer: number) => `new_value_${layer}`,
  logits: "logits",
  best: "best",
} as const;

/**
 * @param length new tokens: 1 for a graph that only decodes, else a symbol
 * @returns by name: logits float32 [N,V] and best int64 [N]; gates [E,1,T,1], new pooled [1,1,D], new keys and values
 *   [E,G,T,C] of every layer
 */
export function stepGraph(config: DecoderConfig, length: 1 | "length"): Record<string, Tensor> {
  const experts = "experts";
  const past = "past";
  const { headWidth, heads, kvHeads, width, layers, vocabSize } = config;
  const share = heads / kvHeads;
  const outputs: Record<string, Tensor> = {};
  const parameters = new Map(parameterSpecs(config).map(({ name, shape }) => [name, parameter(name, shape)]));
  const weight = (name: string) => parameters.get(name)!;
  const pastBias = input(stepNames.pastBias, "float32", [1, 1, 1, past]);
  const ownBias = input(stepNames.ownBias, "float32", [length, length]);
  const poolMix = input(stepNames.poolMix, "float32", [length, length]);
  const poolPast = input(stepNames.poolPast, "float32", [length, 1]);
  const gateBias = input(stepNames.gateBias, "float32", [1, length, experts]);
  const keep = input(stepNames.keep, "float32", []);
  const updates = new Map<string, { a: Tensor; b: Tensor }>();
  for (let layer = 0; layer < layers; layer++) {
    for (const group of updateGroups) {
      const { inWidth, outWidth } = groupWidths(config, group);
      const rank = `rank_${group}`;
      updates.set(`${layer} ${group}`, {
        a: input(stepNames.a(layer, group), "float32", [experts, 1, inWidth, rank]),
        b: input(stepNames.b(layer, group), "float32", [experts, 1, rank, outWidth]),
      });
    }
  }

  const head = {
    a: input(stepNames.headA, "float32", [experts, 1, width, "rank_head"]),
    b: input(stepNames.headB, "float32", [experts, 1, "rank_head", vocabSize]),
  };

  let evidence: Tensor | undefined;
  const { parts, headShift } = shiftable(config, {
    experts,
    rows: 1,
    length,
    weight,
    update: (layer, group) => (group === "head" ? head : updates.get(`${layer} ${group}`)!),
    gate: (layer, x) => {
      // Evidence adds up over layers, too.
      const carried = multiply(poolPast, input(stepNames.pooled(layer), "float32", [1, 1, width]));
      const pooled = add(matmul(poolMix, x), carried);
      outputs[stepNames.newPooled(layer)] =
        length === 1 ? pooled : slice(pooled, 1, subtractDims(length, 1), length);
      const table = input(stepNames.gateTable(layer), "float32", [experts, width]);
      const offsets = input(stepNames.gateOffsets(layer), "float32", [experts]);
      const own = add(matmul(pooled, table, { transposeB: true }), offsets);
      evidence = evidence ? add(evidence, own) : own;
      const scores = add(evidence, gateBias);
      const shares = softmax(best(scores, keep, experts, length));
      const gates = reshape(transpose(shares, [2, 0, 1]), [experts, 1, length, 1]);
      outputs[stepNames.gates(layer)] = gates;
      return gates;
    },
    attend: (layer, q, k, v) => {
      outputs[stepNames.newKey(layer)] = k;
      outputs[stepNames.newValue(layer)] = v;
      const pastKey = input(stepNames.pastKey(layer), "float32", [experts, kvHeads, headWidth, past]);
      const pastValue = input(stepNames.pastValue(layer), "float32", [experts, kvHeads, past, headWidth]);
      const scale = 1 / Math.sqrt(headWidth);
      // Query heads that share a key head are a further axis.
      const grouped = (x: Tensor, inner: Dim): Tensor =>
        reshape(x, [experts, kvHeads, inner, x.shape[2]!, x.shape[3]!]);
      const queries = grouped(q, share);
      const old = add(matmul(queries, grouped(pastKey, 1), { scale }), pastBias);
      const own = add(matmul(queries, grouped(k, 1), { transposeB: true, scale }), ownBias);
      const p = softmax(concat([old, own], -1));
      const fromPast = matmul(slice(p, -1, 0, past), grouped(pastValue, 1));
      const fromOwn = matmul(slice(p, -1, past, p.shape.at(-1)!), grouped(v, 1));
      return reshape(add(fromPast, fromOwn), [experts, heads, length, headWidth]);
    },
    ...(config.positions.kind === "rotary"
      ? {
          rotary: {
            cos: input(stepNames.cos, "float32", [1, 1, length, config.positions.width / 2]),
            sin: input(stepNames.sin, "float32", [1, 1, length, config.positions.width / 2]),
          },
        }
      : {}),
  });

  const positions = input(stepNames.positions, "int64", [1, length]);
  const tokens = input(stepNames.tokens, "int64", [1, length]);
  const hidden = hiddenStates(config, parts, embed(config, weight, tokens, positions));
  const select = input(stepNames.select, "int64", ["selected"]);
  const wanted = (x: Tensor): Tensor =>
    gather(reshape(x, [multiplyDims(1, length), x.shape.at(-1)!]), select);
  const scores = add(logits(config, weight, wanted(hidden)), wanted(headShift(hidden)!));
  return { [stepNames.logits]: scores, [stepNames.best]: argMax(scores), ...outputs };
}

/** Gate scores [1,T,E], all but the best `keep` of each token far below. */
function best(scores: Tensor, keep: Tensor, experts: Dim, length: Dim): Tensor {
  // An expert's rank is the number of experts with a higher score.
  const higher = less(reshape(scores, [1, length, experts, 1]), reshape(scores, [1, length, 1, experts]));
  const rank = sum(cast(higher, "float32"), { axes: -1 });
  return where(less(rank, keep), scores, scalar(-1e9));
}
