/**
 * The parameters of a model among the tensors of its files, wherever these come from. Reads no files itself.
 */
import { FormatError, quote } from "../format-error.ts";
import type { ModelConfig } from "../model/config.ts";
import { parameterSpecs } from "../model/parameters.ts";
import { floatTypes, type TensorData, toFloat32 } from "./element-type.ts";
import type { TensorInfo } from "./safetensors.ts";

export interface LoadModelOptions {
  /** NaN and ±∞ among the weights are refused, unless this says `keep`. */
  nonFinite?: "refuse" | "keep";
}

/** Tensors that are read when they are asked for. */
export interface TensorSource {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  read(name: string): Promise<TensorData>;
}

/**
 * Exactly the parameters of the configuration, as float32.
 * @throws FormatError where a tensor is missing or has another shape than the configuration says, or a weight is not finite
 */
export async function readWeights(
  config: ModelConfig,
  files: TensorSource,
  options: LoadModelOptions & { readonly folder?: string } = {},
): Promise<Map<string, Float32Array>> {
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of parameterSpecs(config)) {
    const stored = spellings(name).find((spelling) => files.tensors.has(spelling));
    const refuse = (reason: string) =>
      new FormatError(
        "safetensors",
        `tensor ${quote(stored ?? name)} ${reason}`,
        options.folder === undefined ? {} : { file: options.folder },
      );
    if (stored === undefined) throw refuse(`[${shape.join(", ")}] is missing`);
    const info = files.tensors.get(stored)!;
    if (info.shape.join() !== shape.join())
      throw refuse(`has shape [${info.shape.join(", ")}]; the configuration says [${shape.join(", ")}]`);
    if (!floatTypes.some((type) => type === info.dtype))
      throw refuse(`is of type ${info.dtype}; weights are one of ${floatTypes.join(", ")}`);
    const values = toFloat32(await files.read(stored));
    if (options.nonFinite !== "keep") {
      const index = firstNonFinite(values);
      if (index !== -1) throw refuse(`is ${values[index]} at element ${index}: the weights are damaged`);
    }
    weights.set(name, values);
  }
  return weights;
}

/** Index of the first NaN or ±∞, or -1. */
function firstNonFinite(values: Float32Array): number {
  // 0·x is 0 for every finite x and NaN for the others: one pass without branches over the sound weights.
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += 0 * values[index]!;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** Under which names a parameter is found, the usual one first. */
function spellings(name: string): string[] {
  const names = [name];
  // Base models without their head, and the first GPT-2 checkpoints, leave the prefix out.
  for (const prefix of ["transformer.", "model."])
    if (name.startsWith(prefix)) names.push(name.slice(prefix.length));
  const tied: Readonly<Record<string, string[]>> = {
    "shared.weight": ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"],
    "model.embed_tokens.weight": ["lm_head.weight"],
    "transformer.wte.weight": ["lm_head.weight"],
  };
  return [...names, ...(tied[name] ?? [])];
}
