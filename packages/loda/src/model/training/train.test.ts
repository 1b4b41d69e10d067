import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { print } from "../../language/print.ts";
import { validate } from "../../language/validate.ts";
import { LodaModel } from "../model.ts";
import { longestRequest } from "../tokenizer.ts";
import { lodaTokens } from "../vocabulary.ts";
import type { LodaRecipe } from "./recipe.ts";
import { trainLodaModel } from "./train.ts";

let folder: string;
let datasetFile: string;

const recipe: LodaRecipe = {
  name: "test",
  size: "tiny",
  seed: 3,
  vocabularySize: lodaTokens.length + 300,
  maxTokens: 24,
  buckets: [
    { rows: 4, sourceLength: 24, length: 25 },
    { rows: 4, sourceLength: longestRequest, length: 25 },
  ],
  chunkPairs: 8,
  chunks: 2,
  peakLearningRate: 2e-3,
  warmupSteps: 2,
  decayShare: 0.3,
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "weightsmith-loda-model-"));
  datasetFile = path.join(folder, "dataset.jsonl");
  const lines = [2, 3, 4, 5, 6, 7].flatMap((k) =>
    (["train", "validation", "test"] as const).map((split) => ({
      id: `A00000${k}`,
      split,
      description: `Multiples of ${k}`,
      variant: false,
      offset: 0,
      code: `mul $0 ${k}`,
      terms: Array.from({ length: 12 }, (_, n) => String(n * k)),
    })),
  );
  writeFileSync(datasetFile, lines.map((line) => JSON.stringify(line)).join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const train = (name: string, chunks: number, from = name) =>
  trainLodaModel(
    { ...recipe, chunks },
    { workFolder: at(from), outFolder: at(`${name}-out`), datasetFile, threads: 1 },
  );
const weights = (name: string) => readFileSync(path.join(at(`${name}-out`), "model.safetensors"));

test("stopped after a chunk and called again, a training ends with the same weights; the model writes valid programs", async () => {
  const validation = await train("whole", 2);
  expect(validation.loss).toBeGreaterThan(0);
  expect(Number.isFinite(validation.loss)).toBe(true);

  const stop = new AbortController();
  const interrupted = trainLodaModel(recipe, {
    workFolder: at("resumed"),
    outFolder: at("resumed-out"),
    datasetFile,
    threads: 1,
    signal: stop.signal,
    onProgress: ({ chunks }) => chunks > 1 && stop.abort(new Error("enough")),
  });
  await expect(interrupted).rejects.toThrow("enough");
  await train("resumed", 2);
  expect(weights("resumed").equals(weights("whole"))).toBe(true);

  const model = await LodaModel.open(at("whole-out"));
  for (const request of [{ description: "Multiples of 5" }, { terms: [0, 5, 10, 15, 20], offset: 0 }]) {
    const candidates = await model.candidates(request, { count: 4, calls: false });
    expect(candidates.length).toBeGreaterThan(0);
    expect(new Set(candidates.map(({ program }) => print(program))).size).toBe(candidates.length);
    for (const { program } of candidates)
      expect(validate(program).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(await model.candidates(request, { count: 4, calls: false })).toEqual(candidates);
  }
  await model.release();
});

test("programs of the test part are not learnt", async () => {
  const only = at("only-test.jsonl");
  const lines = readFileSync(datasetFile, "utf8").split("\n");
  writeFileSync(only, lines.filter((line) => line.includes('"test"')).join("\n"));
  await expect(
    trainLodaModel(recipe, {
      workFolder: at("none"),
      outFolder: at("none-out"),
      datasetFile: only,
      threads: 1,
    }),
  ).rejects.toThrow("no example");
});
