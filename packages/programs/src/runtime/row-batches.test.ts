import type { Completion, GenerationRequest } from "@weightsmith/nn";
import { expect, test } from "vitest";
import { RowBatches } from "./row-batches.ts";

/** Answers each row with its own first token, and remembers which rows came together. */
function recordingModel() {
  const batches: number[][] = [];
  return {
    batches,
    async generate(requests: readonly GenerationRequest[]): Promise<Completion[]> {
      batches.push(requests.map(({ tokens }) => tokens[0]!));
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (requests.some(({ tokens }) => tokens[0] === 13)) throw new Error("unlucky");
      return requests.map(({ tokens }) => ({ tokens: [...tokens], finish: "stop" }));
    },
  };
}
const row = (token: number): GenerationRequest => ({ tokens: [token] });

test("rows that wait together are written together, in order, up to the limit", async () => {
  const model = recordingModel();
  const batches = new RowBatches(model, 3);
  const answers = await Promise.all([1, 2, 3, 4, 5].map((token) => batches.add(row(token))));
  expect(answers.map(({ tokens }) => tokens[0])).toEqual([1, 2, 3, 4, 5]);
  expect(model.batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  await batches.add(row(6));
  expect(model.batches.at(-1)).toEqual([6]);
});

test("a row that was given up before its turn is not written, and the others are", async () => {
  const model = recordingModel();
  const batches = new RowBatches(model, 1);
  const gone = new AbortController();
  const first = batches.add(row(1));
  const second = batches.add(row(2), gone.signal);
  const third = batches.add(row(3));
  gone.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  expect((await first).tokens).toEqual([1]);
  expect((await third).tokens).toEqual([3]);
  expect(model.batches).toEqual([[1], [3]]);
});

test("a batch that fails tells its rows and no others", async () => {
  const model = recordingModel();
  const batches = new RowBatches(model, 2);
  const results = await Promise.allSettled([13, 1, 2].map((token) => batches.add(row(token))));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});
