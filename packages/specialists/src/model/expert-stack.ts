/**
 * The experts of a mixture side by side, as the inference graph reads them: index 0 is the generalist, all zeros.
 * Made anew when an expert comes or goes, which takes milliseconds; the graph and the generalist stay.
 */
import type { DecoderConfig } from "@weightsmith/nn";
import { Value } from "@weightsmith/onnx";
import { type Expert, expertNames, groupWidths, rankOf, updateGroups } from "./expert.ts";
import { stepNames } from "./step-graph.ts";

/** Feeds by name. Updates of lower rank are filled up with zeros, which add nothing. */
export function stackExperts(config: DecoderConfig, experts: readonly Expert[]): Record<string, Value> {
  const count = experts.length + 1;
  const feeds: Record<string, Value> = {};
  const stack = (
    [inWidth, outWidth]: readonly [number, number],
    rank: number,
    pairOf: (expert: Expert) => readonly [Float32Array | undefined, Float32Array | undefined],
  ): { a: Value; b: Value } => {
    const a = new Float32Array(count * inWidth * rank);
    const b = new Float32Array(count * rank * outWidth);
    for (const [index, expert] of experts.entries()) {
      const [ownA, ownB] = pairOf(expert);
      if (!ownA || !ownB) continue;
      const own = ownA.length / inWidth;
      for (let row = 0; row < inWidth; row++) {
        a.set(ownA.subarray(row * own, (row + 1) * own), ((index + 1) * inWidth + row) * rank);
      }
      b.set(ownB, (index + 1) * rank * outWidth);
    }
    return {
      a: Value.of("float32", [count, 1, inWidth, rank], a),
      b: Value.of("float32", [count, 1, rank, outWidth], b),
    };
  };
  const headRank = Math.max(1, ...experts.map(({ shape }) => shape.headRank));
  const head = stack([config.width, config.vocabSize], headRank, ({ weights }) => [
    weights.get(expertNames.headA),
    weights.get(expertNames.headB),
  ]);
  feeds[stepNames.headA] = head.a;
  feeds[stepNames.headB] = head.b;
  for (let layer = 0; layer < config.layers; layer++) {
    for (const group of updateGroups) {
      const { inWidth, outWidth } = groupWidths(config, group);
      const rank = Math.max(1, ...experts.map(({ shape }) => rankOf(group, shape)));
      const { a, b } = stack([inWidth, outWidth], rank, ({ weights }) => [
        weights.get(expertNames.a(layer, group)),
        weights.get(expertNames.b(layer, group)),
      ]);
      feeds[stepNames.a(layer, group)] = a;
      feeds[stepNames.b(layer, group)] = b;
    }
    const table = new Float32Array(count * config.width);
    const offsets = new Float32Array(count);
    for (const [index, { weights }] of experts.entries()) {
      table.set(weights.get(expertNames.gate(layer))!, (index + 1) * config.width);
      offsets[index + 1] = weights.get(expertNames.gateBias(layer))![0]!;
    }
    feeds[stepNames.gateTable(layer)] = Value.of("float32", [count, config.width], table);
    feeds[stepNames.gateOffsets(layer)] = Value.of("float32", [count], offsets);
  }
  return feeds;
}
