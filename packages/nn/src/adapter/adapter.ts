/**
 * A small set of weights that changes what a frozen model does: low-rank updates of projections (LoRA), learned
 * keys and values before the text (a KV prefix), learned embeddings before the text (a prompt), or any of them
 * together. Shapes, names and initial values; how they enter the computation is in graph.ts.
 */
import type { DecoderConfig, ModelConfig, T5Config } from "../model/config.ts";
import {
  elementCount,
  initialParameter,
  layerProjections,
  type ParameterSpec,
  type Projection,
  type ProjectionName,
  parameterSpecs,
  projectionNames,
  type Weights,
} from "../model/parameters.ts";

export interface LoraShape {
  readonly rank: number;
  /** The update is alpha / rank · B·A. */
  readonly alpha: number;
  readonly targets: readonly ProjectionName[];
}

export interface AdapterShape {
  readonly lora?: LoraShape;
  /** Positions of learned keys and values; the text's own positions follow them. */
  readonly prefixLength?: number;
  /** Learned embeddings that are read before the text; its positions follow them. */
  readonly promptLength?: number;
}

/** An adapter of one model: its shape and its tensors by the names of `adapterSpecs`. */
export interface Adapter {
  readonly shape: AdapterShape;
  readonly weights: Weights;
}

/** Names of an adapter's tensors, as PEFT writes them where PEFT has a name. */
export const adapterNames = {
  /** float32 [rank, in] */
  loraA: (config: DecoderConfig, layer: number, target: ProjectionName) =>
    `base_model.model.${modulePath(config, layer, target)}.lora_A.weight`,
  /** float32 [out, rank] */
  loraB: (config: DecoderConfig, layer: number, target: ProjectionName) =>
    `base_model.model.${modulePath(config, layer, target)}.lora_B.weight`,
  /** float32 [kvHeads, length, headWidth], after rotation */
  prefixKey: (layer: number) => `prefix.layers.${layer}.key`,
  /** float32 [kvHeads, length, headWidth] */
  prefixValue: (layer: number) => `prefix.layers.${layer}.value`,
  /** float32 [length, width] */
  prompt: "prompt_embeddings",
} as const;

function modulePath(config: DecoderConfig, layer: number, target: ProjectionName): string {
  const gpt2 = config.family === "gpt2";
  const part = /^[qkvo]_/.test(target) ? (gpt2 ? "attn" : "self_attn") : "mlp";
  return `${gpt2 ? "transformer.h" : "model.layers"}.${layer}.${part}.${target}`;
}

/**
 * The projections a model has: all seven, or six where the feed-forward part is not gated. In a T5 they are those of every
 * attention and feed-forward part of both stacks.
 */
export function projectionsOf(config: ModelConfig): ProjectionName[] {
  return projectionNames.filter((name) => name !== "gate_proj" || config.gatedFfn);
}

/** One matrix, or part of one, that a LoRA updates, and the names of the update's factors. */
export interface LoraPlace extends Projection {
  readonly a: string;
  readonly b: string;
}

/** Every place that a LoRA of these targets updates, in the order of its tensors. */
export function loraPlaces(config: ModelConfig, targets: readonly ProjectionName[]): LoraPlace[] {
  if (config.family === "t5") return t5LoraPlaces(config, targets);
  return Array.from({ length: config.layers }, (_, layer) => decoderPlaces(config, layer, targets)).flat();
}

function decoderPlaces(
  config: DecoderConfig,
  layer: number,
  targets: readonly ProjectionName[],
): LoraPlace[] {
  const projections = layerProjections(config, layer);
  return projectionsOf(config).flatMap((target) => {
    const projection = projections[target];
    if (!targets.includes(target) || !projection) return [];
    const names = [adapterNames.loraA, adapterNames.loraB].map((name) => name(config, layer, target));
    return [{ ...projection, a: names[0]!, b: names[1]! }];
  });
}

/** T5's own names of its matrices. */
const t5Targets: Readonly<Record<string, ProjectionName>> = {
  q: "q_proj",
  k: "k_proj",
  v: "v_proj",
  o: "o_proj",
  wi: "up_proj",
  wi_0: "gate_proj",
  wi_1: "up_proj",
  wo: "down_proj",
};

function t5LoraPlaces(config: T5Config, targets: readonly ProjectionName[]): LoraPlace[] {
  return parameterSpecs(config).flatMap(({ name, shape }) => {
    const path = name.replace(/\.weight$/, "");
    const target = t5Targets[path.split(".").at(-1)!];
    if (!target || !targets.includes(target)) return [];
    const [outWidth, inWidth] = shape as [number, number];
    const factor = (which: "A" | "B") => `base_model.model.${path}.lora_${which}.weight`;
    const whole = { transposed: false, offset: 0, storedOutWidth: outWidth };
    return [{ weight: name, inWidth, outWidth, ...whole, a: factor("A"), b: factor("B") }];
  });
}

/** The names by which PEFT knows a T5's projections. */
export function t5ModuleNames({ gatedFfn }: T5Config, targets: readonly ProjectionName[]): string[] {
  const names = Object.keys(t5Targets).filter(
    (name) => !name.startsWith("wi") || (name !== "wi") === gatedFfn,
  );
  return names.filter((name) => targets.includes(t5Targets[name]!));
}

