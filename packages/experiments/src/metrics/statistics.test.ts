import { expect, test } from "vitest";
import { measureResources } from "./resources.ts";
import { bootstrap, latencySummary, pairedTest, quantile } from "./statistics.ts";

test("a bootstrap interval of a share is near the normal one", () => {
  const values = Array.from({ length: 400 }, (_, index) => Number(index % 4 === 0));
  const { mean, low, high } = bootstrap(values);
  expect(mean).toBe(0.25);
  // 1.96 · √(0.25 · 0.75 / 400) = 0.0424
  expect(low).toBeCloseTo(0.25 - 0.0424, 1);
  expect(high).toBeCloseTo(0.25 + 0.0424, 1);
});

test("the paired test tells a shift from noise", () => {
  const before = Array.from({ length: 200 }, (_, index) => Number(index % 2 === 0));
  const better = before.map((value, index) => (index % 5 === 0 ? 1 : value));
  const shuffled = before.map((_, index) => before[(index * 7 + 3) % 200]!);
  expect(pairedTest(before, better).pValue).toBeLessThan(0.001);
  expect(pairedTest(before, better).difference.low).toBeGreaterThan(0);
  expect(pairedTest(before, shuffled).pValue).toBeGreaterThan(0.05);
  expect(() => pairedTest([1], [])).toThrow(RangeError);
});

test("percentiles lie between order statistics", () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(latencySummary([10, 20, 30]).p50).toBe(20);
  expect(latencySummary([]).p99).toBe(0);
});

test("energy is measured where a counter can be read, across its overflow, and else not guessed", () => {
  const readings = [900_000, 100_000];
  const read = (file: string) => String(file.endsWith("max_energy_range_uj") ? 1_000_000 : readings.shift());
  expect(measureResources(read)()).toMatchObject({ energyJoules: 0.2, energySource: "rapl" });
  const absent = () => {
    throw new Error("ENOENT");
  };
  expect(measureResources(absent)()).toMatchObject({ energyJoules: null, energySource: "not measured" });
});
