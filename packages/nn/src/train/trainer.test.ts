import { afterEach, describe, expect, it } from "vitest";
import { createAdapter } from "../adapter/adapter.ts";
import { FormatError } from "../format-error.ts";
import { llamaConfig } from "../model/config.ts";
import { parseConfig } from "../model/hugging-face/read-config.ts";
import { createModel, projectionNames } from "../model/parameters.ts";
import { Random } from "../model/random.ts";
import { type Batch, drawBatch, packRows, type Row } from "./batches.ts";
import { type StepReport, Trainer, type TrainerOptions } from "./trainer.ts";

const config = llamaConfig({
  vocabSize: 20,
  width: 32,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  ffnWidth: 48,
  maxPositions: 64,
});
const model = createModel(config, { seed: 1 });
const shape = { rows: 4, length: 24 };
const schedule = { peak: 1e-2, warmupSteps: 5 };

/** Rows count up by a fixed difference that their first two tokens give away; only what follows counts. */
function rowOf(random: Random): Row {
  const [start, difference, length] = [random.integer(20), 1 + random.integer(4), 6 + random.integer(6)];
  const tokens = Array.from({ length }, (_, index) => (start + index * difference) % 20);
  return { tokens, weights: tokens.map((_, index) => (index < 2 ? 0 : 1)) };
}

const batchOf = (seed: number) => (number: number) => {
  const random = new Random(seed, `batch ${number}`);
  return drawBatch(shape, () => rowOf(random));
};

const opened: Trainer[] = [];

async function open(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  const trainer = await Trainer.open({ model, batch: shape, schedule, ...options });
  opened.push(trainer);
  return trainer;
}

afterEach(async () => {
  for (const trainer of opened.splice(0)) await trainer.release();
});

async function weightsAfter(options: Partial<TrainerOptions>, until: number, stepsPerCall = 8) {
  const trainer = await open(options);
  await trainer.run({ until, batch: batchOf(3), stepsPerCall });
  return { weights: await trainer.weights(), checkpoint: await trainer.checkpoint() };
}

