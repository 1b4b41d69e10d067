import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createModel, LanguageModel, loadTokenizerFolder, parseConfig } from "@weightsmith/nn";
import { afterEach, describe, expect, it } from "vitest";
import { Sandbox } from "../sandbox/sandbox.ts";
import { codeOf } from "./drafts.ts";
import { EndpointSource } from "./endpoint-source.ts";
import { generateCode } from "./generate.ts";
import { ModelSource } from "./model-source.ts";
import type { CodeRequest } from "./request.ts";

const request: CodeRequest = {
  spec: "Twice the number.",
  language: "typescript",
  functionName: "twice",
  parameters: [{ name: "n", type: "number" }],
  returnType: "number",
  constraints: ["non-negative"],
  examples: [
    { input: 1, output: 2 },
    { input: 4, output: 8 },
  ],
  technique: "beam",
  budgetSeconds: 20,
};

describe("what a model writes", () => {
  it.each([
    ["Sure!\n```ts\nexport function twice(n: number) {\n  return n;\n}\n```\nDone.", true],
    ["function twice(n) { return n; }", true],
    ["```\nfunction thrice(n) { return n; }\n```", false],
    ["I cannot do that.", false],
  ])("%j defines the function: %s", (text, defines) => {
    expect(codeOf(text, { name: "twice", language: "typescript" }) !== undefined).toBe(defines);
  });
});

describe("an endpoint's drafts", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** An endpoint that gives these answers in turn. */
  const serve = async (
    answers: readonly string[],
  ): Promise<{ url: string; asked: Record<string, unknown>[] }> => {
    const asked: Record<string, unknown>[] = [];
    server = createServer((message, response) => {
      let body = "";
      message.on("data", (part) => {
        body += part;
      });
      message.on("end", () => {
        asked.push({ ...JSON.parse(body), key: message.headers.authorization, url: message.url });
        const content = answers[asked.length - 1];
        response.writeHead(content === undefined ? 500 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content } }] }));
      });
    });
    await new Promise<void>((ready) => server!.listen(0, "127.0.0.1", ready));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
  };

  it("are executed, and the first that passes all examples and constraints is the answer", async () => {
    const { url, asked } = await serve([
      "```ts\nexport function twice(n: number): number {\n  return n + 1;\n}\n```",
      "```ts\nexport function twice(n: number): number {\n  return n === 1 ? 2 : n === 4 ? 8 : -1;\n}\n```",
      "```ts\nexport function twice(n: number): number {\n  return n * 2;\n}\n```",
    ]);
    const sandbox = new Sandbox();
    try {
      const generated = await generateCode(request, {
        sandbox,
        drafts: [new EndpointSource({ baseUrl: url, model: "some-model", key: "secret" })],
      });
      expect(generated).toMatchObject({ status: "success", strategy: "beam:endpoint" });
      expect(generated.code).toContain("n * 2");
      expect(generated.verified).toMatchObject({ passed: 2, properties: [{ executed: 4, held: 4 }] });
      expect(asked).toHaveLength(3);
      expect(asked[0]).toMatchObject({
        model: "some-model",
        key: "Bearer secret",
        url: "/v1/chat/completions",
        temperature: 0,
      });
    } finally {
      await sandbox.close();
    }
  });

  it("that cannot be had are an error which names the model, not the key", async () => {
    const { url } = await serve([]);
    const sandbox = new Sandbox();
    try {
      await expect(
        generateCode(request, {
          sandbox,
          drafts: [new EndpointSource({ baseUrl: url, model: "some-model", key: "secret" })],
        }),
      ).rejects.toMatchObject({ code: "model.unavailable", message: expect.not.stringContaining("secret") });
    } finally {
      await sandbox.close();
    }
  });
});

it("a random checkpoint of a large model's architecture, in 8 bits, writes drafts that the sandbox refuses", async () => {
  const tokenizer = await loadTokenizerFolder(
    path.resolve(import.meta.dirname, "../../../../models/anvil-tiny"),
  );
  // DeepSeek-Coder 6.7B but for its size: rotary positions stretched linearly by four.
  const config = parseConfig({
    model_type: "llama",
    vocab_size: tokenizer.vocabularySize,
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    max_position_embeddings: 16_384,
    rms_norm_eps: 1e-6,
    rope_theta: 100_000,
    rope_scaling: { type: "linear", factor: 4 },
    hidden_act: "silu",
    tie_word_embeddings: false,
    eos_token_id: 0,
  });
  if (config.family === "t5") throw new Error("unreachable");
  const model = await LanguageModel.open(createModel(config, { seed: 3 }), {
    session: { threads: 1 },
    context: 8_192,
    quantize: { bits: 8 },
  });
  const sandbox = new Sandbox();
  try {
    let pruned = 0;
    const generated = await generateCode(request, {
      sandbox,
      drafts: [
        new ModelSource({
          model,
          tokenizer,
          beams: 2,
          maxTokens: 10,
          onCost: (cost) => {
            pruned += cost.masks;
          },
        }),
      ],
    });
    expect(pruned).toBeGreaterThan(5);
    expect(generated).toMatchObject({ status: "failed", code: null });
  } finally {
    await sandbox.close();
    await model.release();
  }
});
