/** LoRA adapters as GGUF files, in the layout of llama.cpp's `--lora`, and back. */

import { type Adapter, adapterNames, adapterSpecs, checkAdapter } from "../adapter/adapter.ts";
import { FormatError, quote } from "../format-error.ts";
import type { DecoderConfig } from "../model/config.ts";
import { layerProjections, type ProjectionName, projectionNames } from "../model/parameters.ts";
import { architectureOf, projectionRows, projectionTensor, rearrange } from "./architecture.ts";
import type { MetadataValue } from "./format.ts";
import { tensorToWrite } from "./model-file.ts";
import type { Gguf } from "./read.ts";
import { encodeGguf, type GgufTensorToWrite } from "./write.ts";

export interface GgufLoraOptions {
  /** f32 if not given */
  precision?: "f32" | "f16";
  /** `general.name`, which tools show. */
  name?: string;
}

/** Projections that share a tensor of the file (GPT-2's query, key, value), by that tensor. */
function targetsByTensor(config: DecoderConfig, layer: number, targets: readonly ProjectionName[]) {
  const architecture = architectureOf(config);
  const groups = new Map<string, ProjectionName[]>();
  for (const target of projectionNames) {
    if (!targets.includes(target)) continue;
    const tensor = projectionTensor(architecture, layer, target);
    groups.set(tensor, [...(groups.get(tensor) ?? []), target]);
  }
  return groups;
}

/**
 * A LoRA as a GGUF file. For each tensor W that it changes: `W.weight.lora_a` [rank, in] and `W.weight.lora_b`
 * [out, rank]; llama.cpp adds alpha / rank · B·A to W. Where several projections share W, their ranks are stacked.
 * @throws RangeError where the adapter has a KV prefix or a prompt, which llama.cpp's adapters cannot hold
 */
export function encodeGgufLora(
  config: DecoderConfig,
  adapter: Adapter,
  options: GgufLoraOptions = {},
): Uint8Array {
  checkAdapter(config, adapter);
  const { lora, prefixLength = 0, promptLength = 0 } = adapter.shape;
  if (!lora || prefixLength > 0 || promptLength > 0)
    throw new RangeError(
      "a GGUF adapter holds a LoRA alone: merge or leave out the KV prefix and the prompt",
    );
  const metadata = new Map<string, MetadataValue>([
    ["general.architecture", { type: "string", value: architectureOf(config) }],
    ["general.type", { type: "string", value: "adapter" }],
    ["general.name", { type: "string", value: options.name ?? "lora" }],
    ["adapter.type", { type: "string", value: "lora" }],
    ["adapter.lora.alpha", { type: "f32", value: lora.alpha }],
  ]);
  const type = options.precision === "f16" ? "F16" : "F32";
  const tensors: GgufTensorToWrite[] = [];
  for (let layer = 0; layer < config.layers; layer++)
    for (const [tensor, targets] of targetsByTensor(config, layer, lora.targets)) {
      const { a, b, rank, inWidth, outWidth } = stack(config, adapter, layer, targets, lora.rank);
      tensors.push(tensorToWrite(`${tensor}.weight.lora_a`, [rank, inWidth], type, () => a));
      tensors.push(tensorToWrite(`${tensor}.weight.lora_b`, [outWidth, rank], type, () => b));
    }
  return encodeGguf(metadata, tensors);
}

/** The A and B of the projections of one tensor: A below A, B in the rows of its projection. */
function stack(
  config: DecoderConfig,
  { weights }: Adapter,
  layer: number,
  targets: readonly ProjectionName[],
  eachRank: number,
) {
  const projections = layerProjections(config, layer);
  const { inWidth, storedOutWidth } = projections[targets[0]!]!;
  const rank = eachRank * targets.length;
  const a = new Float32Array(rank * inWidth);
  const b = new Float32Array(storedOutWidth * rank);
  for (const [index, target] of targets.entries()) {
    const { offset, outWidth } = projections[target]!;
    a.set(weights.get(adapterNames.loraA(config, layer, target))!, index * eachRank * inWidth);
    const own = weights.get(adapterNames.loraB(config, layer, target))!;
    const rows = rearrange(own, outWidth, eachRank, projectionRows(config, target));
    for (let row = 0; row < outWidth; row++)
      for (let r = 0; r < eachRank; r++)
        // llama.cpp divides alpha by the stacked rank.
        b[(offset + row) * rank + index * eachRank + r] = rows[row * eachRank + r]! * targets.length;
  }
  return { a, b, rank, inWidth, outWidth: storedOutWidth };
}

