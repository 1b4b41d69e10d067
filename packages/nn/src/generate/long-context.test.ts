import { expect, it } from "vitest";
import { llamaConfig } from "../model/config.ts";
import { createModel } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { KvCache } from "./kv-cache.ts";
import { LanguageModel } from "./language-model.ts";

const config = llamaConfig({
  vocabSize: 64,
  width: 32,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  ffnWidth: 48,
  maxPositions: 8192,
});
const mebibyte = 2 ** 20;

it("reads 8,000 tokens in the memory it planned, and goes on from them as from a prefix read in two parts", async () => {
  const lm = await LanguageModel.open(createModel(config, { seed: 1 }), { session: { threads: 1 } });
  const random = new Random(1);
  const tokens = Array.from({ length: 8000 }, () => random.integer(64));
  await lm.generate([{ tokens: [1, 2, 3], maxTokens: 2, stopTokens: [] }]);
  const before = process.resourceUsage().maxRSS * 1024;
  const request = { maxTokens: 8, stopTokens: [], logProbabilities: true };
  const [whole] = await lm.generate([{ ...request, tokens }]);
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  // Attention weights of the whole text at once would be 8000² · 4 heads · 4 bytes = 977 MiB, more than once a layer.
  expect(KvCache.bytes(config, 1, 8192)).toBe(2 * mebibyte);
  expect(peak).toBeLessThan(512 * mebibyte);
  const first = await lm.prefix(tokens.slice(0, 3001));
  const prefix = await lm.prefix(tokens.slice(3001, 7999), { prefix: first });
  expect(prefix.length).toBe(7999);
  const [rest] = await lm.generate([{ ...request, tokens: tokens.slice(7999), prefix }]);
  expect(rest!.tokens).toEqual(whole!.tokens);
  for (const [at, { logProbability }] of rest!.scores!.entries()) {
    expect(logProbability).toBeCloseTo(whole!.scores![at]!.logProbability!, 3);
  }
  await lm.release();
});
