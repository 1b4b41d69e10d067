import { describe, expect, it } from "vitest";
import { ShapeError } from "../errors.ts";
import { gelu, silu, swiglu } from "../fused/activations.ts";
import { attention, rotary } from "../fused/attention.ts";
import { layerNorm, rmsNorm } from "../fused/normalization.ts";
import { crossEntropy, logSoftmax, softmax } from "../fused/softmax.ts";
import { gradients } from "../gradients.ts";
import { multiply } from "../operations/elementwise.ts";
import { constant, input, range } from "../operations/leaves.ts";
import { concat, reshape, slice, sum } from "../operations/structure.ts";
import { finiteDifferences, interpret, unevenSum } from "../reference/index.ts";
import type { Tensor } from "../tensor.ts";
import { nodesOf } from "../tensor.ts";
import { causalAttention } from "./causal-attention.ts";
import { dropout } from "./dropout.ts";
import { groupedAttention, mergeHeads, splitHeads } from "./heads.ts";
import { causalBias, masked, rotaryAngles, rotaryFrequencies } from "./positions.ts";
import { mean, weightedCrossEntropy } from "./statistics.ts";

const wave = (count: number, phase = 0) => Array.from({ length: count }, (_, k) => Math.sin(1.3 * k + phase));
const values = (tensor: Tensor, feeds: Parameters<typeof interpret>[1] = {}) => [
  ...interpret([tensor], feeds)[0]!.data,
];

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-7): void {
  expect(actual.length).toBe(expected.length);
  for (let k = 0; k < actual.length; k++) {
    expect(Math.abs(actual[k]! - expected[k]!)).toBeLessThan(tolerance * (1 + Math.abs(expected[k]!)));
  }
}

/** The gradient by the fed input `x` equals finite differences. */
function expectGradient(y: Tensor, x: Tensor, feeds: Record<string, number[]>): void {
  const loss = unevenSum(
    y,
    y.shape.reduce<number>((a, b) => a * Number(b), 1),
  );
  expectClose(values(gradients(loss, [x])[0]!, feeds), finiteDifferences(loss, feeds, "x"));
}

describe("mean", () => {
  it("divides by the number of elements, also of a symbolic axis", () => {
    const fixed = input("x", "float32", [2, 3]);
    expect(values(mean(fixed, { axes: 1 }), { x: [1, 2, 6, 4, 5, 0] })).toEqual([3, 3]);
    const open = input("x", "float32", ["n"]);
    expect(values(mean(open), { x: { shape: [4], data: [1, 2, 3, 6] } })).toEqual([3]);
    expectGradient(mean(fixed, { axes: 0 }), fixed, { x: wave(6) });
  });
});

describe("weightedCrossEntropy", () => {
  const logits = input("x", "float32", [3, 2]);
  const targets = constant([0, 1, 1], [3], "int64");
  const feeds = { x: [0, 0, 0, Math.log(3), 9, -9] };

  it("averages surprise by weight and leaves out rows of weight 0", () => {
    const { total, weight, mean: average } = weightedCrossEntropy(logits, targets, constant([1, 3, 0]));
    const expected = Math.LN2 - 3 * Math.log(0.75);
    expectClose(values(total, feeds), [expected]);
    expect(values(weight, feeds)).toEqual([4]);
    expectClose(values(average, feeds), [expected / 4]);
    expectGradient(average, logits, { x: wave(6) });
  });

  it("is 0 with a gradient of 0 where nothing has weight", () => {
    const { mean: average } = weightedCrossEntropy(logits, targets, constant([0, 0, 0]));
    expect(values(average, feeds)).toEqual([0]);
    expectClose(values(gradients(average, [logits])[0]!, feeds), [0, 0, 0, 0, 0, 0]);
  });
});

