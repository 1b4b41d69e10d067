import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseFiles, makeCases } from "../../test/llama-cpp-cases.ts";
import { mergeLora } from "../adapter/adapter.ts";
import { memorySource } from "../checkpoint/byte-source.ts";
import { FormatError } from "../format-error.ts";
import { llamaConfig } from "../model/config.ts";
import { createModel } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { BpeTrainer, loadTokenizer, tokenizerFiles } from "../tokenizer/index.ts";
import type { MetadataValue } from "./format.ts";
import {
  encodeGguf,
  encodeGgufLora,
  Gguf,
  loadGgufModel,
  readGgufLora,
  readGgufModel,
  saveGgufModel,
} from "./index.ts";
import { decodeQ8, encodeQ8 } from "./quantise.ts";

const cases = makeCases();
const named = (name: string) => cases.find((item) => item.name === name)!;

describe("a GGUF file", () => {
  const metadata = new Map<string, MetadataValue>([
    ["a", { type: "u8", value: 255 }],
    ["b", { type: "i8", value: -1 }],
    ["c", { type: "u16", value: 65535 }],
    ["d", { type: "i16", value: -2 }],
    ["e", { type: "u32", value: 2 ** 32 - 1 }],
    ["f", { type: "i32", value: -3 }],
    ["g", { type: "f32", value: 0.5 }],
    ["h", { type: "bool", value: true }],
    ["i", { type: "string", value: "é😀" }],
    ["j", { type: "u64", value: 2n ** 63n }],
    ["k", { type: "i64", value: -(2n ** 40n) }],
    ["l", { type: "f64", value: Math.PI }],
    ["m", { type: "array", of: "string", value: ["", "x"] }],
    ["n", { type: "array", of: "u64", value: [1n] }],
    ["o", { type: "array", of: "bool", value: [] }],
  ]);
  const bytes = (count: number) => Uint8Array.from({ length: count }, (_, index) => index);
  const tensors = [
    { name: "w", shape: [2, 3], type: "F32" as const, bytes: () => bytes(24) },
    { name: "q", shape: [1, 64], type: "Q8_0" as const, bytes: () => bytes(68) },
    { name: "e", shape: [0], type: "I8" as const, bytes: () => bytes(0) },
  ];

  test("what is written is read", async () => {
    const gguf = await Gguf.open(memorySource(encodeGguf(metadata, tensors)));
    expect(gguf.metadata).toEqual(metadata);
    expect([...gguf.tensors.values()].map(({ name, shape, type }) => ({ name, shape, type }))).toEqual(
      tensors.map(({ name, shape, type }) => ({ name, shape, type })),
    );
    for (const tensor of tensors) {
      expect(await gguf.read(tensor.name)).toEqual(tensor.bytes());
      expect(gguf.tensors.get(tensor.name)!.byteOffset % 32).toBe(0);
    }
    await expect(gguf.read("v")).rejects.toThrow(/no tensor "v"/);
    await expect(gguf.readFloat32("e")).rejects.toThrow(/is of type I8/);
  });

  test("a header longer than the first read is read whole", async () => {
    const long = new Map<string, MetadataValue>([["long", { type: "string", value: "x".repeat(5_000_000) }]]);
    const gguf = await Gguf.open(memorySource(encodeGguf(long, tensors)));
    expect(gguf.metadata).toEqual(long);
    expect(await gguf.read("w")).toEqual(bytes(24));
  });

  test("what ggml cannot hold is not written", () => {
    const write = (change: object) => () => encodeGguf(new Map(), [{ ...tensors[0]!, ...change }]);
    expect(write({ name: "x".repeat(64) })).toThrow(/exceeds 63 bytes/);
    expect(write({ shape: [1, 1, 1, 1, 6] })).toThrow(/rank 5/);
    expect(write({ shape: [6], type: "Q8_0" })).toThrow(/whole blocks/);
    expect(write({ shape: [7] })).toThrow(/has 24 bytes, not 28/);
  });
});

test("Q8_0 errs by at most half a step of each block", () => {
  const random = new Random(3);
  const values = Float32Array.from({ length: 320 }, (_, index) => random.normal() * 10 ** ((index % 5) - 2));
  const decoded = decodeQ8(encodeQ8(values));
  for (let block = 0; block < 10; block++) {
    const own = [...values.subarray(block * 32, block * 32 + 32)];
    const step = Math.max(...own.map(Math.abs)) / 127;
    own.forEach((value, index) => {
      // Half a step, and the scale's own rounding to half precision.
      expect(Math.abs(decoded[block * 32 + index]! - value)).toBeLessThanOrEqual(
        step * (0.5 + 127 * 2 ** -11) + 1e-9,
      );
    });
  }
  expect(decodeQ8(encodeQ8(new Float32Array(32)))).toEqual(new Float32Array(32));
  expect(() => encodeQ8(new Float32Array(33))).toThrow(/multiple of 32/);
});

