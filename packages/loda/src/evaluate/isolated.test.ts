import { describe, expect, test } from "vitest";
import { evaluateIsolated } from "./isolated.ts";
import { defaultLimits, type Limits } from "./limits.ts";

const limits: Limits = { ...defaultLimits, milliseconds: 20_000 };
/** Counts down from 2^60: no step limit ends this soon. */
const endless = "mov $1,2\npow $1,60\nlpb $1\nsub $1,1\nmul $2,$1\nlpe";

describe("evaluateIsolated", () => {
  test("answers the terms with their steps", async () => {
    const seen: number[] = [];
    const result = await evaluateIsolated({
      source: "#offset 1\npow $0,30",
      terms: 4,
      limits,
      onTerm: ({ index }) => seen.push(index),
    });
    expect(result.error).toBeUndefined();
    expect(result.terms).toEqual([
      { index: 1, value: 1, steps: 1 },
      { index: 2, value: 2 ** 30, steps: 1 },
      { index: 3, value: 205891132094649, steps: 1 },
      { index: 4, value: 2n ** 60n, steps: 1 },
    ]);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test("answers the terms before an error, and the error", async () => {
    const { terms, error } = await evaluateIsolated({ source: "#offset -1\nnrt $0,2", terms: 4, limits });
    expect(terms).toEqual([]);
    expect(error).toMatchObject({ code: "overflow", message: expect.stringContaining("(line 2)") });
  });

  test("ends a runaway program at the step limit", async () => {
    const { error } = await evaluateIsolated({
      source: endless,
      terms: 1,
      limits: { ...limits, steps: 10_000 },
    });
    expect(error?.code).toBe("steps");
  });

  test("ends a runaway program at the time limit", async () => {
    const { error } = await evaluateIsolated({
      source: endless,
      terms: 1,
      limits: { ...limits, steps: Number.MAX_SAFE_INTEGER, milliseconds: 30 },
    });
    expect(error?.code).toBe("time");
  });

  test("ends a runaway program when the caller gives up", async () => {
    const controller = new AbortController();
    const result = evaluateIsolated({
      source: endless,
      terms: 1,
      limits: { ...limits, steps: Number.MAX_SAFE_INTEGER, milliseconds: 1e9 },
      signal: controller.signal,
    });
    controller.abort(new Error("enough"));
    await expect(result).rejects.toThrow("enough");
  });

  test("refuses a malformed source", async () => {
    await expect(evaluateIsolated({ source: "mov $0", terms: 1, limits })).rejects.toThrow("two operands");
  });
});
