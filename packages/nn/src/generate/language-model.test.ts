import { evaluate } from "@weightsmith/onnx";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Adapter,
  type AdapterShape,
  adapterSpecs,
  createAdapter,
  type LoraShape,
  mergeLora,
} from "../adapter/adapter.ts";
import { type DecoderConfig, llamaConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { createModel, type Model, parameterSpecs } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { packRows } from "../train/batches.ts";
import { decoderTrainingGraph } from "../train/loss.ts";
import type { TokenConstraint } from "./constraint.ts";
import { type GenerationRequest, LanguageModel, type LanguageModelOptions } from "./language-model.ts";
import { argMax, logSumExp } from "./sampling.ts";

const shape = { vocabSize: 40, width: 32, layers: 2, heads: 4, ffnWidth: 48, maxPositions: 128 };
const llama = llamaConfig({ ...shape, kvHeads: 2 });
const json = {
  vocab_size: 40,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 16,
  intermediate_size: 48,
  max_position_embeddings: 128,
};
const families: Record<string, DecoderConfig> = {
  llama,
  "llama without grouping": llamaConfig(shape),
  qwen2: decoder({ ...json, model_type: "qwen2" }),
  qwen3: decoder({ ...json, model_type: "qwen3" }),
  "mistral with a sliding window": decoder({ ...json, model_type: "mistral", sliding_window: 5 }),
  "phi3, rotating part of a head": decoder({ ...json, model_type: "phi3", partial_rotary_factor: 0.5 }),
  "qwen2 with a window in upper layers": decoder({
    ...json,
    model_type: "qwen2",
    use_sliding_window: true,
    sliding_window: 4,
    max_window_layers: 1,
  }),
  gpt2: decoder({ model_type: "gpt2", vocab_size: 40, n_embd: 32, n_layer: 2, n_head: 4, n_positions: 128 }),
};

function decoder(config: object): DecoderConfig {
  const parsed = parseConfig(config);
  if (parsed.family === "t5") throw new TypeError("not a decoder");
  return parsed;
}

/** Weights large enough to tell right from wrong: no zeros, no ones. */
function scrambled(config: DecoderConfig): Model<DecoderConfig> {
  const { weights } = createModel(config, { seed: 3 });
  const random = new Random(4);
  for (const { name } of parameterSpecs(config)) {
    const values = weights.get(name)!;
    for (let at = 0; at < values.length; at++) values[at] = values[at]! * 2 + 0.1 * random.normal();
  }
  return { config, weights };
}

function scrambledAdapter(config: DecoderConfig, adapterShape: AdapterShape, seed: number): Adapter {
  const { weights } = createAdapter(config, adapterShape, { seed });
  const random = new Random(seed, "scramble");
  for (const { name } of adapterSpecs(config, adapterShape)) {
    const values = weights.get(name)!;
    for (let at = 0; at < values.length; at++) values[at] = values[at]! + 0.2 * random.normal();
  }
  return { shape: adapterShape, weights };
}

const everything: LoraShape = {
  rank: 3,
  alpha: 6,
  targets: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
};

/** Logits of every position by the training graph: the oracle. [tokens, vocabulary] */
async function oracle(
  model: Model<DecoderConfig>,
  tokens: readonly number[],
  adapter?: Adapter,
): Promise<Float32Array> {
  const { config } = model;
  const batchShape = { rows: 1, length: tokens.length };
  const graph = decoderTrainingGraph(config, batchShape, adapter?.shape);
  const [batch] = packRows(batchShape, [{ tokens: [...tokens, 0] }]);
  const { tokens: ids, positions, segments } = batch!;
  const weights = new Map([...model.weights, ...(adapter?.weights ?? [])]);
  const feeds = { positions };
  const { logits } = await evaluate({ logits: graph.logits }, { tokens: ids, segments, ...feeds }, weights, {
    threads: 1,
  });
  return logits.data as Float32Array;
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance = 2e-4): void {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let at = 0; at < actual.length; at++) worst = Math.max(worst, Math.abs(actual[at]! - expected[at]!));
  expect(worst).toBeLessThan(tolerance);
}

