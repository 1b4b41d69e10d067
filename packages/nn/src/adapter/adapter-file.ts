/**
 * An adapter as one safetensors file that says itself what it is: tensors under PEFT's names, rank, alpha, targets
 * and lengths in the file's metadata. `peftConfig` is the `adapter_config.json` that PEFT wants beside a LoRA.
 */
import { z } from "zod";
import { fromFloat32, type TensorData, toFloat32 } from "../checkpoint/element-type.ts";
import { decodeSafetensors, encodeSafetensors } from "../checkpoint/safetensors.ts";
import { FormatError, quote } from "../format-error.ts";
import type { ModelConfig } from "../model/config.ts";
import { projectionNames } from "../model/parameters.ts";
import { type Adapter, adapterSpecs, checkAdapter, t5ModuleNames } from "./adapter.ts";

const kind = "weightsmith-adapter";

const adapterShape = z.strictObject({
  lora: z
    .strictObject({
      rank: z.number().int().min(1).max(4096),
      alpha: z.number().positive(),
      targets: z.array(z.enum(projectionNames)).min(1),
    })
    .optional(),
  prefixLength: z.number().int().min(1).max(65_536).optional(),
  promptLength: z.number().int().min(1).max(65_536).optional(),
});

/**
 * @param options.dtype how numbers are stored: F32 loses nothing, F16 halves the file. Default F32.
 * @throws RangeError if the adapter does not fit the model
 */
export function encodeAdapter(
  config: ModelConfig,
  adapter: Adapter,
  options: { dtype?: "F32" | "F16" | "BF16" } = {},
): Uint8Array {
  checkAdapter(config, adapter);
  const tensors = new Map<string, TensorData>();
  for (const { name, shape } of adapterSpecs(config, adapter.shape)) {
    tensors.set(name, fromFloat32(adapter.weights.get(name)!, shape, options.dtype));
  }
  const { lora, prefixLength = 0, promptLength = 0 } = adapter.shape;
  const shape = {
    ...(lora ? { lora: { rank: lora.rank, alpha: lora.alpha, targets: lora.targets } } : {}),
    ...(prefixLength > 0 ? { prefixLength } : {}),
    ...(promptLength > 0 ? { promptLength } : {}),
  };
  return encodeSafetensors(tensors, { kind, shape: JSON.stringify(shape) });
}

/**
 * Reads what `encodeAdapter` wrote.
 * @throws FormatError if the file is damaged, is no adapter, does not fit the model, or holds NaN or ±∞
 */
export function decodeAdapter(config: ModelConfig, bytes: Uint8Array, file = "adapter"): Adapter {
  const refuse = (reason: string, cause?: unknown) => new FormatError("safetensors", reason, { file, cause });
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.kind !== kind) throw refuse(`is of kind ${quote(metadata.kind)}, not ${kind}`);
  const shape = parseShape(metadata.shape ?? "", refuse);
  let specs: ReturnType<typeof adapterSpecs>;
  try {
    specs = adapterSpecs(config, shape);
  } catch (error) {
    throw refuse(`does not fit the model: ${error instanceof Error ? error.message : error}`, error);
  }
  if (tensors.size !== specs.length) {
    throw refuse(`holds ${tensors.size} tensors; its shape and the model ask for ${specs.length}`);
  }
  const weights = new Map<string, Float32Array>();
  for (const spec of specs) {
    const tensor = tensors.get(spec.name);
    if (
      !tensor ||
      tensor.shape.join() !== spec.shape.join() ||
      !["F32", "F16", "BF16"].includes(tensor.dtype)
    ) {
      const got = tensor ? `${tensor.dtype} [${tensor.shape.join(", ")}]` : "nothing";
      throw refuse(`needs ${quote(spec.name)} as floats [${spec.shape.join(", ")}]; got ${got}`);
    }
    const values = toFloat32(tensor);
    if (!values.every(Number.isFinite))
      throw refuse(`has a number in ${quote(spec.name)} that is not finite`);
    weights.set(spec.name, values);
  }
  return { shape, weights };
}

function parseShape(
  text: string,
  refuse: (reason: string, cause?: unknown) => FormatError,
): Adapter["shape"] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(`has no shape in its metadata: ${quote(text)}`, error);
  }
  const parsed = adapterShape.safeParse(json);
  if (!parsed.success) throw refuse(`has a shape that cannot be: ${quote(text)}`, parsed.error);
  const { lora, prefixLength, promptLength } = parsed.data;
  return {
    ...(lora ? { lora } : {}),
    ...(prefixLength === undefined ? {} : { prefixLength }),
    ...(promptLength === undefined ? {} : { promptLength }),
  };
}

/**
 * `adapter_config.json` of a LoRA, as PEFT reads it.
 * @param config the model's, needed for a T5, whose matrices have names of their own
 * @throws RangeError if the adapter is no plain LoRA
 */
export function peftConfig(
  { shape }: Adapter,
  baseModel: string,
  config?: ModelConfig,
): Record<string, unknown> {
  const { lora, prefixLength = 0, promptLength = 0 } = shape;
  if (!lora || prefixLength > 0 || promptLength > 0)
    throw new RangeError("PEFT's LoRA configuration describes a LoRA alone.");
  return {
    peft_type: "LORA",
    task_type: config?.family === "t5" ? "SEQ_2_SEQ_LM" : "CAUSAL_LM",
    base_model_name_or_path: baseModel,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    bias: "none",
    target_modules: config?.family === "t5" ? t5ModuleNames(config, lora.targets) : [...lora.targets],
    inference_mode: true,
  };
}