describe("Trainer", () => {
  it("learns a rule that holds for rows it has not seen", async () => {
    const reports: StepReport[] = [];
    const trainer = await open();
    await trainer.run({ until: 120, batch: batchOf(1), onProgress: (report) => void reports.push(report) });
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 15 }, (_, call) => 8 * (call + 1)));
    expect(reports[0]?.loss[0]).toBeGreaterThan(2.5);
    const unseen = [batchOf(99)(0), batchOf(99)(1)];
    const { loss, tokenAccuracy, rowAccuracy, rows } = await trainer.evaluate(unseen);
    expect(loss).toBeLessThan(0.35);
    expect(tokenAccuracy).toBeGreaterThan(0.9);
    expect(rowAccuracy).toBeGreaterThan(0.6);
    expect(rows).toBe(unseen.reduce((sum, batch) => sum + countRows(batch), 0));
  });

  it("resumed equals uninterrupted, bit for bit", async () => {
    const whole = await weightsAfter({}, 7, 3);
    const { checkpoint } = await weightsAfter({}, 4, 2);
    const resumed = await weightsAfter({ resume: checkpoint }, 7, 1);
    expect(resumed.checkpoint).toEqual(whole.checkpoint);
    expect(resumed.weights).toEqual(whole.weights);
  });

  it("packs without mixing: a packed row's loss is that of the row alone", async () => {
    const random = new Random(8);
    const rows = Array.from({ length: 6 }, () => rowOf(random));
    const trainer = await open();
    const packed = packRows(shape, rows);
    expect(packed).toHaveLength(1);
    const together = await trainer.evaluate(packed);
    let [total, weight] = [0, 0];
    for (const row of rows) {
      const { loss } = await trainer.evaluate(packRows(shape, [row]));
      total += loss * (row.tokens.length - 2);
      weight += row.tokens.length - 2;
    }
    expect(together.loss).toBeCloseTo(total / weight, 4);
  });

  it.each([
    ["LoRA", { lora: { rank: 4, alpha: 8, targets: ["q_proj", "v_proj", "down_proj"] as const } }],
    ["a KV prefix", { prefixLength: 4 }],
    ["a prompt", { promptLength: 4 }],
  ])("trains %s and leaves the base as it was", async (_, adapterShape) => {
    const adapter = createAdapter(config, adapterShape, { seed: 2 });
    const trainer = await open({ adapter });
    expect(new Set(trainer.trainable)).toEqual(new Set(adapter.weights.keys()));
    const probe = [batchOf(5)(0)];
    const before = (await trainer.evaluate(probe)).loss;
    await trainer.run({ until: 24, batch: () => probe[0] as Batch });
    expect((await trainer.evaluate(probe)).loss).toBeLessThan(before - 0.05);
    const after = await trainer.adapter();
    for (const [name, values] of after.weights) expect(values).not.toEqual(adapter.weights.get(name));
    expect(await trainer.weights()).toEqual(model.weights);
  });

  it.each([
    ["a LoRA", { lora: { rank: 2, alpha: 4, targets: projectionNames } }],
    ["a KV prefix", { prefixLength: 3 }],
  ])("learns the same for %s from the targets with a weight alone", async (_, adapterShape) => {
    const adapter = createAdapter(config, adapterShape, { seed: 2 });
    const probe = [batchOf(5)(0), batchOf(5)(1)];
    const learn = async (targets: "all" | "weighted") => {
      const trainer = await open({ adapter, targets });
      await trainer.run({ until: 6, batch: batchOf(4), stepsPerCall: 3 });
      return { after: await trainer.adapter(), seen: await trainer.evaluate(probe) };
    };
    const [all, weighted] = [await learn("all"), await learn("weighted")];
    for (const [name, values] of all.after.weights) {
      const got = weighted.after.weights.get(name)!;
      for (const [k, value] of values.entries()) expect(Math.abs(got[k]! - value)).toBeLessThan(2e-5);
    }
    expect(weighted.seen).toEqual({ ...all.seen, loss: expect.closeTo(all.seen.loss, 4) });
    expect(all.seen.rows).toBeGreaterThan(8);
  });

  it("a fresh LoRA changes nothing", async () => {
    const adapter = createAdapter(config, { lora: { rank: 2, alpha: 2, targets: ["o_proj"] } }, { seed: 2 });
    const plain = await open();
    const adapted = await open({ adapter });
    const probe = [batchOf(5)(0)];
    expect((await adapted.evaluate(probe)).loss).toBeCloseTo((await plain.evaluate(probe)).loss, 6);
  });

  it("trains the GPT-2 family too", async () => {
    const gpt2 = parseConfig({
      model_type: "gpt2",
      vocab_size: 20,
      n_embd: 32,
      n_layer: 2,
      n_head: 4,
      n_positions: 32,
    });
    if (gpt2.family === "t5") throw new Error("not a decoder");
    const trainer = await open({ model: createModel(gpt2, { seed: 1 }) });
    const probe = [batchOf(5)(0)];
    await trainer.run({ until: 40, batch: () => probe[0] as Batch });
    expect((await trainer.evaluate(probe)).loss).toBeLessThan(0.5);
  });

  it("stops at the signal, keeping the steps that are done", async () => {
    const controller = new AbortController();
    const trainer = await open();
    await trainer.run({
      until: 100,
      batch: batchOf(1),
      stepsPerCall: 2,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step >= 4) controller.abort();
      },
    });
    expect(trainer.step).toBe(4);
  });

  it("names what is wrong with a batch, a checkpoint or an empty choice of parameters", async () => {
    const trainer = await open();
    const other = packRows({ rows: 1, length: 24 }, [{ tokens: [1, 2] }]);
    await expect(trainer.run({ until: 1, batch: () => other[0] as Batch })).rejects.toThrow(
      /must have rows 4; got 1/,
    );
    await expect(open({ trains: () => false })).rejects.toThrow(/Nothing is trainable/);
    const checkpoint = await trainer.checkpoint();
    const adapter = createAdapter(config, { prefixLength: 1 }, { seed: 1 });
    await expect(open({ adapter, resume: checkpoint })).rejects.toThrow(FormatError);
    await expect(open({ resume: checkpoint.subarray(0, 999) })).rejects.toThrow(FormatError);
  });
});

function countRows({ segments, length }: Batch): number {
  return segments.filter(
    (segment, at) => segment !== 0 && (at % length === 0 || segments[at - 1] !== segment),
  ).length;
}
