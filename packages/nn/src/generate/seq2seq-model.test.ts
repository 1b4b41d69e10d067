import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAdapter, mergeLora, projectionsOf } from "../adapter/adapter.ts";
import { decodeAdapter, encodeAdapter, peftConfig } from "../adapter/adapter-file.ts";
import type { T5Config } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { createModel, type Model } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { type Pair, pairBatch, pairBatches } from "../train/seq2seq.ts";
import { Trainer } from "../train/trainer.ts";
import { Seq2SeqModel } from "./seq2seq-model.ts";

const config = parseConfig({
  model_type: "t5",
  vocab_size: 24,
  d_model: 32,
  d_kv: 8,
  d_ff: 48,
  num_layers: 2,
  num_heads: 4,
  feed_forward_proj: "gated-gelu",
  relative_attention_num_buckets: 8,
  relative_attention_max_distance: 16,
}) as T5Config;
const session = { threads: 1 };
const schedule = { peak: 1e-2, warmupSteps: 10 };
const shape = { rows: 8, sourceLength: 7, length: 7 };

/** The source's letters (2 … 23) in reverse, then the end token 1. */
function pair(random: Random): Pair {
  const letters = Array.from({ length: 2 + random.integer(5) }, () => 2 + random.integer(22));
  return { source: [...letters, 1].slice(-7), target: [...letters.slice(-6).reverse(), 1] };
}

