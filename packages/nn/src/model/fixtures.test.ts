/** The checkpoints in fixtures/ answer, and have the gradients, that PyTorch computed (fixtures/reference.py). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gradients } from "@weightsmith/autodiff";
import { evaluate } from "@weightsmith/onnx";
import { describe, expect, it } from "vitest";
import {
  type DecoderConfig,
  decoderTrainingGraph,
  LanguageModel,
  loadModel,
  type Model,
  packRows,
  pairBatch,
  Seq2SeqModel,
  type T5Config,
  t5TrainingGraph,
} from "../index.ts";

interface Expected {
  readonly tokens: number[];
  readonly decoderTokens?: number[];
  readonly loss: number;
  readonly logits: number[][];
  readonly gradients: Record<string, { norm: number; every: number; values: number[] }>;
}

const folder = join(import.meta.dirname, "../../fixtures");
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const expectedOf = (name: string) =>
  JSON.parse(readFileSync(join(folder, name, "expected.json"), "utf8")) as Expected;
const isT5 = (model: Model): model is Model<T5Config> => model.config.family === "t5";
const isDecoder = (model: Model): model is Model<DecoderConfig> => model.config.family !== "t5";
const session = { threads: 1 };

/** Training graph and feeds of the one text (or pair) that the reference read. */
function reading(model: Model, { tokens, decoderTokens }: Expected) {
  if (isT5(model)) {
    const target = decoderTokens!.slice(1);
    const shape = { rows: 1, sourceLength: tokens.length, length: target.length };
    return {
      graph: t5TrainingGraph(model.config, shape),
      batch: pairBatch(model.config, shape, [{ source: tokens, target }]),
    };
  }
  if (!isDecoder(model)) throw new TypeError("neither");
  const shape = { rows: 1, length: tokens.length - 1 };
  return { graph: decoderTrainingGraph(model.config, shape), batch: packRows(shape, [{ tokens }])[0]! };
}

function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce((worst, value, at) => Math.max(worst, Math.abs(value - expected[at]!)), 0);
}

describe.each(names)("%s", (name) => {
  it("has PyTorch's logits and loss to 1e-4", async () => {
    const expected = expectedOf(name);
    const model = await loadModel(join(folder, name));
    const { graph, batch } = reading(model, expected);
    const arrays = batch as unknown as Record<string, Float32Array>;
    const feeds = Object.fromEntries(Object.keys(graph.inputs).map((key) => [key, arrays[key]!]));
    const { logits, loss } = await evaluate(
      { logits: graph.logits, loss: graph.loss.mean },
      feeds,
      model.weights,
      session,
    );
    expect(worstDifference(logits.data as Float32Array, expected.logits.flat())).toBeLessThan(1e-4);
    expect(loss.number).toBeCloseTo(expected.loss, 4);
  });

  it("has PyTorch's gradients", async () => {
    const expected = expectedOf(name);
    const model = await loadModel(join(folder, name));
    const { graph, batch } = reading(model, expected);
    const parameters = [...graph.parameters];
    const slopes = gradients(
      graph.loss.mean,
      parameters.map(([, tensor]) => tensor),
    );
    const outputs = Object.fromEntries(parameters.map(([key], at) => [`slope of ${key}`, slopes[at]!]));
    const arrays = batch as unknown as Record<string, Float32Array>;
    const feeds = Object.fromEntries(Object.keys(graph.inputs).map((key) => [key, arrays[key]!]));
    const results = await evaluate(outputs, feeds, model.weights, session);
    expect(new Set(parameters.map(([key]) => key))).toEqual(new Set(Object.keys(expected.gradients)));
    for (const [key, { norm, every, values }] of Object.entries(expected.gradients)) {
      const own = results[`slope of ${key}`]!.data as Float32Array;
      const tolerance = 1e-4 * Math.max(1, norm);
      expect(Math.abs(Math.hypot(...own) - norm), key).toBeLessThan(tolerance);
      const sampled = values.map((_, at) => own[at * every]!);
      expect(worstDifference(sampled, values), key).toBeLessThan(tolerance);
    }
  });

  it("writes, with its cache, what PyTorch finds likeliest", async () => {
    const expected = expectedOf(name);
    const model = await loadModel(join(folder, name));
    const logits = expected.logits;
    if (isT5(model)) {
      const lm = await Seq2SeqModel.open(model, { session });
      // Forced along the reference's target, the model must report the reference's log-probabilities.
      const target = expected.decoderTokens!.slice(1);
      const [answer] = await lm.generate([
        {
          source: expected.tokens,
          maxTokens: target.length,
          stopTokens: [],
          logProbabilities: true,
          constraint: along(target),
        },
      ]);
      const scores = answer!.scores!.map(({ logProbability }) => logProbability!);
      expect(worstDifference(scores, logProbabilities(logits, target))).toBeLessThan(1e-4);
      await lm.release();
      return;
    }
    if (!isDecoder(model)) throw new TypeError("neither");
    const { tokens } = expected;
    // The reference read one token less than all: the planned context of rotary scalings must be the same.
    const lm = await LanguageModel.open(model, { session, context: tokens.length - 1 });
    const [scores] = await lm.score([{ tokens }]);
    expect(worstDifference(scores!, logProbabilities(logits, tokens.slice(1)))).toBeLessThan(1e-4);
    const half = 12;
    const [answer] = await lm.generate([
      {
        tokens: tokens.slice(0, half),
        maxTokens: tokens.length - half,
        stopTokens: [],
        logProbabilities: true,
        constraint: along(tokens.slice(half)),
      },
    ]);
    const stepwise = answer!.scores!.map(({ logProbability }) => logProbability!);
    expect(worstDifference(stepwise, logProbabilities(logits, tokens.slice(1)).slice(half - 1))).toBeLessThan(
      1e-4,
    );
    await lm.release();
  });
});

/** Allows exactly these tokens, one after another. */
function along(
  tokens: readonly number[],
  at = 0,
): { mask(): Uint32Array; advance(): ReturnType<typeof along> } {
  const mask = new Uint32Array(2);
  mask[tokens[at]! >> 5] = 1 << (tokens[at]! & 31);
  return { mask: () => mask, advance: () => along(tokens, Math.min(at + 1, tokens.length - 1)) };
}

function logProbabilities(logits: readonly number[][], targets: readonly number[]): number[] {
  return targets.map((target, at) => {
    const row = logits[at]!;
    return row[target]! - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  });
}