const opened: LanguageModel[] = [];
async function open(model: Model<DecoderConfig>, options?: LanguageModelOptions): Promise<LanguageModel> {
  const opening = await LanguageModel.open(model, { session: { threads: 1 }, ...options });
  opened.push(opening);
  return opening;
}
afterEach(async () => {
  for (const model of opened.splice(0)) await model.release();
});

const text = (seed: number, length: number) => {
  const random = new Random(seed, "text");
  return Array.from({ length }, () => random.integer(40));
};

/** Scores by the oracle: ln P of each token but the first. */
async function oracleScores(model: Model<DecoderConfig>, tokens: readonly number[], adapter?: Adapter) {
  const logits = await oracle(model, tokens.slice(0, -1), adapter);
  return Float32Array.from(tokens.slice(1), (token, at) => {
    const row = logits.subarray(at * 40, (at + 1) * 40);
    return row[token]! - logSumExp(row);
  });
}

/** Whether each token of an answer is the likeliest one by the oracle. */
async function expectGreedy(
  model: Model<DecoderConfig>,
  prompt: readonly number[],
  answer: readonly number[],
  adapter?: Adapter,
): Promise<void> {
  const logits = await oracle(model, [...prompt, ...answer].slice(0, -1), adapter);
  const likeliest = answer.map((_, step) => {
    const at = prompt.length - 1 + step;
    return argMax(logits.subarray(at * 40, (at + 1) * 40));
  });
  expect(answer).toEqual(likeliest);
}

const maskOf = (allowed: readonly number[]) => {
  const mask = new Uint32Array(2);
  for (const token of allowed) mask[token >> 5]! |= 1 << (token & 31);
  return mask;
};

/** Exactly these tokens, then the end token 0; `undefined` stands for any of 1 … 39. */
function template(tokens: readonly (number | undefined)[], at = 0): TokenConstraint {
  const expected = at < tokens.length ? tokens[at] : 0;
  const allowed = expected === undefined ? Array.from({ length: 39 }, (_, token) => token + 1) : [expected];
  return { mask: () => maskOf(allowed), advance: () => template(tokens, at + 1) };
}