describe("models", () => {
  test.each(cases.filter(({ precision, name }) => precision === "f32" && !name.includes("Llama 3")))(
    "$name: written, then read, is the same model and tokenizer",
    async (item) => {
      const { model, tokenizer } = await readGgufModel(Gguf.decode(caseFiles(item).model));
      expect(model.weights).toEqual(item.model.weights);
      const text = "the quick <|end|> 123 naïve\n\n  日本";
      expect(tokenizer.encode(text)).toEqual(item.tokenizer.encode(text));
      expect(tokenizer.roles).toEqual(item.tokenizer.roles);
      const { family, beginTokenId, endTokenIds, ...expected } = item.model.config;
      const { beginTokenId: begin, endTokenIds: ends, ...config } = model.config;
      expect({ ...config, family: expected }).toEqual({ ...expected, family: expected });
      expect(config.family).toBe(family === "mistral" ? "llama" : family);
      expect([begin, ends]).toEqual([beginTokenId ?? 1, endTokenIds.length > 0 ? endTokenIds : [2]]);
    },
  );

  test("go through a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gguf-"));
    const { model, tokenizer } = named("qwen3");
    await saveGgufModel(join(folder, "m.gguf"), model, tokenizer);
    expect((await loadGgufModel(join(folder, "m.gguf"))).model.weights).toEqual(model.weights);
    await rm(folder, { recursive: true });
  });

  test("that llama.cpp would compute otherwise are refused", () => {
    const { model, tokenizer } = named("llama");
    const write = (config: object, other = tokenizer) =>
      caseFiles({
        name: "",
        precision: "f32",
        model: { ...model, config: { ...model.config, ...config } },
        tokenizer: other,
      });
    expect(() => write({ activation: "gelu" })).toThrow(/with the activation gelu/);
    expect(() => write({ family: "phi3" })).toThrow(/fused projections/);
    expect(() => write({ positions: { kind: "rotary", theta: 1e4, width: 8 } })).toThrow(/partially rotated/);
    const dynamic = { kind: "rotary", theta: 1e4, width: 16, scaling: { kind: "dynamic", factor: 2 } };
    expect(() => write({ positions: dynamic })).toThrow(/dynamic rope scaling/);
    expect(() => write({ vocabSize: 100 })).toThrow(/tokens, the model embeddings for 100/);
    const endless = loadTokenizer(tokenizer.files.tokenizer, {});
    expect(() => write({}, endless)).toThrow(/needs a token that ends a text/);
  });

  test("a tokenizer with a template that begins with bos says so", async () => {
    const trainer = new BpeTrainer({
      vocabularySize: 258,
      preTokenizer: "gpt-2",
      specialTokens: ["<s>", "</s>"],
    });
    const roles = { bos: "<s>", eos: "</s>" };
    const files = tokenizerFiles(trainer.train(), { roles, addBos: true, chatTemplate: "{{ x }}" });
    const tokenizer = loadTokenizer(files.tokenizer, files.config);
    const config = llamaConfig({
      vocabSize: 258,
      width: 8,
      layers: 1,
      heads: 1,
      ffnWidth: 8,
      maxPositions: 8,
    });
    const { model } = caseFiles({
      name: "",
      precision: "f32",
      model: createModel(config, { seed: 1 }),
      tokenizer,
    });
    const gguf = Gguf.decode(model);
    expect(gguf.metadata.get("tokenizer.ggml.add_bos_token")?.value).toBe(true);
    const read = (await readGgufModel(gguf)).tokenizer;
    expect(read.encode("a", { addSpecialTokens: true })).toEqual(
      tokenizer.encode("a", { addSpecialTokens: true }),
    );
    expect(read.files.config.chat_template).toBe("{{ x }}");
  });
});