describe("groupedAttention", () => {
  it("equals attention of each query head with its group's keys", () => {
    const [heads, groups, length, width] = [4, 2, 3, 2];
    const q = input("x", "float32", [1, heads, length, width]);
    const k = constant(wave(groups * length * width, 1), [1, groups, length, width]);
    const v = constant(wave(groups * length * width, 2), [1, groups, length, width]);
    const bias = causalBias(length, length);
    const grouped = groupedAttention(q, k, v, bias);
    const feeds = { x: wave(heads * length * width) };
    const separate = Array.from({ length: heads }, (_, head) => {
      const group = Math.floor(head / (heads / groups));
      const part = (x: Tensor, at: number) => reshape(slice(x, 1, at, at + 1), [1, length, width]);
      return values(attention(part(q, head), part(k, group), part(v, group), bias), feeds);
    });
    expectClose(values(grouped, feeds), separate.flat());
    expectGradient(grouped, q, feeds);
  });

  it("splits and merges heads back to where they were", () => {
    const x = input("x", "float32", [2, 3, 8]);
    expect(values(mergeHeads(splitHeads(x, 4)), { x: wave(48) })).toEqual(wave(48));
    expect(splitHeads(x, 4).shape).toEqual([2, 4, 3, 2]);
  });
});

describe("causalAttention", () => {
  const [heads, groups, length, past, width] = [4, 2, 5, 2, 2];
  const keys = length + past;
  const make = (count: number, phase: number, shape: number[]) => constant(wave(count, phase), shape);
  const k = make(groups * keys * width, 1, [1, groups, keys, width]);
  const v = make(groups * keys * width, 2, [1, groups, keys, width]);
  const bias = causalBias(length, keys, past);

  it("equals attention under a causal bias, whatever the blocks, with keys from before", () => {
    const q = input("x", "float32", [1, heads, length, width]);
    const feeds = { x: wave(heads * length * width) };
    const whole = values(groupedAttention(q, k, v, bias), feeds);
    for (const block of [1, 2, 3, 64])
      expectClose(values(causalAttention(q, k, v, bias, { block }), feeds), whole);
    expectGradient(causalAttention(q, k, v, bias, { block: 2 }), q, feeds);
  });

  it("passes gradients to keys and values, though each block sees another part of them", () => {
    const q = make(heads * length * width, 3, [1, heads, length, width]);
    const x = input("x", "float32", [1, groups, keys, width]);
    const feeds = { x: wave(groups * keys * width) };
    expectGradient(causalAttention(q, x, v, bias, { block: 2 }), x, feeds);
    expectGradient(causalAttention(q, k, x, bias, { block: 2 }), x, feeds);
  });

  it("cuts long texts into three to eight blocks, and short ones not at all", () => {
    const blocks = (count: number) => {
      const x = input("x", "float32", [1, 1, count, 2]);
      const nodes = nodesOf(causalAttention(x, x, x, causalBias(count, count)));
      return nodes.filter((node) => node.rule.primitive === "attention").length;
    };
    expect([64, 191, 192, 256, 512, 1000].map(blocks)).toEqual([1, 1, 3, 4, 8, 8]);
  });

  it("refuses symbolic lengths and fewer keys than queries", () => {
    const q = input("x", "float32", [1, heads, keys + 1, width]);
    expect(() => causalAttention(q, k, v, bias)).toThrow(ShapeError);
    const open = input("y", "float32", [1, heads, "length", width]);
    expect(() => causalAttention(open, k, v, bias)).toThrow(/known lengths/);
  });
});

describe("gradients of parts", () => {
  it("are joined where the parts are neighbours, and added where they overlap", () => {
    const x = input("x", "float32", [2, 6]);
    const feeds = { x: wave(12) };
    const parts = [slice(x, 1, 0, 2), slice(x, 1, 2, 3), slice(x, 1, 3, 6)];
    const squares = concat(
      parts.map((part, index) => multiply(multiply(part, part), index + 1)),
      1,
    );
    const operations = (y: Tensor) =>
      nodesOf(...gradients(sum(y), [x])).map((node) => node.rule.primitive as string);
    expect(operations(squares)).not.toContain("pad");
    expectGradient(squares, x, feeds);
    const overlapping = multiply(slice(x, 1, 0, 4), slice(x, 1, 2, 6));
    expect(operations(overlapping)).toContain("pad");
    expectGradient(overlapping, x, feeds);
  });
});

