import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FormatError } from "../format-error.ts";
import { llamaConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { createModel, type Model, parameterSpecs } from "../model/parameters.ts";
import { tokenizerFiles } from "../tokenizer/tokenizer-json.ts";
import { BpeTrainer } from "../tokenizer/train.ts";
import { fromFloat32, type TensorData } from "./element-type.ts";
import { loadModel, loadTokenizerFolder, saveModel, saveTokenizer } from "./model-folder.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { openWeightFiles } from "./weight-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rm(folder, { recursive: true }));

const shape = { vocabSize: 40, width: 16, layers: 2, heads: 4, kvHeads: 2, ffnWidth: 24, maxPositions: 64 };
const llama = llamaConfig(shape);
const common = { vocab_size: 30, hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 4 };
const sizes = { ...common, num_key_value_heads: 2, intermediate_size: 24 };
const configs = {
  llama,
  untied: llamaConfig({ ...shape, tiedEmbeddings: false }),
  gpt2: parseConfig({
    model_type: "gpt2",
    vocab_size: 30,
    n_embd: 16,
    n_layer: 2,
    n_head: 4,
    n_positions: 32,
  }),
  mistral: parseConfig({ model_type: "mistral", ...sizes, sliding_window: 8 }),
  phi3: parseConfig({ model_type: "phi3", ...sizes }),
  qwen2: parseConfig({ model_type: "qwen2", ...sizes }),
  qwen3: parseConfig({ model_type: "qwen3", ...sizes, head_dim: 8, tie_word_embeddings: true }),
  t5: parseConfig({
    model_type: "t5",
    vocab_size: 30,
    d_model: 16,
    d_kv: 4,
    d_ff: 32,
    num_layers: 2,
    num_heads: 4,
  }),
};

/** The stored form of a model's weights, to be changed before it is written. */
function stored(model: Model): Map<string, TensorData> {
  return new Map(
    parameterSpecs(model.config).map(({ name, shape }) => [
      name,
      fromFloat32(model.weights.get(name)!, shape),
    ]),
  );
}
const put = (tensors: Map<string, TensorData>) =>
  writeFile(join(folder, "model.safetensors"), encodeSafetensors(tensors));

describe("a model folder", () => {
  test.each(Object.entries(configs))("%s: saved, then loaded, is the same model", async (_, config) => {
    const model = createModel(config, { seed: 1 });
    await saveModel(folder, model);
    const loaded = await loadModel(folder);
    expect(loaded.config).toEqual(config);
    expect(loaded.weights).toEqual(model.weights);
  });

  test("shards with an index read like one file, and no half-written file is left", async () => {
    const model = createModel(llama, { seed: 2 });
    await saveModel(folder, model, { maximumShardBytes: 4000 });
    const names = (await readdir(folder)).sort();
    expect(names.filter((name) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(name)).length).toBeGreaterThan(
      2,
    );
    expect(names).toContain("model.safetensors.index.json");
    expect(names.every((name) => !name.endsWith(".part"))).toBe(true);
    expect((await loadModel(folder)).weights).toEqual(model.weights);
  });

  test.each(["F16", "BF16"] as const)("stored as %s it loads to what that type can hold", async (dtype) => {
    const model = createModel(llama, { seed: 3 });
    await saveModel(folder, model, { dtype });
    const { weights } = await loadModel(folder);
    for (const [name, values] of model.weights) {
      const loaded = weights.get(name)!;
      const bound = dtype === "F16" ? 2 ** -11 : 2 ** -8;
      for (const [index, value] of values.entries())
        expect(Math.abs(loaded[index]! - value)).toBeLessThanOrEqual(Math.abs(value) * bound + 2 ** -25);
    }
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8")).torch_dtype).toBe(
      dtype === "F16" ? "float16" : "bfloat16",
    );
  });

  test("checkpoints without prefix, with tied copies and buffers load", async () => {
    const model = createModel(configs.gpt2, { seed: 4 });
    await saveModel(folder, model);
    const tensors = stored(model);
    const bare = new Map([...tensors].map(([name, tensor]) => [name.replace(/^transformer\./, ""), tensor]));
    bare.set("h.0.attn.bias", { dtype: "U8", shape: [1, 1, 2, 2], bytes: new Uint8Array(4) });
    await put(bare);
    expect((await loadModel(folder)).weights).toEqual(model.weights);
    const t5 = createModel(configs.t5, { seed: 5 });
    await saveModel(folder, t5);
    const copies = stored(t5);
    copies.set("encoder.embed_tokens.weight", copies.get("shared.weight")!);
    copies.delete("shared.weight");
    await put(copies);
    expect((await loadModel(folder)).weights).toEqual(t5.weights);
  });

  test("the tokenizer goes with the model", async () => {
    const trainer = new BpeTrainer({ vocabularySize: 258, preTokenizer: "qwen2", specialTokens: ["<s>"] });
    const files = tokenizerFiles(trainer.train(), { roles: { bos: "<s>" }, chatTemplate: "old" });
    await saveTokenizer(folder, files);
    expect((await loadTokenizerFolder(folder)).files).toEqual(files);
    await writeFile(join(folder, "chat_template.jinja"), "new");
    expect((await loadTokenizerFolder(folder)).files.config.chat_template).toBe("new");
  });
});