/** @throws RangeError naming the field that is out of range for this model */
export function checkAdapterShape(config: ModelConfig, shape: AdapterShape): void {
  const { lora, prefixLength = 0, promptLength = 0 } = shape;
  const count = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`${name} must be an integer of at least ${least}; got ${value}.`);
    }
  };
  count("prefixLength", prefixLength, 0);
  count("promptLength", promptLength, 0);
  if (lora) {
    count("lora.rank", lora.rank, 1);
    if (!(lora.alpha > 0)) throw new RangeError(`lora.alpha must be positive; got ${lora.alpha}.`);
    const known = projectionsOf(config);
    const unknown = lora.targets.find((target) => !known.includes(target));
    if (unknown || lora.targets.length === 0) {
      throw new RangeError(`lora.targets must be some of ${known.join(", ")}; got ${unknown ?? "none"}.`);
    }
  }
  if (!lora && prefixLength === 0 && promptLength === 0) {
    throw new RangeError("An adapter needs a lora, a prefixLength or a promptLength.");
  }
  if (config.family === "t5" && prefixLength + promptLength > 0) {
    throw new RangeError("An adapter of a T5 is a LoRA: it has no prefix and no prompt.");
  }
  if (prefixLength > 0 && promptLength > 0) {
    throw new RangeError(
      "An adapter has a KV prefix or a prompt, not both: a prompt becomes a prefix when it runs.",
    );
  }
}

/** Every tensor of an adapter, in a fixed order. A fresh LoRA changes nothing: its B is zero. */
export function adapterSpecs(config: ModelConfig, shape: AdapterShape): ParameterSpec[] {
  checkAdapterShape(config, shape);
  const { lora, prefixLength = 0, promptLength = 0 } = shape;
  const updates = (places: readonly LoraPlace[]) =>
    places.flatMap(({ a, b, inWidth, outWidth }): ParameterSpec[] => [
      // The variance of PEFT's Kaiming-uniform start.
      { name: a, shape: [lora!.rank, inWidth], initial: Math.sqrt(1 / (3 * inWidth)) },
      { name: b, shape: [outWidth, lora!.rank], initial: "zeros" },
    ]);
  if (config.family === "t5") return updates(loraPlaces(config, lora!.targets));
  const specs: ParameterSpec[] = [];
  const kv = [config.kvHeads, prefixLength, config.headWidth];
  for (let layer = 0; layer < config.layers; layer++) {
    if (lora) specs.push(...updates(decoderPlaces(config, layer, lora.targets)));
    if (prefixLength > 0) {
      specs.push({ name: adapterNames.prefixKey(layer), shape: kv, initial: 0.02 });
      specs.push({ name: adapterNames.prefixValue(layer), shape: kv, initial: 0.02 });
    }
  }
  if (promptLength > 0)
    specs.push({ name: adapterNames.prompt, shape: [promptLength, config.width], initial: 0.02 });
  return specs;
}

/** A fresh adapter; the same for the same seed. */
export function createAdapter(config: ModelConfig, shape: AdapterShape, options: { seed: number }): Adapter {
  const weights = adapterSpecs(config, shape).map(
    (spec) => [spec.name, initialParameter(spec, options.seed)] as const,
  );
  return { shape, weights: new Map(weights) };
}

/** @throws RangeError naming the first tensor that is missing or has the wrong size */
export function checkAdapter(config: ModelConfig, { shape, weights }: Adapter): void {
  for (const spec of adapterSpecs(config, shape)) {
    const values = weights.get(spec.name);
    const expected = elementCount(spec.shape);
    if (values?.length !== expected) {
      const got = values ? `${values.length} values` : "nothing";
      throw new RangeError(`The adapter's ${spec.name} must be [${spec.shape.join(", ")}]; got ${got}.`);
    }
  }
}

/**
 * The base weights with a LoRA added in: W + alpha/rank · B·A, for every target. Weights that no target touches are
 * shared, not copied.
 * @throws RangeError if the adapter has a prefix or a prompt, which no weight can hold
 */
export function mergeLora(config: ModelConfig, base: Weights, adapter: Adapter): Map<string, Float32Array> {
  checkAdapter(config, adapter);
  const { lora, prefixLength = 0, promptLength = 0 } = adapter.shape;
  if (prefixLength > 0 || promptLength > 0) throw new RangeError("Only a LoRA can be merged into weights.");
  const merged = new Map(base);
  if (!lora) return merged;
  const scale = lora.alpha / lora.rank;
  const copied = new Set<string>();
  for (const place of loraPlaces(config, lora.targets)) {
    const { weight: name, inWidth, outWidth, offset, storedOutWidth, transposed } = place;
    if (!copied.has(name)) {
      merged.set(name, Float32Array.from(tensorOf(base, name)));
      copied.add(name);
    }
    const weight = tensorOf(merged, name);
    const a = tensorOf(adapter.weights, place.a);
    const b = tensorOf(adapter.weights, place.b);
    for (let out = 0; out < outWidth; out++) {
      for (let r = 0; r < lora.rank; r++) {
        const factor = scale * (b[out * lora.rank + r] as number);
        if (factor === 0) continue;
        for (let i = 0; i < inWidth; i++) {
          const at = transposed ? i * storedOutWidth + offset + out : (offset + out) * inWidth + i;
          weight[at] = (weight[at] as number) + factor * (a[r * inWidth + i] as number);
        }
      }
    }
  }
  return merged;
}

/** @throws RangeError if there is no tensor of that name */
export function tensorOf(weights: Weights, name: string): Float32Array {
  const values = weights.get(name);
  if (!values) throw new RangeError(`There is no tensor ${name}.`);
  return values;
}
