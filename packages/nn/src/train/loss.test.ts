import { gradients, type Tensor } from "@weightsmith/autodiff";
import { evaluate } from "@weightsmith/onnx";
import { describe, expect, it } from "vitest";
import { type Adapter, createAdapter, projectionsOf } from "../adapter/adapter.ts";
import { type DecoderConfig, llamaConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { createModel } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { packRows } from "./batches.ts";
import { type DecoderTrainingGraph, decoderTrainingGraph } from "./loss.ts";

const gpt2 = parseConfig({
  model_type: "gpt2",
  vocab_size: 20,
  n_embd: 16,
  n_layer: 1,
  n_head: 2,
  n_positions: 32,
}) as DecoderConfig;
const llama = llamaConfig({
  vocabSize: 20,
  width: 16,
  layers: 1,
  heads: 2,
  kvHeads: 1,
  ffnWidth: 24,
  maxPositions: 32,
});

/** An adapter none of whose matrices is zero. */
function usedAdapter(config: DecoderConfig): Adapter {
  const adapter = createAdapter(
    config,
    { lora: { rank: 2, alpha: 3, targets: projectionsOf(config) } },
    { seed: 1 },
  );
  const random = new Random(2);
  const filled = [...adapter.weights].map(
    ([name, values]) => [name, values.map((value) => value + 0.2 * random.normal())] as const,
  );
  return { ...adapter, weights: new Map(filled) };
}

describe("a LoRA whose updates are added to the matrices", () => {
  it.each([
    ["Llama", llama],
    ["GPT-2, whose matrices are kept by columns and in one for three projections", gpt2],
  ])("has the loss and the gradients of updates added to the results: %s", async (_, config) => {
    const shape = { rows: 8, length: 16 };
    const adapter = usedAdapter(config);
    const random = new Random(3);
    const rows = Array.from({ length: 10 }, () => ({
      tokens: Array.from({ length: 10 }, () => random.integer(20)),
    }));
    const [batch] = packRows(shape, rows);
    const compute = async ({ loss, inputs, parameters }: DecoderTrainingGraph) => {
      const names = [...adapter.weights.keys()];
      const slopes = gradients(
        loss.mean,
        names.map((name) => parameters.get(name)!),
      );
      const wanted: Record<string, Tensor> = { loss: loss.mean };
      for (const [k, name] of names.entries()) wanted[`d/${name}`] = slopes[k]!;
      const fed = batch as unknown as Record<string, Float32Array>;
      const feeds = Object.fromEntries(Object.keys(inputs).map((name) => [name, fed[name]!]));
      const weights = new Map([...createModel(config, { seed: 4 }).weights, ...adapter.weights]);
      return evaluate(wanted, feeds, weights);
    };
    const merged = await compute(decoderTrainingGraph(config, shape, adapter.shape));
    const apart = await compute(
      decoderTrainingGraph(config, shape, adapter.shape, (_layer, _target, low) => low),
    );
    for (const [name, { data }] of Object.entries(apart)) {
      const got = merged[name]!.data as Float32Array;
      for (const [k, value] of (data as Float32Array).entries()) {
        expect(Math.abs(got[k]! - value)).toBeLessThan(2e-6 * (1 + Math.abs(value)));
      }
    }
  });
});