describe("positions", () => {
  it("causalBias hides the future, with and without a cache, in numbers and in symbols", () => {
    expect(values(causalBias(2, 2))).toEqual([0, masked, 0, 0]);
    expect(values(causalBias(2, 4, 2))).toEqual([0, 0, 0, masked, 0, 0, 0, 0]);
    const past = input("past", "float32", ["past"]);
    const now = input("now", "float32", ["new"]);
    const feeds = { past: { shape: [2], data: [0, 0] }, now: { shape: [2], data: [0, 0] } };
    const bias = causalBias("new", "new+past", "past");
    const [open] = interpret([bias, past, now], feeds);
    expect([...open!.data]).toEqual([0, 0, 0, masked, 0, 0, 0, 0]);
  });

  it("rotaryFrequencies fall geometrically and rotaryAngles multiply by the position", () => {
    expectClose(rotaryFrequencies(4, 100), [1, 0.1]);
    const { cos, sin } = rotaryAngles(range(2), constant([1, 0.5]));
    expectClose(values(cos), [1, 1, Math.cos(1), Math.cos(0.5)]);
    expectClose(values(sin), [0, 0, Math.sin(1), Math.sin(0.5)]);
  });

  it("rotated queries and keys depend on their distance alone", () => {
    const q = constant([0.3, -0.2, 0.7, 0.1], [1, 4]);
    const k = constant([-0.4, 0.9, 0.2, 0.5], [1, 4]);
    const dot = (at: number, to: number) => {
      const turned = (x: Tensor, position: number) => {
        const { cos, sin } = rotaryAngles(constant([position], [1], "int64"), constant(rotaryFrequencies(4)));
        return rotary(x, cos, sin);
      };
      return values(sum(multiply(turned(q, at), turned(k, to))))[0]!;
    };
    expect(dot(7, 4)).toBeCloseTo(dot(13, 10), 9);
    expect(dot(7, 4)).not.toBeCloseTo(dot(7, 5), 3);
  });
});

describe("dropout", () => {
  const x = input("x", "float32", [4]);
  const noise = constant([0.1, 0.4, 0.6, 0.9]);

  it("drops what has low noise, scales the rest, and passes gradients likewise", () => {
    expect(values(dropout(x, noise, 0.5), { x: [1, 2, 3, 4] })).toEqual([0, 0, 6, 8]);
    expectGradient(dropout(x, noise, 0.5), x, { x: wave(4) });
    expect(dropout(x, noise, 0)).toBe(x);
    expect(() => dropout(x, noise, 1)).toThrow(RangeError);
  });
});

describe("gradients of gradients", () => {
  const x = input("x", "float32", [2, 3]);
  const feeds = { x: wave(6, 0.4) };
  const functions: Record<string, () => Tensor> = {
    softmax: () => softmax(x),
    logSoftmax: () => logSoftmax(x),
    silu: () => silu(x),
    swiglu: () => swiglu(x, multiply(x, x)),
    gelu: () => gelu(x),
    "gelu by tanh": () => gelu(x, "tanh"),
    rmsNorm: () => rmsNorm(x, constant([1, 0.5, 2])),
    layerNorm: () => layerNorm(x, constant([1, 0.5, 2]), constant([0, 1, 2])),
    crossEntropy: () => crossEntropy(x, constant([2, 0], [2], "int64")),
    attention: () => attention(x, multiply(x, 0.7), multiply(x, x), causalBias(2, 2)),
    rotary: () => rotary(reshape(x, [3, 2]), constant([0.6, 1, 0], [3, 1]), constant([0.8, 0, 1], [3, 1])),
  };
  for (const [name, build] of Object.entries(functions)) {
    it(`${name}: the closed form differentiates like any other graph`, () => {
      const y = build();
      const count = y.shape.reduce<number>((a, b) => a * Number(b), 1);
      const curved = multiply(y, y);
      const [slope] = gradients(unevenSum(curved, count), [x]);
      expectGradient(slope!, x, feeds);
    });
  }
});
