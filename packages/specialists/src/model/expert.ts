/**
 * What a specialist is: low-rank updates of the generalist's attention (and feed-forward) projections in every layer,
 * one of its output matrix (its words), and one gate row a layer. Nothing in it depends on another specialist, so that
 * adding or deleting one is adding or deleting a file.
 *
 * D model width, H query heads, G key heads, C head width, F feed-forward width, R rank.
 */
import {
  type DecoderConfig,
  decodeSafetensors,
  encodeSafetensors,
  FormatError,
  fromFloat32,
  Random,
  type TensorData,
  toFloat32,
} from "@weightsmith/nn";

/** Projections that read the same input share one update; `ffnIn` is gate and up side by side. */
export const updateGroups = ["qkv", "o", "ffnIn", "ffnOut"] as const;
export type UpdateGroup = (typeof updateGroups)[number];

export interface ExpertShape {
  /** Of the updates of attention. */
  readonly rank: number;
  /** Of the updates of the feed-forward part; 0: it stays the generalist's. */
  readonly ffnRank: number;
  /** Of the update of the output matrix; 0: it stays the generalist's. */
  readonly headRank: number;
}

export interface Expert {
  readonly shape: ExpertShape;
  /** By the names of `expertSpecs`, float32, row-major. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

export interface ExpertSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** The standard deviation of first values; 0: zeros. */
  readonly deviation: number;
}

export const expertNames = {
  /** [in,R] */
  a: (layer: number, group: UpdateGroup) => `layers.${layer}.${group}.lora_a`,
  /** [R,out] */
  b: (layer: number, group: UpdateGroup) => `layers.${layer}.${group}.lora_b`,
  /** [D,R] and [R,V] */
  headA: "head.lora_a",
  headB: "head.lora_b",
  /** [D] */
  gate: (layer: number) => `layers.${layer}.gate.weight`,
  /** [1] */
  gateBias: (layer: number) => `layers.${layer}.gate.bias`,
} as const;

export const isGateName = (name: string): boolean => /\.gate\.(weight|bias)$/.test(name);

export function groupWidths(
  config: DecoderConfig,
  group: UpdateGroup,
): { inWidth: number; outWidth: number } {
  const { width, heads, kvHeads, headWidth, ffnWidth, gatedFfn } = config;
  switch (group) {
    case "qkv":
      return { inWidth: width, outWidth: (heads + 2 * kvHeads) * headWidth };
    case "o":
      return { inWidth: heads * headWidth, outWidth: width };
    case "ffnIn":
      return { inWidth: width, outWidth: (gatedFfn ? 2 : 1) * ffnWidth };
    case "ffnOut":
      return { inWidth: ffnWidth, outWidth: width };
  }
}

export const rankOf = (group: UpdateGroup, { rank, ffnRank }: ExpertShape): number =>
  group === "qkv" || group === "o" ? rank : ffnRank;

/** Every tensor of an expert, in a fixed order. */
export function expertSpecs(config: DecoderConfig, shape: ExpertShape): ExpertSpec[] {
  const specs: ExpertSpec[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    for (const group of updateGroups) {
      const rank = rankOf(group, shape);
      if (rank === 0) continue;
      const { inWidth, outWidth } = groupWidths(config, group);
      specs.push(
        { name: expertNames.a(layer, group), shape: [inWidth, rank], deviation: 1 / Math.sqrt(inWidth) },
        { name: expertNames.b(layer, group), shape: [rank, outWidth], deviation: 0 },
      );
    }
    specs.push(
      { name: expertNames.gate(layer), shape: [config.width], deviation: 0 },
      { name: expertNames.gateBias(layer), shape: [1], deviation: 0 },
    );
  }
  const { width, vocabSize } = config;
  if (shape.headRank > 0) {
    specs.push(
      { name: expertNames.headA, shape: [width, shape.headRank], deviation: 1 / Math.sqrt(width) },
      { name: expertNames.headB, shape: [shape.headRank, vocabSize], deviation: 0 },
    );
  }
  return specs;
}

/** An expert that changes nothing yet: its updates are products with zeros. */
export function createExpert(config: DecoderConfig, shape: ExpertShape, seed: number): Expert {
  const weights = new Map<string, Float32Array>();
  for (const { name, shape: dims, deviation } of expertSpecs(config, shape)) {
    const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
    if (deviation > 0) {
      const random = new Random(seed, name);
      for (let index = 0; index < values.length; index++) values[index] = random.normal() * deviation;
    }
    weights.set(name, values);
  }
  return { shape, weights };
}

const kind = "weightsmith-specialist";

/** One safetensors file, numbers in 16 bits. The same expert gives the same bytes. */
export function encodeExpert(config: DecoderConfig, { shape, weights }: Expert): Uint8Array {
  const tensors = new Map<string, TensorData>();
  for (const { name, shape: dims } of expertSpecs(config, shape)) {
    tensors.set(name, fromFloat32(weights.get(name)!, dims, "F16"));
  }
  const { rank, ffnRank, headRank } = shape;
  return encodeSafetensors(tensors, {
    kind,
    rank: String(rank),
    ffnRank: String(ffnRank),
    headRank: String(headRank),
  });
}

/** @throws FormatError if the file is damaged, is no specialist, or does not fit the generalist */
export function decodeExpert(config: DecoderConfig, bytes: Uint8Array, file = "specialist"): Expert {
  const refuse = (reason: string) => new FormatError("safetensors", reason, { file });
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const [rank, ffnRank, headRank] = [metadata.rank, metadata.ffnRank, metadata.headRank].map(Number) as [
    number,
    number,
    number,
  ];
  if (metadata.kind !== kind || !(rank >= 1) || !(ffnRank >= 0) || !(headRank >= 0))
    throw refuse(`is not of kind ${kind}`);
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of expertSpecs(config, { rank, ffnRank, headRank })) {
    const tensor = tensors.get(name);
    if (!tensor || !["F16", "F32"].includes(tensor.dtype) || tensor.shape.join() !== shape.join()) {
      throw refuse(`lacks ${name} as F16 or F32 [${shape.join(", ")}]: it was made for another generalist`);
    }
    weights.set(name, toFloat32(tensor));
  }
  return { shape: { rank, ffnRank, headRank }, weights };
}
