import {
  add,
  gather,
  input,
  matmul,
  nameOf,
  parameter,
  reshape,
  rmsNorm,
  silu,
  sum,
  type Tensor,
  weightedCrossEntropy,
} from "@weightsmith/autodiff";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Recipe } from "./recipe.ts";
import { type Batch, Trainer } from "./trainer.ts";

const vocabulary = 7;
const width = 8;

/** Predict the next token from the current one, through one hidden layer. */
function bigramModel(rows: number) {
  const tokens = input("tokens", "int64", [rows]);
  const targets = input("targets", "int64", [rows]);
  const weights = input("weights", "float32", [rows]);
  const embedding = parameter("embedding", [vocabulary, width]);
  const norm = parameter("norm", [width]);
  const up = parameter("up", [width, 2 * width]);
  const down = parameter("down", [2 * width, width]);
  const hidden = gather(embedding, tokens);
  const mixed = add(hidden, matmul(silu(matmul(rmsNorm(hidden, norm), up)), down));
  const logits = matmul(mixed, embedding, { transposeB: true });
  const loss = weightedCrossEntropy(logits, targets, weights);
  return { loss, parameters: [embedding, norm, up, down] };
}

function recipeOf(rows: number, extra: Partial<Recipe> = {}): Recipe {
  const { loss, parameters } = bigramModel(rows);
  return {
    loss: loss.total,
    lossWeight: loss.weight,
    trainable: parameters,
    schedule: { peak: 0.05, warmupSteps: 3, decay: "cosine", totalSteps: 60 },
    ...extra,
  };
}

/** A small generator of reproducible numbers on [0, 1). */
function seeded(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function firstWeights(parameters: readonly Tensor[], seed = 1) {
  const random = seeded(seed);
  return new Map(
    parameters.map((tensor) => {
      const count = (tensor.shape as number[]).reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: count }, () => random() - 0.5);
      return [nameOf(tensor), tensor.shape.length === 1 ? values.fill(1) : values];
    }),
  );
}

/** The next token is (3·token + 1) mod vocabulary; some rows weigh nothing. */
function batches(count: number, rows: number, seed = 2): Batch[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const tokens = Array.from({ length: rows }, () => Math.floor(random() * vocabulary));
    const targets = tokens.map((token) => (3 * token + 1) % vocabulary);
    return { tokens, targets, weights: tokens.map(() => (random() < 0.2 ? 0 : 1)) };
  });
}

/** A trainer that is released when its test ends. */
async function open(...args: Parameters<typeof Trainer.open>): Promise<Trainer> {
  const trainer = await Trainer.open(...args);
  onTestFinished(() => trainer.release());
  return trainer;
}

async function valuesOf(trainer: Trainer) {
  const { parameters } = await trainer.state();
  return new Map([...parameters].map(([name, { value }]) => [name, [...value]]));
}

describe("Trainer", () => {
  it("learns a bigram table to near certainty", async () => {
    const recipe = recipeOf(16);
    const trainer = await open(recipe, firstWeights(recipe.trainable));
    const { loss } = await trainer.run(batches(60, 16));
    expect(loss[0]).toBeGreaterThan(1.5);
    expect(loss[59]).toBeLessThan(0.1);
    expect(trainer.step).toBe(60);
  });

  it("takes the same steps one a call and many a call, bit for bit", async () => {
    const recipe = recipeOf(16);
    const data = batches(6, 16);
    const together = await open(recipe, firstWeights(recipe.trainable));
    await together.run(data);
    const single = await open(recipe, firstWeights(recipe.trainable));
    for (const batch of data) await single.run([batch]);
    expect(await valuesOf(single)).toEqual(await valuesOf(together));
  });

  it("resumes bit for bit: resumed equals uninterrupted", async () => {
    const recipe = recipeOf(16);
    const data = batches(8, 16);
    const whole = await open(recipe, firstWeights(recipe.trainable));
    await whole.run(data);
    const first = await open(recipe, firstWeights(recipe.trainable));
    await first.run(data.slice(0, 5));
    const resume = await first.state();
    const second = await open(recipe, new Map(), { resume });
    await second.run(data.slice(5));
    expect(second.step).toBe(8);
    expect(await second.state()).toEqual(await whole.state());
  });

  it("accumulated micro-batches take the step of one large batch", async () => {
    const large = recipeOf(16);
    const small = recipeOf(4, { accumulate: 4 });
    const [batch] = batches(1, 16);
    const parts = [0, 4, 8, 12].map((start) =>
      Object.fromEntries(
        Object.entries(batch!).map(([name, values]) => [name, (values as number[]).slice(start, start + 4)]),
      ),
    );
    const one = await open(large, firstWeights(large.trainable));
    const four = await open(small, firstWeights(small.trainable));
    const [a, b] = [await one.run([batch!]), await four.run(parts)];
    expect(b.loss[0]).toBeCloseTo(a.loss[0]!, 5);
    expect(b.gradientNorm[0]).toBeCloseTo(a.gradientNorm[0]!, 5);
    const values = await valuesOf(four);
    for (const [name, expected] of await valuesOf(one)) {
      for (const [k, value] of expected.entries()) expect(values.get(name)![k]).toBeCloseTo(value, 4);
    }
  });

  it("leaves frozen parameters alone and reports metrics", async () => {
    const { loss, parameters } = bigramModel(8);
    const weights = firstWeights(parameters);
    const recipe = recipeOf(8, {
      loss: loss.total,
      lossWeight: loss.weight,
      trainable: parameters.slice(2),
      metrics: { size: sum(reshape(parameters[1]!, [-1])) },
    });
    const trainer = await open(recipe, weights);
    const { metrics } = await trainer.run(batches(2, 8));
    expect([...metrics.size!]).toEqual([width, width]);
    expect(Object.keys(trainer.parameters())).toEqual(["up", "down"]);
  });

  it("names a frozen parameter without a value and batches that make no whole step", async () => {
    const { loss, parameters } = bigramModel(4);
    const recipe = recipeOf(4, {
      loss: loss.total,
      lossWeight: loss.weight,
      trainable: parameters.slice(3),
      accumulate: 2,
    });
    const weights = firstWeights(parameters);
    const missing = new Map([...weights].filter(([name]) => name !== "norm"));
    await expect(open(recipe, missing)).rejects.toThrow('frozen parameter "norm" has no value');
    const trainer = await open(recipe, weights);
    await expect(trainer.run(batches(3, 4))).rejects.toThrow("a multiple of 2 micro-batches");
  });
});
