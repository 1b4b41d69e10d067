import type { Progress } from "@weightsmith/contract";
import { expect, test, vi } from "vitest";
import { progressReporter } from "./progress.ts";

const at = (phase: string, done: number): Progress => ({ phase, done, total: 10, metrics: {} });

function reporter(onError: (error: unknown) => void = () => {}) {
  const written: string[] = [];
  const write = async ({ phase, done }: Progress) => {
    if (done < 0) throw new Error("store is away");
    written.push(`${phase} ${done}`);
  };
  return { written, ...progressReporter(write, { intervalMs: 100, onError }) };
}

test("of many reports in a phase the first, one each interval and the last are written, in order", async () => {
  vi.useFakeTimers();
  const { written, report, flush } = reporter();
  for (let step = 1; step <= 5; step++) report(at("train", step));
  await vi.advanceTimersByTimeAsync(100);
  for (let step = 6; step <= 9; step++) report(at("train", step));
  await flush();
  expect(written).toEqual(["train 1", "train 5", "train 9"]);
  vi.useRealTimers();
});

test("the last report of a phase is written before the first of the next", async () => {
  const { written, report, flush } = reporter();
  report(at("train", 1));
  report(at("train", 10));
  report(at("evaluate", 1));
  await flush();
  expect(written).toEqual(["train 1", "train 10", "evaluate 1"]);
});

test("a report that cannot be written is told and does not stop the next", async () => {
  const errors: unknown[] = [];
  const { written, report, flush } = reporter((error) => errors.push(error));
  report(at("train", -1));
  report(at("evaluate", 1));
  await flush();
  expect([written, errors.length]).toEqual([["evaluate 1"], 1]);
});