/**
 * Reads a LoRA for a model. Tensors of smaller rank than the largest are filled up with zeros, and B is scaled so
 * that the update stays the same.
 * @throws FormatError where the file is no LoRA, is for another architecture, or does not fit the model
 */
export async function readGgufLora(config: DecoderConfig, gguf: Gguf): Promise<Adapter> {
  const refuse = (reason: string) => new FormatError("gguf", reason, { file: gguf.name });
  const { metadata, tensors } = gguf;
  const text = (key: string) => metadata.get(key)?.value;
  if (text("general.type") !== "adapter" || text("adapter.type") !== "lora")
    throw refuse(`is ${quote(text("general.type"))} / ${quote(text("adapter.type"))}, not adapter / lora`);
  const architecture = architectureOf(config);
  if (text("general.architecture") !== architecture)
    throw refuse(`is for ${quote(text("general.architecture"))}; the model is ${architecture}`);
  const alpha = text("adapter.lora.alpha");
  if (typeof alpha !== "number" || !(alpha > 0) || !Number.isFinite(alpha))
    throw refuse(`adapter.lora.alpha is ${quote(alpha)}; it must be positive`);

  const found = new Set<string>();
  const targets = new Set<ProjectionName>();
  let rank = 0;
  for (let layer = 0; layer < config.layers; layer++) {
    const projections = layerProjections(config, layer);
    for (const [tensor, group] of targetsByTensor(config, layer, projectionNames)) {
      const a = tensors.get(`${tensor}.weight.lora_a`);
      const b = tensors.get(`${tensor}.weight.lora_b`);
      if (a === undefined && b === undefined) continue;
      const { inWidth, storedOutWidth } = projections[group[0]!]!;
      if (a?.shape[1] !== inWidth || b?.shape[0] !== storedOutWidth || a.shape[0] !== b.shape[1])
        throw refuse(
          `${quote(tensor)} has A [${a?.shape.join(", ") ?? "missing"}] and B [${b?.shape.join(", ") ?? "missing"}]; needed are [rank, ${inWidth}] and [${storedOutWidth}, rank]`,
        );
      if (a.shape[0]! > Math.max(inWidth, storedOutWidth))
        throw refuse(`${quote(tensor)} has rank ${a.shape[0]}, more than the tensor itself`);
      found.add(a.name).add(b.name);
      rank = Math.max(rank, a.shape[0]!);
      for (const target of group) if (projections[target]) targets.add(target);
    }
  }
  const stranger = [...tensors.keys()].find((name) => !found.has(name));
  if (stranger !== undefined)
    throw refuse(`changes ${quote(stranger)}, which is no projection of this model`);
  if (rank === 0) throw refuse("changes nothing");

  const shape = { lora: { rank, alpha, targets: projectionNames.filter((name) => targets.has(name)) } };
  const weights = new Map(
    adapterSpecs(config, shape).map(({ name, shape: [rows, columns] }) => [
      name,
      new Float32Array(rows! * columns!),
    ]),
  );
  for (let layer = 0; layer < config.layers; layer++) {
    const projections = layerProjections(config, layer);
    for (const [tensor, group] of targetsByTensor(config, layer, shape.lora.targets)) {
      const info = tensors.get(`${tensor}.weight.lora_a`);
      if (info === undefined) continue;
      const ownRank = info.shape[0]!;
      const a = await gguf.readFloat32(`${tensor}.weight.lora_a`);
      const b = await gguf.readFloat32(`${tensor}.weight.lora_b`);
      if (![...a, ...b].every(Number.isFinite))
        throw refuse(`${quote(tensor)} has values that are not finite`);
      for (const target of group) {
        const { offset, outWidth } = projections[target]!;
        weights.get(adapterNames.loraA(config, layer, target))!.set(a);
        const rows = b.subarray(offset * ownRank, (offset + outWidth) * ownRank);
        const own = rearrange(rows, outWidth, ownRank, projectionRows(config, target), true);
        const into = weights.get(adapterNames.loraB(config, layer, target))!;
        for (let row = 0; row < outWidth; row++)
          for (let r = 0; r < ownRank; r++) into[row * rank + r] = own[row * ownRank + r]! * (rank / ownRank);
      }
    }
  }
  return { shape, weights };
}
