import { describe, expect, it } from "vitest";
import { gradients } from "../gradients.ts";
import { nameOf } from "../operations/leaves.ts";
import { sizeOf } from "./array.ts";
import { decoder } from "./decoder.ts";
import { unevenSum } from "./finite-differences.ts";
import { interpret } from "./interpret.ts";
import { pytorchFixture, pytorchGraphs, pytorchInputs } from "./pytorch-cases.ts";

const fixture = pytorchFixture();

/** The fixture has twelve significant digits. */
function expectSame(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [k, want] of expected.entries()) {
    expect(Math.abs(actual[k]! - want)).toBeLessThan(1e-9 * (1 + Math.abs(want)));
  }
}

describe("values and gradients are PyTorch's", () => {
  it("has a graph for every case", () => {
    expect(Object.keys(pytorchGraphs).sort()).toEqual(Object.keys(fixture.cases).sort());
  });

  for (const [name, each] of Object.entries(fixture.cases)) {
    it(name, () => {
      const inputs = pytorchInputs(each);
      const result = pytorchGraphs[name]!(inputs);
      const wrt = Object.keys(each.gradients);
      expect(result.shape).toEqual(each.result.shape);
      const slopes = gradients(
        unevenSum(result, sizeOf(each.result.shape)),
        wrt.map((input) => inputs[input]!),
      );
      const [value, ...rest] = interpret([result, ...slopes], each.inputs);
      expectSame(value!.data, each.result.data);
      for (const [k, input] of wrt.entries()) expectSame(rest[k]!.data, each.gradients[input]!);
    });
  }

  it("a decoder of two layers: its loss, and the gradient by every parameter", () => {
    const { size, tokens, targets, weights, loss: expected, parameters: wanted } = fixture.decoder;
    const { loss, parameters } = decoder(size);
    expect(parameters.map(nameOf).sort()).toEqual(Object.keys(wanted).sort());
    const feeds = { ...wanted, tokens, targets, weights };
    const [value, ...slopes] = interpret([loss.mean, ...gradients(loss.mean, parameters)], feeds);
    expectSame(value!.data, [expected]);
    for (const [k, tensor] of parameters.entries()) {
      expectSame(slopes[k]!.data, wanted[nameOf(tensor)]!.gradient);
    }
  });
});
