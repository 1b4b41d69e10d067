import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../checkpoint/safetensors.ts";
import { FormatError } from "../format-error.ts";
import { llamaConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { type AdapterShape, createAdapter, mergeLora } from "./adapter.ts";
import { decodeAdapter, encodeAdapter, peftConfig } from "./adapter-file.ts";

const config = llamaConfig({ vocabSize: 10, width: 8, layers: 2, heads: 2, ffnWidth: 12, maxPositions: 16 });
const lora = { rank: 2, alpha: 4, targets: ["q_proj", "down_proj"] } as const;

describe("adapter files", () => {
  it.each<AdapterShape>([{ lora }, { prefixLength: 3 }, { lora, promptLength: 2 }])(
    "come back as they were: %o",
    (shape) => {
      const adapter = createAdapter(config, shape, { seed: 1 });
      expect(decodeAdapter(config, encodeAdapter(config, adapter))).toEqual(adapter);
      expect(encodeAdapter(config, adapter)).toEqual(encodeAdapter(config, adapter));
    },
  );

  it("are half as large in half precision, and close", () => {
    const adapter = createAdapter(config, { prefixLength: 16 }, { seed: 1 });
    const bytes = encodeAdapter(config, adapter, { dtype: "F16" });
    expect(bytes.length).toBeLessThan(0.6 * encodeAdapter(config, adapter).length);
    const back = decodeAdapter(config, bytes);
    for (const [name, values] of adapter.weights) {
      for (const [at, value] of values.entries()) expect(back.weights.get(name)![at]).toBeCloseTo(value, 4);
    }
  });

  it("carry the names PEFT reads", () => {
    const adapter = createAdapter(config, { lora }, { seed: 1 });
    expect([...adapter.weights.keys()].slice(0, 2)).toEqual([
      "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
      "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight",
    ]);
    expect(peftConfig(adapter, "base")).toMatchObject({
      r: 2,
      lora_alpha: 4,
      target_modules: ["q_proj", "down_proj"],
    });
  });

  it("are refused with the reason when they are damaged or of another model", () => {
    const adapter = createAdapter(config, { lora }, { seed: 1 });
    const bytes = encodeAdapter(config, adapter);
    const { tensors, metadata } = decodeSafetensors(bytes);
    const rewritten = (change: Record<string, string>) =>
      encodeSafetensors(tensors, { ...metadata, ...change });
    const wider = llamaConfig({
      vocabSize: 10,
      width: 16,
      layers: 2,
      heads: 2,
      ffnWidth: 12,
      maxPositions: 16,
    });
    const spoiled = createAdapter(config, { lora }, { seed: 1 });
    [...spoiled.weights.values()][0]![0] = Number.NaN;
    const cases: [() => unknown, RegExp][] = [
      [() => decodeAdapter(config, bytes.subarray(0, 40)), /./],
      [() => decodeAdapter(config, rewritten({ kind: "other" })), /of kind "other"/],
      [() => decodeAdapter(config, rewritten({ shape: "{" })), /no shape/],
      [() => decodeAdapter(config, rewritten({ shape: '{"lora":{"rank":1e99}}' })), /cannot be/],
      [() => decodeAdapter(config, rewritten({ shape: '{"prefixLength":3}' })), /tensors/],
      [() => decodeAdapter(wider, bytes), /needs .*lora_A/],
      [() => decodeAdapter(config, encodeAdapter(config, spoiled)), /not finite/],
    ];
    for (const [decode, message] of cases) {
      expect(decode).toThrow(FormatError);
      expect(decode).toThrow(message);
    }
  });
});

describe("adapters", () => {
  it("name what does not fit a model", () => {
    const gpt2 = parseConfig({ model_type: "gpt2", vocab_size: 9, n_embd: 8, n_layer: 1, n_head: 2 });
    if (gpt2.family === "t5") throw new TypeError("not a decoder");
    const gate = { lora: { rank: 1, alpha: 1, targets: ["gate_proj"] } } as const;
    expect(() => createAdapter(gpt2, gate, { seed: 1 })).toThrow(/targets must be some of .* got gate_proj/);
    expect(() => createAdapter(config, {}, { seed: 1 })).toThrow(/needs a lora/);
    expect(() => createAdapter(config, { prefixLength: 1, promptLength: 1 }, { seed: 1 })).toThrow(
      /not both/,
    );
    expect(() => createAdapter(config, { lora: { ...lora, rank: 0 } }, { seed: 1 })).toThrow(/rank/);
    const prefix = createAdapter(config, { prefixLength: 1 }, { seed: 1 });
    expect(() => mergeLora(config, new Map(), prefix)).toThrow(/Only a LoRA/);
  });
});
