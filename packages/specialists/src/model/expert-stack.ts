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
  for (let layer = 0; layer < config.layers; layer++) {
    for (const group of updateGroups) {
      const { inWidth, outWidth } = groupWidths(config, group);
      const rank = Math.max(1, ...experts.map(({ shape }) => rankOf(group, shape)));
      const a = new Float32Array(count * inWidth * rank);
      const b = new Float32Array(count * rank * outWidth);
      for (const [index, { weights }] of experts.entries()) {
        const ownA = weights.get(expertNames.a(layer, group));
        const ownB = weights.get(expertNames.b(layer, group));
        if (!ownA || !ownB) continue;
        const own = ownA.length / inWidth;
        for (let row = 0; row < inWidth; row++) {
          const at = ((index + 1) * inWidth + row) * rank;
          a.set(ownA.subarray(row * own, (row + 1) * own), at);
        }
        b.set(ownB, (index + 1) * rank * outWidth);
      }
      feeds[stepNames.a(layer, group)] = Value.of("float32", [count, 1, inWidth, rank], a);
      feeds[stepNames.b(layer, group)] = Value.of("float32", [count, 1, rank, outWidth], b);
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
