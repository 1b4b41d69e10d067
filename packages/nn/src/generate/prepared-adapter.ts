/**
 * Adapters in the form a step reads them: the low-rank pairs of a layer's projections side by side, with alpha / rank
 * folded in, and prefixes as cache contents. Preparing is a copy of the adapter's own size, so programs load in
 * milliseconds; rows of one batch may have different ones.
 */
import { Value } from "@weightsmith/onnx";
import { type Adapter, adapterNames, checkAdapter, tensorOf } from "../adapter/adapter.ts";
import type { DecoderConfig } from "../model/config.ts";
import { layerProjections } from "../model/parameters.ts";
import type { KvPrefix } from "./kv-cache.ts";
import { groupMembers, groupWidths, type LoraMode, projectionGroups, stepNames } from "./step-graph.ts";

/** y += (x·a)·b: a float32 [in,rank], b float32 [rank,out]. Rank 0: no change. */
interface LoraPair {
  readonly rank: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

export interface PreparedAdapter {
  /** By layer, then in the order of `projectionGroups`; absent if the adapter has no LoRA. */
  readonly lora?: readonly (readonly LoraPair[])[];
  readonly prefix?: KvPrefix;
  /** What a prompt's text sees before it: embeddings still to be read, float32 [length, width]. */
  readonly prompt?: { readonly length: number; readonly embeddings: Float32Array };
}

/** @throws RangeError if the adapter does not fit the model */
export function prepareAdapter(config: DecoderConfig, adapter: Adapter): PreparedAdapter {
  checkAdapter(config, adapter);
  const { lora, prefixLength = 0, promptLength = 0 } = adapter.shape;
  const layers = Array.from({ length: config.layers }, (_, layer) => layer);
  return {
    ...(lora
      ? {
          lora: layers.map((layer) =>
            projectionGroups.map((group) => {
              const { inWidth, outWidth } = groupWidths(config, group);
              const projections = layerProjections(config, layer);
              const members = groupMembers(config, group);
              const targets = members.filter((name) => lora.targets.includes(name));
              const rank = targets.length * lora.rank;
              const a = new Float32Array(inWidth * rank);
              const b = new Float32Array(rank * outWidth);
              let column = 0;
              let first = 0;
              for (const name of members) {
                const width = projections[name]?.outWidth ?? 0;
                if (targets.includes(name)) {
                  const ownA = tensorOf(adapter.weights, adapterNames.loraA(config, layer, name));
                  const ownB = tensorOf(adapter.weights, adapterNames.loraB(config, layer, name));
                  for (let r = 0; r < lora.rank; r++) {
                    for (let i = 0; i < inWidth; i++) a[i * rank + first + r] = ownA[r * inWidth + i]!;
                    for (let o = 0; o < width; o++) {
                      b[(first + r) * outWidth + column + o] =
                        (ownB[o * lora.rank + r]! * lora.alpha) / lora.rank;
                    }
                  }
                  first += lora.rank;
                }
                column += width;
              }
              return { rank, a, b };
            }),
          ),
        }
      : {}),
    ...(prefixLength > 0
      ? {
          prefix: {
            length: prefixLength,
            keys: layers.map((layer) => tensorOf(adapter.weights, adapterNames.prefixKey(layer))),
            values: layers.map((layer) => tensorOf(adapter.weights, adapterNames.prefixValue(layer))),
          },
        }
      : {}),
    ...(promptLength > 0
      ? { prompt: { length: promptLength, embeddings: tensorOf(adapter.weights, adapterNames.prompt) } }
      : {}),
  };
}

/** The LoRA inputs of a step for a batch whose row i has `adapters[i]`. */
export function loraFeeds(
  config: DecoderConfig,
  adapters: readonly (PreparedAdapter | undefined)[],
  large: boolean,
): { mode: LoraMode; feeds: Record<string, Value> } {
  const [first] = adapters;
  if (adapters.every((adapter) => !adapter?.lora)) return { mode: "none", feeds: {} };
  const mode = !large && adapters.every((adapter) => adapter?.lora === first?.lora) ? "shared" : "rows";
  const rows = mode === "shared" ? [first] : adapters;
  const lead = mode === "shared" ? [] : [rows.length];
  const feeds: Record<string, Value> = {};
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [index, group] of projectionGroups.entries()) {
      const { inWidth, outWidth } = groupWidths(config, group);
      const pairs = rows.map((adapter) => adapter?.lora?.[layer]?.[index]);
      const rank = Math.max(1, ...pairs.map((pair) => pair?.rank ?? 0));
      const a = new Float32Array(rows.length * inWidth * rank);
      const b = new Float32Array(rows.length * rank * outWidth);
      for (const [row, pair] of pairs.entries()) {
        if (!pair || pair.rank === 0) continue;
        b.set(pair.b, row * rank * outWidth);
        if (pair.rank === rank) a.set(pair.a, row * inWidth * rank);
        else {
          for (let i = 0; i < inWidth; i++) {
            a.set(pair.a.subarray(i * pair.rank, (i + 1) * pair.rank), (row * inWidth + i) * rank);
          }
        }
      }
      feeds[stepNames.loraA(layer, group)] = Value.of("float32", [...lead, inWidth, rank], a);
      feeds[stepNames.loraB(layer, group)] = Value.of("float32", [...lead, rank, outWidth], b);
    }
  }
  return { mode, feeds };
}
