import { describe, expect, it } from "vitest";
import { constant, input, scalar } from "../operations/leaves.ts";
import { interpret } from "../reference/index.ts";
import { type AdamW, adamw, clipFactor, globalNorm } from "./adamw.ts";
import { learningRateAt, type Schedule } from "./schedule.ts";

const rate = (step: number, schedule: Schedule) =>
  interpret([learningRateAt(input("step", "float32", []), schedule)], { step: [step] })[0]!.data[0]!;

describe("learningRateAt", () => {
  it("warms up in a line, then stays", () => {
    const schedule = { peak: 2, warmupSteps: 4 };
    expect([1, 2, 4, 9].map((step) => rate(step, schedule))).toEqual([0.5, 1, 2, 2]);
  });

  it("decays by half a cosine to the floor and stays there", () => {
    const schedule: Schedule = { peak: 1, warmupSteps: 10, decay: "cosine", totalSteps: 110, floor: 0.1 };
    expect(rate(10, schedule)).toBeCloseTo(1);
    expect(rate(35, schedule)).toBeCloseTo(0.1 + 0.9 * 0.5 * (1 + Math.SQRT1_2));
    expect(rate(60, schedule)).toBeCloseTo(0.55);
    expect(rate(110, schedule)).toBeCloseTo(0.1);
    expect(rate(500, schedule)).toBeCloseTo(0.1);
  });

  it("holds, then decays in a line", () => {
    const schedule: Schedule = { peak: 1, holdSteps: 10, decay: "linear", totalSteps: 20 };
    expect(rate(10, schedule)).toBe(1);
    expect(rate(15, schedule)).toBeCloseTo(0.5);
    expect(rate(20, schedule)).toBe(0);
  });

  it("refuses a decay without an end", () => {
    expect(() => rate(1, { peak: 1, decay: "cosine" })).toThrow(RangeError);
    expect(() => rate(1, { peak: 1, warmupSteps: 5, decay: "linear", totalSteps: 5 })).toThrow(RangeError);
  });
});

describe("clipping", () => {
  it("takes the norm over all tensors and scales down only what exceeds the limit", () => {
    const norm = globalNorm([constant([3, 0]), constant([0, 4], [2, 1])]);
    const [n, down, same] = interpret([norm, clipFactor(norm, 1), clipFactor(norm, 10)]);
    expect(n!.data[0]).toBe(5);
    expect(down!.data[0]).toBeCloseTo(0.2, 10);
    expect(same!.data[0]).toBe(1);
  });
});

/** AdamW as its paper writes it, one number at a time. */
function plainAdamW(gradients: readonly number[], learningRate: number, options: Required<AdamW>): number {
  let [value, m, v] = [1, 0, 0];
  for (const [k, g] of gradients.entries()) {
    m = options.beta1 * m + (1 - options.beta1) * g;
    v = options.beta2 * v + (1 - options.beta2) * g * g;
    const [mean, square] = [m / (1 - options.beta1 ** (k + 1)), v / (1 - options.beta2 ** (k + 1))];
    value -= learningRate * (mean / (Math.sqrt(square) + options.epsilon) + options.weightDecay * value);
  }
  return value;
}

describe("adamw", () => {
  const options = { beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 };

  function steps(gradients: readonly number[], decays: boolean): number {
    let state = { value: scalar(1), first: scalar(0), second: scalar(0) };
    for (const [k, g] of gradients.entries()) {
      const shared = { learningRate: scalar(0.05), step: scalar(k + 1), gradientScale: scalar(0.5) };
      state = adamw(state, scalar(2 * g), shared, options, decays);
    }
    return interpret([state.value])[0]!.data[0]!;
  }

  it("takes the steps of the published algorithm", () => {
    const gradients = [0.3, -0.1, 0.25, 0.4];
    expect(steps(gradients, true)).toBeCloseTo(plainAdamW(gradients, 0.05, options), 12);
  });

  it("decays only what it is told to", () => {
    const gradients = [0.3, -0.1];
    const without = plainAdamW(gradients, 0.05, { ...options, weightDecay: 0 });
    expect(steps(gradients, false)).toBeCloseTo(without, 12);
    expect(steps(gradients, true)).toBeLessThan(without);
  });
});