describe("LoRA", () => {
  test.each(cases.filter(({ adapter }) => adapter))(
    "$name: written, then read, changes the same",
    async (item) => {
      const { config, weights } = item.model;
      const read = await readGgufLora(config, Gguf.decode(caseFiles(item).adapter!));
      const before = mergeLora(config, weights, item.adapter!);
      const after = mergeLora(config, weights, read);
      expect(read.shape.lora!.alpha).toBe(6);
      for (const [name, values] of before)
        for (const [index, value] of values.entries()) expect(after.get(name)![index]).toBeCloseTo(value, 5);
    },
  );

  test("a KV prefix does not fit", () => {
    const { config } = named("llama").model;
    const kv = new Float32Array(config.kvHeads * config.headWidth);
    const weights = new Map<string, Float32Array>();
    for (let layer = 0; layer < config.layers; layer++)
      for (const part of ["key", "value"]) weights.set(`prefix.layers.${layer}.${part}`, kv);
    expect(() => encodeGgufLora(config, { shape: { prefixLength: 1 }, weights })).toThrow(
      /holds a LoRA alone/,
    );
  });

  test("of another model is refused", async () => {
    const file = Gguf.decode(caseFiles(named("llama with LoRA")).adapter!, "adapter.gguf");
    const { config } = named("llama").model;
    await expect(readGgufLora(named("qwen2").model.config, file)).rejects.toThrow(
      /is for "llama"; the model is qwen2/,
    );
    await expect(readGgufLora({ ...config, width: 32 }, file)).rejects.toThrow(/needed are \[rank, 32\]/);
    await expect(readGgufLora({ ...config, layers: 1 }, file)).rejects.toThrow(
      /"blk.1.attn_q.weight.lora_a", which/,
    );
    const model = Gguf.decode(caseFiles(named("llama")).model);
    await expect(readGgufLora(config, model)).rejects.toThrow(/"model" \/ undefined, not adapter/);
  });
});