describe("a folder is refused with its reason", () => {
  const model = createModel(llama, { seed: 6 });
  const name = "model.layers.1.mlp.up_proj.weight";
  const damaged = (change: (tensors: Map<string, TensorData>) => void) => async () => {
    await saveModel(folder, model);
    const tensors = stored(model);
    change(tensors);
    await put(tensors);
  };
  const values = (value: number) => new Float32Array(24 * 16).fill(value, 17, 18);
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["nothing in it", async () => undefined, /config.json: cannot be read/],
    ["a config that is no JSON", () => writeFile(join(folder, "config.json"), "{"), /is not JSON/],
    [
      "no weights",
      () => writeFile(join(folder, "config.json"), JSON.stringify({ model_type: "llama", ...sizes })),
      /neither model.safetensors nor/,
    ],
    ["a missing tensor", damaged((tensors) => tensors.delete(name)), /up_proj.weight" \[24, 16\] is missing/],
    [
      "another shape",
      damaged((tensors) => tensors.set(name, fromFloat32(values(0), [16, 24]))),
      /has shape \[16, 24\]; the configuration says \[24, 16\]/,
    ],
    [
      "integers",
      damaged((tensors) => tensors.set(name, { dtype: "I8", shape: [24, 16], bytes: new Uint8Array(384) })),
      /of type I8/,
    ],
    [
      "NaN",
      damaged((tensors) => tensors.set(name, fromFloat32(values(Number.NaN), [24, 16]))),
      /NaN at element 17/,
    ],
    [
      "infinity",
      damaged((tensors) => tensors.set(name, fromFloat32(values(Number.POSITIVE_INFINITY), [24, 16]))),
      /Infinity at element 17/,
    ],
  ])("%s", async (_, make, reason) => {
    await make();
    const loading = loadModel(folder);
    await expect(loading).rejects.toBeInstanceOf(FormatError);
    await expect(loading).rejects.toThrow(reason);
  });

  test("NaN loads where it is asked for", async () => {
    await damaged((tensors) => tensors.set(name, fromFloat32(values(Number.NaN), [24, 16])))();
    expect((await loadModel(folder, { nonFinite: "keep" })).weights.get(name)![17]).toBeNaN();
  });

  test.each<[string, unknown, RegExp]>([
    [
      "a shard outside of the folder",
      { weight_map: { w: "../secret.safetensors" } },
      /not a shard of this folder/,
    ],
    ["a shard that is a device", { weight_map: { w: "/dev/zero" } }, /not a shard of this folder/],
    ["a missing shard", { weight_map: { w: "model-1.safetensors" } }, /is missing/],
    ["a tensor that its shard lacks", { weight_map: { v: "a.safetensors" } }, /which it does not/],
    ["no map", { weight_map: 3 }, /no weight_map/],
  ])("an index with %s", async (_, index, reason) => {
    const w = fromFloat32(Float32Array.of(1), [1]);
    await writeFile(join(folder, "a.safetensors"), encodeSafetensors(new Map([["w", w]])));
    await writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
    await expect(openWeightFiles(folder)).rejects.toThrow(reason);
  });
});