describe("T5", () => {
  let model: Model<T5Config>;
  let lm: Seq2SeqModel;

  beforeAll(async () => {
    const trainer = await Trainer.open({
      model: createModel(config, { seed: 1 }),
      batch: shape,
      schedule,
      session,
    });
    await trainer.run({
      until: 30,
      batch: (number) => {
        const random = new Random(1, `batch ${number}`);
        return pairBatch(
          config,
          shape,
          Array.from({ length: 8 }, () => pair(random)),
        );
      },
    });
    model = { config, weights: await trainer.weights() };
    await trainer.release();
    lm = await Seq2SeqModel.open(model, { session });
  }, 120_000);
  afterAll(() => lm.release());

  it("learns a handful of pairs by heart, resumed as uninterrupted, and writes them", async () => {
    const random = new Random(2);
    const pairs = Array.from({ length: 8 }, () => pair(random));
    const batch = pairBatch(config, shape, pairs);
    const run = async (until: number, resume?: Uint8Array) => {
      const options = { model, batch: shape, schedule, session };
      const trainer = await Trainer.open(resume ? { ...options, resume } : options);
      await trainer.run({ until, batch: () => batch });
      const result = {
        checkpoint: await trainer.checkpoint(),
        weights: await trainer.weights(),
        evaluation: await trainer.evaluate([batch]),
      };
      await trainer.release();
      return result;
    };
    const half = await run(30);
    const [whole, resumed] = [await run(60), await run(60, half.checkpoint)];
    expect(resumed.checkpoint).toEqual(whole.checkpoint);
    expect(whole.evaluation).toMatchObject({ rowAccuracy: 1, tokenAccuracy: 1, rows: 8 });
    const learnt = await Seq2SeqModel.open({ config, weights: whole.weights }, { session });
    const answers = await learnt.generate(
      pairs.map(({ source }) => ({ source: Array.from(source), maxTokens: 8 })),
    );
    expect(answers.map(({ tokens }) => [...tokens, 1])).toEqual(pairs.map(({ target }) => target));
    const [best] = await learnt.search({ source: Array.from(pairs[0]!.source) }, { beams: 3 });
    expect([...best!.tokens, 1]).toEqual(pairs[0]!.target);
    await learnt.release();
  });

  it("answers rows of different lengths in one batch as it answers them alone", async () => {
    const sources = [
      [5, 6, 1],
      [7, 8, 9, 10, 11, 12, 1],
      [3, 1],
    ];
    const options = { maxTokens: 9, stopTokens: [], logProbabilities: true };
    const together = await lm.generate(
      sources.map((source, row) => ({ ...options, source, maxTokens: 3 + 3 * row })),
    );
    for (const [row, source] of sources.entries()) {
      const [alone] = await lm.generate([{ ...options, source, maxTokens: 3 + 3 * row }]);
      expect(together[row]!.tokens).toEqual(alone!.tokens);
      for (const [at, { logProbability }] of alone!.scores!.entries()) {
        expect(together[row]!.scores![at]!.logProbability).toBeCloseTo(logProbability!, 4);
      }
    }
  });

  it("beam search of one beam is greedy", async () => {
    const [greedy] = await lm.generate([{ source: [9, 4, 1], maxTokens: 6 }]);
    const [beam] = await lm.search({ source: [9, 4, 1], maxTokens: 6 }, { beams: 1 });
    expect(beam).toMatchObject({ tokens: greedy!.tokens });
  });

  it.each([8, 4] as const)("runs with its matrices in %i bits, near the exact model", async (bits) => {
    const quantized = await Seq2SeqModel.open(model, { session, quantize: { bits, blockSize: 16 } });
    const request = { source: [5, 6, 7, 1], maxTokens: 1, stopTokens: [], logProbabilities: 23 };
    const scores = async (from: Seq2SeqModel) => {
      const [completion] = await from.generate([request]);
      const { alternatives } = completion!.scores![0]!;
      return alternatives!.toSorted((a, b) => a.token - b.token).map(({ logProbability }) => logProbability);
    };
    const [exact, near] = [await scores(lm), await scores(quantized)];
    expect(near).not.toEqual(exact);
    const deviation = Math.sqrt(
      exact.reduce((sum, value, at) => sum + (value - near[at]!) ** 2, 0) / exact.length,
    );
    expect(deviation).toBeLessThan(bits === 8 ? 0.1 : 1);
    await quantized.release();
  });

  it("learns another task by a LoRA on every projection, the same beside the weights and added to them", async () => {
    const fresh = createAdapter(
      config,
      { lora: { rank: 2, alpha: 8, targets: projectionsOf(config) } },
      { seed: 3 },
    );
    // Self-attention of two stacks and attention across, four matrices each, and three of a feed-forward part.
    expect(fresh.weights.size).toBe(2 * (2 * (4 + 3) + 2 * (4 + 4 + 3)));
    const random = new Random(9);
    const copies = Array.from({ length: 8 }, () => {
      const { source } = pair(random);
      return { source, target: source };
    });
    const probe = [pairBatch(config, shape, copies)];
    const trainer = await Trainer.open({ model, adapter: fresh, batch: shape, schedule, session });
    const before = await trainer.evaluate(probe);
    await trainer.run({ until: 24, batch: () => probe[0]! });
    const after = await trainer.evaluate(probe);
    const adapter = await trainer.adapter();
    expect(await trainer.weights()).toEqual(model.weights);
    await trainer.release();
    const plain = await Trainer.open({ model, batch: shape, schedule, session });
    expect((await plain.evaluate(probe)).loss).toBeCloseTo(before.loss, 5);
    await plain.release();
    expect(after.loss).toBeLessThan(before.loss / 2);

    const merged = { config, weights: mergeLora(config, model.weights, adapter) };
    const whole = await Trainer.open({ model: merged, batch: shape, schedule, session });
    expect((await whole.evaluate(probe)).loss).toBeCloseTo(after.loss, 4);
    await whole.release();
    const read = decodeAdapter(config, encodeAdapter(config, adapter));
    expect(read).toEqual(adapter);
    const [adapted, written] = [
      await Seq2SeqModel.open(model, { session, adapter: read }),
      await Seq2SeqModel.open(merged, { session }),
    ];
    const requests = copies.map(({ source }) => ({ source: Array.from(source), maxTokens: 7 }));
    const [answers, wanted] = [await adapted.generate(requests), await written.generate(requests)];
    expect(answers.map(({ tokens }) => tokens)).toEqual(wanted.map(({ tokens }) => tokens));
    await adapted.release();
    await written.release();
    expect(peftConfig(adapter, "t5", config)).toMatchObject({
      task_type: "SEQ_2_SEQ_LM",
      target_modules: ["q", "k", "v", "o", "wi_0", "wi_1", "wo"],
    });
    expect(() => createAdapter(config, { prefixLength: 2 }, { seed: 1 })).toThrow(/no prefix/);
  }, 60_000);

  it("names pairs that do not fit and empty sources", async () => {
    const long = { source: Array.from({ length: 8 }, () => 2), target: [1] };
    expect(() => pairBatches(config, shape, [long])).toThrow(/1 to 7 source/);
    await expect(lm.generate([{ source: [] }])).rejects.toThrow(/no token/);
  });
});