describe("LanguageModel", () => {
  it.each(Object.entries(families))("reads and writes as the training graph does: %s", async (_, config) => {
    const model = scrambled(config);
    const lm = await open(model);
    const prompt = text(1, 9);
    const [scores] = await lm.score([{ tokens: prompt }]);
    expectClose(scores!, await oracleScores(model, prompt));
    const [answer] = await lm.generate([
      { tokens: prompt, maxTokens: 8, stopTokens: [], logProbabilities: true },
    ]);
    expect(answer!.tokens).toHaveLength(8);
    await expectGreedy(model, prompt, answer!.tokens);
    const all = [...prompt, ...answer!.tokens];
    const expected = (await oracleScores(model, all)).slice(prompt.length - 1);
    expectClose(
      Float32Array.from(answer!.scores!, ({ logProbability }) => logProbability!),
      expected,
    );
  });

  it("answers rows of different lengths in one batch as it answers them alone", async () => {
    const lm = await open(scrambled(llama));
    const requests = [3, 40, 1, 17].map(
      (length, index): GenerationRequest => ({
        tokens: text(index, length),
        maxTokens: 5 + 9 * index,
        stopTokens: [7],
      }),
    );
    const together = await lm.generate(requests);
    for (const [index, request] of requests.entries()) {
      const [alone] = await lm.generate([request]);
      expect(together[index]).toEqual(alone);
    }
  });

  it.each(["llama", "gpt2", "phi3, rotating part of a head"])(
    "gives every row its own adapter: %s",
    async (family) => {
      const model = scrambled(families[family]!);
      const { config } = model;
      const targets = everything.targets.filter((name) => config.gatedFfn || name !== "gate_proj");
      const lm = await open(model);
      const adapters = [
        scrambledAdapter(config, { lora: { ...everything, targets } }, 1),
        scrambledAdapter(config, { lora: { rank: 1, alpha: 4, targets: ["k_proj", "up_proj"] } }, 2),
        scrambledAdapter(config, { prefixLength: 6 }, 3),
        scrambledAdapter(config, { promptLength: 5, lora: { rank: 2, alpha: 2, targets: ["o_proj"] } }, 4),
        undefined,
      ];
      const requests = await Promise.all(
        adapters.map(async (adapter, index) => ({
          tokens: text(index, 4 + index),
          maxTokens: 6,
          stopTokens: [],
          adapter: adapter && (await lm.prepare(adapter)),
        })),
      );
      const answers = await lm.generate(requests);
      for (const [index, { tokens, adapter }] of requests.entries()) {
        expect(answers[index]!.tokens).toHaveLength(6);
        await expectGreedy(model, tokens, answers[index]!.tokens, adapters[index]);
        const [scores] = await lm.score([{ tokens, ...(adapter ? { adapter } : {}) }]);
        expectClose(scores!, await oracleScores(model, tokens, adapters[index]));
      }
    },
  );

  it("a merged LoRA is the same as a LoRA beside the weights", async () => {
    for (const config of [families.llama!, families.gpt2!, families["phi3, rotating part of a head"]!]) {
      const targets = everything.targets.filter((name) => config.gatedFfn || name !== "gate_proj");
      const model = scrambled(config);
      const adapter = scrambledAdapter(config, { lora: { ...everything, targets } }, 5);
      const merged = { config, weights: mergeLora(config, model.weights, adapter) };
      expectClose(await oracle(merged, text(2, 12)), await oracle(model, text(2, 12), adapter));
    }
  });

  it("a prefix read once serves many texts", async () => {
    const lm = await open(scrambled(llama));
    const adapter = await lm.prepare(scrambledAdapter(llama, { lora: everything, prefixLength: 3 }, 6));
    const [head, ...tails] = [text(1, 20), text(2, 4), text(3, 9)];
    const prefix = await lm.prefix(head!, { adapter });
    expect(prefix.length).toBe(23);
    const fast = await lm.generate(
      tails.map((tokens) => ({ tokens, adapter, prefix, maxTokens: 6, stopTokens: [] })),
    );
    const slow = await lm.generate(
      tails.map((tokens) => ({ tokens: [...head!, ...tokens], adapter, maxTokens: 6, stopTokens: [] })),
    );
    expect(fast).toEqual(slow);
  });

  it("reads a text in parts as it reads it at once", async () => {
    const config = { ...llama, maxPositions: 2048 };
    const model = scrambled(config);
    const lm = await open(model);
    const long = text(9, 1100);
    const [scores] = await lm.score([{ tokens: long }]);
    expectClose(scores!, await oracleScores(model, long), 1e-3);
  });

  it("streams tokens as they come, and ends where it should", async () => {
    const lm = await open(scrambled(llama));
    const [answer] = await lm.generate([{ tokens: [1, 2], maxTokens: 6, stopTokens: [] }]);
    const { tokens } = answer!;
    const events = [];
    for await (const event of lm.stream([{ tokens: [1, 2], maxTokens: 6, stopTokens: [] }]))
      events.push(event);
    expect(events.map(({ token }) => token)).toEqual(tokens);
    expect(events.map(({ finish }) => finish)).toEqual([...Array(5).fill(undefined), "length"]);
    const third = tokens[2]!;
    const stop = tokens.indexOf(third);
    const [stopped] = await lm.generate([{ tokens: [1, 2], maxTokens: 6, stopTokens: [third] }]);
    expect(stopped).toEqual({ tokens: tokens.slice(0, stop), finish: "stop" });
    const [cut] = await lm.generate([
      { tokens: [1, 2], stopTokens: [], stopWhen: (all) => all.length === 2 },
    ]);
    expect(cut).toEqual({ tokens: tokens.slice(0, 2), finish: "stop" });
    const [none] = await lm.generate([{ tokens: [1, 2], maxTokens: 0 }]);
    expect(none).toEqual({ tokens: [], finish: "length" });
  });

  it("stops at the signal and at the end of the context", async () => {
    const lm = await open(scrambled(llama), { context: 12 });
    const [full] = await lm.generate([{ tokens: text(1, 8), stopTokens: [] }]);
    expect(full!.finish).toBe("length");
    expect(full!.tokens).toHaveLength(5);
    const controller = new AbortController();
    const events = [];
    for await (const event of lm.stream([{ tokens: [1], stopTokens: [] }], { signal: controller.signal })) {
      events.push(event);
      if (events.length === 3) controller.abort();
    }
    expect(events.at(-1)).toEqual({ row: 0, token: -1, finish: "aborted" });
    await expect(lm.generate([{ tokens: text(1, 13) }])).rejects.toThrow(/the context is 12/);
    await expect(lm.generate([{ tokens: [] }])).rejects.toThrow(/no token/);
    await expect(lm.generate([{ tokens: [1], topP: 2 }])).rejects.toThrow(/topP/);
  });

  it("keeps to a constraint, and says how likely a choice was among the allowed ones", async () => {
    const lm = await open(scrambled(llama));
    const allowed = [3, 11, 38];
    const constraint = {
      mask: () => maskOf(allowed),
      advance: () => constraint,
    };
    const request = { tokens: [5, 6], maxTokens: 12, stopTokens: [], constraint, temperature: 1, seed: 4 };
    const [answer] = await lm.generate([{ ...request, logProbabilities: 2 }]);
    expect(answer!.tokens).toHaveLength(12);
    expect(new Set(answer!.tokens)).toEqual(new Set(allowed));
    const [first] = answer!.scores!;
    const alternatives = await lm.generate([
      { tokens: [5, 6], maxTokens: 1, logProbabilities: 40, stopTokens: [] },
    ]);
    const odds = new Map(
      alternatives[0]!.scores![0]!.alternatives!.map(({ token, logProbability }) => [token, logProbability]),
    );
    const total = Math.log(allowed.reduce((sum, token) => sum + Math.exp(odds.get(token)!), 0));
    expect(first!.logProbability).toBeCloseTo(odds.get(first!.token)!, 4);
    expect(first!.allowedLogProbability).toBeCloseTo(odds.get(first!.token)! - total, 4);
  });

  it("reads tokens that a constraint leaves no choice about without asking the model", async () => {
    const lm = await open(scrambled(llama));
    const pattern = [4, 5, undefined, 6, 7, 8, undefined, 9];
    const request = { tokens: [5, 6], stopTokens: [0], constraint: template(pattern) };
    const [fast, open_] = await lm.generate([request, { tokens: [5, 6], maxTokens: 9, stopTokens: [] }]);
    // With log-probabilities every token takes a step of its own: the same answer must come out.
    const [slow] = await lm.generate([{ ...request, logProbabilities: true }]);
    expect(fast).toEqual({ tokens: slow!.tokens, finish: "stop" });
    expect(slow!.tokens.map((token, at) => (pattern[at] === undefined ? undefined : token))).toEqual(pattern);
    expect(open_!.tokens).toHaveLength(9);
    const [cut] = await lm.generate([{ ...request, maxTokens: 5 }]);
    expect(cut).toEqual({ tokens: slow!.tokens.slice(0, 5), finish: "length" });
  });

  it.each([
    ["8 bits", { bits: 8 }, 0.05],
    ["4 bits", { bits: 4, blockSize: 16 }, 0.6],
  ] as const)("answers nearly the same in %s, with adapters too", async (_, quantize, tolerance) => {
    for (const config of [llama, families.gpt2!, families.qwen3!]) {
      const model = createModel(config, { seed: 3 });
      const [exact, rounded] = [await open(model), await open(model, { quantize })];
      const adapter = scrambledAdapter(
        config,
        { lora: { rank: 2, alpha: 2, targets: ["q_proj", "up_proj"] } },
        7,
      );
      for (const lm of [exact, rounded]) {
        const [answer] = await lm.generate([{ tokens: [1, 2], maxTokens: 4, stopTokens: [] }]);
        expect(answer!.tokens).toHaveLength(4);
      }
      const tokens = text(3, 20);
      const [plain] = await exact.score([{ tokens }]);
      const [close] = await rounded.score([{ tokens }]);
      expectClose(close!, plain!, tolerance);
      const [adapted] = await exact.score([{ tokens, adapter: await exact.prepare(adapter) }]);
      const [both] = await rounded.score([{ tokens, adapter: await rounded.prepare(adapter) }]);
      expectClose(both!, adapted!, 2 * tolerance);
      expect(close).not.toEqual(plain);
    }
  });

  it("beam search finds the likeliest answers, as trying all of them does", async () => {
    const lm = await open(scrambled(llama));
    const request = { tokens: [1, 2, 3], maxTokens: 2, stopTokens: [0] };
    const found = await lm.search(request, { beams: 40, count: 5, lengthPenalty: 0 });
    const all: { tokens: number[]; logProbability: number }[] = [];
    for (let first = 0; first < 40; first++) {
      const texts = Array.from({ length: 40 }, (_, second) => ({ tokens: [1, 2, 3, first, second] }));
      for (const [second, scores] of (await lm.score(texts)).entries()) {
        const [one, two] = [scores[2]!, scores[2]! + scores[3]!];
        if (first === 0 && second === 0) all.push({ tokens: [], logProbability: one });
        else if (first !== 0)
          all.push({ tokens: second === 0 ? [first] : [first, second], logProbability: two });
      }
    }
    all.sort((a, b) => b.logProbability - a.logProbability);
    expect(found.map(({ tokens }) => tokens)).toEqual(all.slice(0, 5).map(({ tokens }) => tokens));
    for (const [at, { logProbability }] of found.entries()) {
      expect(logProbability).toBeCloseTo(all[at]!.logProbability, 3);
    }
  });

  it("beam search of one beam is greedy, and keeps to a constraint", async () => {
    const lm = await open(scrambled(llama));
    const request = { tokens: [4, 4], maxTokens: 7, stopTokens: [0] };
    const [greedy] = await lm.generate([request]);
    const [beam] = await lm.search(request, { beams: 1 });
    expect(beam).toMatchObject({ tokens: greedy!.tokens, finish: greedy!.finish });
    const pattern = [4, undefined, 6];
    const answers = await lm.search({ ...request, constraint: template(pattern) }, { beams: 3, count: 3 });
    expect(answers).toHaveLength(3);
    for (const { tokens, finish } of answers) {
      expect(finish).toBe("stop");
      expect(tokens.map((token, at) => (pattern[at] === undefined ? undefined : token))).toEqual(pattern);
    }
    await expect(lm.search(request, { beams: 0 })).rejects.toThrow(/beams/);
  });

  it("draws the same answer from the same seed, alone or in a batch", async () => {
    const lm = await open(scrambled(llama));
    const request = (seed: number) => ({
      tokens: [1],
      maxTokens: 10,
      stopTokens: [],
      temperature: 1.5,
      seed,
    });
    const [one, two, again] = await lm.generate([request(1), request(2), request(1)]);
    expect(again).toEqual(one);
    expect(two).not.toEqual(one);
    expect(await lm.generate([request(2)])).toEqual([two]);
  });
});