describe("a file is refused with its reason", () => {
  /** A header written by hand: numbers are u32, bigints u64, texts strings. */
  const forge = (...fields: (number | bigint | string | Uint8Array)[]): Uint8Array =>
    new Uint8Array(
      Buffer.concat(
        fields.map((field) => {
          if (field instanceof Uint8Array) return field;
          const text = typeof field === "string" ? Buffer.from(field) : undefined;
          const bytes = Buffer.alloc(typeof field === "number" ? 4 : 8);
          if (typeof field === "number") bytes.writeUInt32LE(field);
          else bytes.writeBigUInt64LE(text ? BigInt(text.length) : (field as bigint));
          return text ? Buffer.concat([bytes, text]) : bytes;
        }),
      ),
    );
  const head = (tensors: bigint, pairs: bigint) => forge(0x46554747, 3, tensors, pairs);
  const tensor = (name: string, sizes: bigint[], type: number, offset: bigint) =>
    forge(name, sizes.length, ...sizes, type, offset);
  const room = new Uint8Array(256);

  test.each<[string, Uint8Array, RegExp]>([
    ["empty", new Uint8Array(0), /the magic number needs 4 bytes/],
    ["another magic number", forge(1, 3, 0n, 0n), /does not begin with GGUF/],
    ["version 1", forge(0x46554747, 1, 0n, 0n), /version 1/],
    ["big-endian", forge(0x46554747, 0x03000000, 0n, 0n), /version 50331648/],
    ["more tensors than bytes", head(2n ** 62n, 0n), /says 4611686018427387904 for the number of tensors/],
    ["more metadata than bytes", head(0n, 9n), /the number of metadata entries/],
    ["a key longer than the file", forge(head(0n, 1n), 2n ** 60n, room), /the length of metadata key 0/],
    ["a key that is no text", forge(head(0n, 1n), 1n, Uint8Array.of(255), 0, room), /is not UTF-8/],
    ["an unknown value type", forge(head(0n, 1n), "k", 13, room), /unknown type 13/],
    ["arrays of arrays", forge(head(0n, 1n), "k", 9, 9, 1n, room), /array of arrays/],
    [
      "an array longer than the file",
      forge(head(0n, 1n), "k", 9, 4, 2n ** 40n, room),
      /the length of metadata "k"/,
    ],
    ["a truth of 2", forge(head(0n, 1n), "k", 7, Uint8Array.of(2), room), /neither true nor false/],
    ["a key twice", forge(head(0n, 2n), "k", 4, 1, "k", 4, 1), /key "k" twice/],
    ["an alignment of 24", forge(head(0n, 1n), "general.alignment", 4, 24), /not a power of two/],
    ["an alignment of text", forge(head(0n, 1n), "general.alignment", 8, "32"), /not a power of two/],
    ["rank 5", forge(head(1n, 0n), "w", 5, room), /rank 5/],
    ["a name of 64 bytes", forge(head(1n, 0n), "x".repeat(64), room), /exceeds 63 bytes/],
    ["an unknown type", forge(head(1n, 0n), tensor("w", [1n], 99, 0n), room), /has type 99/],
    [
      "a shape beyond numbers",
      forge(head(1n, 0n), tensor("w", [2n ** 40n, 2n ** 40n], 0, 0n), room),
      /larger than any/,
    ],
    ["a size of 2^63", forge(head(1n, 0n), tensor("w", [2n ** 63n], 0, 0n), room), /a size of "w"/],
    ["half a block", forge(head(1n, 0n), tensor("w", [33n], 8, 0n), room), /whole blocks of Q8_0/],
    ["an unaligned offset", forge(head(1n, 0n), tensor("w", [1n], 0, 4n), room), /not a multiple of 32/],
    ["an offset of 2^53 - 32", forge(head(1n, 0n), tensor("w", [1n], 0, 2n ** 53n - 32n), room), /truncated/],
    ["a tensor beyond the end", forge(head(1n, 0n), tensor("w", [1000n], 0, 0n), room), /truncated/],
    [
      "overlapping tensors",
      forge(head(2n, 0n), tensor("a", [16n], 0, 0n), tensor("b", [4n], 0, 32n), room),
      /"b" overlaps "a"/,
    ],
    [
      "a tensor twice",
      forge(head(2n, 0n), tensor("a", [1n], 0, 0n), tensor("a", [1n], 0, 32n), room),
      /"a" twice/,
    ],
  ])("%s", async (_, bytes, reason) => {
    expect(() => Gguf.decode(bytes)).toThrow(FormatError);
    expect(() => Gguf.decode(bytes)).toThrow(reason);
    await expect(Gguf.open(memorySource(bytes))).rejects.toThrow(reason);
  });

  test("a model whose metadata and tensors disagree", async () => {
    const { model, tokenizer } = named("llama");
    const write = (change: object, weights = model.weights) => {
      const config = { ...model.config, ...change };
      return Gguf.decode(
        caseFiles({ name: "", precision: "f32", model: { config, weights }, tokenizer }).model,
      );
    };
    const gguf = write({});
    const tensors = await Promise.all(
      [...gguf.tensors.values()].map(async (info) => {
        const bytes = await gguf.read(info.name);
        return { ...info, bytes: () => bytes };
      }),
    );
    const altered = (key: string, value: MetadataValue) =>
      readGgufModel(Gguf.decode(encodeGguf(new Map(gguf.metadata).set(key, value), tensors)));
    const refused: [string, MetadataValue, RegExp][] = [
      ["llama.block_count", { type: "u32", value: 2 ** 31 }, /2147483648 layers/],
      ["llama.block_count", { type: "u32", value: 3 }, /no tensor "blk.2.attn_norm.weight"/],
      ["llama.embedding_length", { type: "u32", value: 32 }, /has shape \[300, 64\], not \[300, 32\]/],
      ["llama.attention.head_count", { type: "u32", value: 0 }, /num_attention_heads/],
      ["general.architecture", { type: "string", value: "mamba" }, /architecture "mamba"/],
      ["tokenizer.ggml.model", { type: "string", value: "llama" }, /its tokenizer is llama/],
      ["tokenizer.ggml.eos_token_id", { type: "u32", value: 4000 }, /no token's id/],
      ["tokenizer.ggml.merges", { type: "array", of: "string", value: ["q z"] }, /its tokenizer merge 0/],
    ];
    for (const [key, value, reason] of refused) await expect(altered(key, value)).rejects.toThrow(reason);
    const damaged = new Map(model.weights);
    damaged.set("model.norm.weight", new Float32Array(64).fill(Number.NaN));
    await expect(readGgufModel(write({}, damaged))).rejects.toThrow(/is NaN at element 0/);
  });

  test("under any mutation: it reads within its bounds or is a FormatError", async () => {
    const config = llamaConfig({
      vocabSize: 300,
      width: 8,
      layers: 1,
      heads: 2,
      ffnWidth: 8,
      maxPositions: 8,
    });
    const { tokenizer } = named("llama");
    const good = caseFiles({
      name: "",
      precision: "f32",
      model: createModel(config, { seed: 1 }),
      tokenizer,
    }).model;
    const dataStart = Math.min(...[...Gguf.decode(good).tensors.values()].map((info) => info.byteOffset));
    const mutation = fc.record({
      at: fc.oneof(
        fc.nat({ max: 600 }),
        fc.integer({ min: dataStart - 700, max: dataStart }),
        fc.nat({ max: good.length }),
      ),
      cut: fc.oneof(fc.constant(0), fc.nat({ max: 9 })),
      put: fc.uint8Array({ maxLength: 9 }),
      keepLength: fc.boolean(),
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        let bytes: Uint8Array = good;
        for (const { at, cut, put, keepLength } of mutations)
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            put,
            bytes.subarray(at + (keepLength ? put.length : cut)),
          ]);
        try {
          await readGgufModel(Gguf.decode(new Uint8Array(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          refused++;
        }
      }),
      { numRuns: 200, seed: 4 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});
