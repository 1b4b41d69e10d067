import { describe, expect, it } from "vitest";
import { Random } from "../model/random.ts";
import {
  applyMask,
  applyRepetitionPenalty,
  argMax,
  checkSampling,
  likeliest,
  logSumExp,
  sampleToken,
} from "./sampling.ts";

const logits = Float32Array.from([Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)]);

/** How often each token is drawn. */
function frequencies(options: Parameters<typeof sampleToken>[1], draws = 20_000): number[] {
  const random = new Random(5);
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const token = sampleToken(logits, options, random);
    counts[token] = (counts[token] ?? 0) + 1 / draws;
  }
  return counts;
}

function expectClose(actual: number[], expected: number[]): void {
  for (const [token, value] of expected.entries())
    expect(Math.abs((actual[token] ?? 0) - value)).toBeLessThan(0.012);
}

describe("sampling", () => {
  it("is greedy at temperature 0, the lowest id among equals", () => {
    expect(sampleToken(Float32Array.from([1, 3, 3]), {}, new Random(1))).toBe(1);
    expect(argMax(Float32Array.from([-Infinity, -Infinity, -4]))).toBe(2);
  });

  it("follows the distribution at temperature 1 and sharpens it below", () => {
    expectClose(frequencies({ temperature: 1 }), [0.5, 0.3, 0.15, 0.05]);
    const squares = [0.25, 0.09, 0.0225, 0.0025].map((value) => value / 0.365);
    expectClose(frequencies({ temperature: 0.5 }), squares);
  });

  it("keeps the k likeliest, the likeliest of total p, or those at least min-p as likely as the first", () => {
    expectClose(frequencies({ temperature: 1, topK: 2 }), [0.625, 0.375, 0, 0]);
    expectClose(frequencies({ temperature: 1, topP: 0.75 }), [0.625, 0.375, 0, 0]);
    expectClose(frequencies({ temperature: 1, topP: 0.5 }), [1, 0, 0, 0]);
    expectClose(frequencies({ temperature: 1, minP: 0.25 }), [0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0]);
  });

  it("draws the same tokens from the same seed", () => {
    const draw = () => {
      const random = new Random(11);
      return Array.from({ length: 20 }, () => sampleToken(logits, { temperature: 1 }, random));
    };
    expect(draw()).toEqual(draw());
  });

  it("orders a large vocabulary as sorting it would", () => {
    const random = new Random(2);
    const large = Float32Array.from({ length: 4000 }, () => Math.round(random.normal() * 50));
    const sorted = [...large.keys()].sort((a, b) => (large[b] as number) - (large[a] as number) || a - b);
    expect(likeliest(large, 20)).toEqual(sorted.slice(0, 20));
    expect(likeliest(large, 2000)).toEqual(sorted.slice(0, 2000));
  });

  it("never draws a masked token", () => {
    const values = new Float32Array(70).fill(1);
    const mask = new Uint32Array(3);
    mask[1] = 1 << 3;
    mask[2] = 1 << 5;
    applyMask(values, mask);
    expect([...values.keys()].filter((token) => values[token] !== -Infinity)).toEqual([35, 69]);
  });

  it("penalises a token once, toward less likely whatever its sign", () => {
    const values = Float32Array.from([2, -2, 1]);
    applyRepetitionPenalty(values, [0, 1, 0], 2);
    expect([...values]).toEqual([1, -4, 1]);
  });

  it("sums probabilities without overflow", () => {
    expect(logSumExp(Float32Array.from([1000, 1000]))).toBeCloseTo(1000 + Math.LN2, 4);
    expect(logSumExp(logits)).toBeCloseTo(0, 6);
  });

  it.each([{ temperature: -1 }, { topK: 0 }, { topP: 0 }, { minP: 2 }, { repetitionPenalty: 0 }])(
    "refuses an option out of range: %o",
    (options) => {
      expect(() => checkSampling(options)).toThrow(new RegExp(Object.keys(options)[0] as string));
    },
  );
});
