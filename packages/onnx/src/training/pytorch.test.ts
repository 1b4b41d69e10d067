import {
  add,
  gradients,
  input,
  matmul,
  mean,
  multiply,
  nameOf,
  parameter,
  subtract,
  type Tensor,
} from "@weightsmith/autodiff";
import {
  decoder,
  pytorchFixture,
  pytorchGraphs,
  pytorchInputs,
  sizeOf,
  unevenSum,
} from "@weightsmith/autodiff/reference";
import { describe, expect, it } from "vitest";
import { evaluate } from "../session.ts";
import { Trainer } from "./trainer.ts";

const fixture = pytorchFixture();

function expectClose(
  actual: ArrayLike<number | bigint>,
  expected: readonly number[],
  tolerance = 1e-5,
): void {
  expect(actual.length).toBe(expected.length);
  for (const [k, want] of expected.entries()) {
    expect(Math.abs(Number(actual[k]) - want)).toBeLessThan(tolerance * (1 + Math.abs(want)));
  }
}

describe("models compute what PyTorch computes", () => {
  for (const [name, each] of Object.entries(fixture.cases)) {
    it(name, async () => {
      const inputs = pytorchInputs(each);
      const wrt = Object.keys(each.gradients);
      const result = pytorchGraphs[name]!(inputs);
      const slopes = gradients(
        unevenSum(result, sizeOf(each.result.shape)),
        wrt.map((input) => inputs[input]!),
      );
      const tensors: Record<string, Tensor> = { result };
      for (const [k, name] of wrt.entries()) tensors[`d/${name}`] = slopes[k]!;
      // All inputs are asked for as well, so that each is an input of the model even where its gradient is zero.
      for (const [name, tensor] of Object.entries(inputs)) tensors[`is/${name}`] = tensor;
      const feeds = Object.fromEntries(Object.entries(each.inputs).map(([key, { data }]) => [key, data]));
      const values = await evaluate(tensors, feeds);
      expectClose(values.result!.data, each.result.data);
      for (const input of wrt) expectClose(values[`d/${input}`]!.data, each.gradients[input]!);
    });
  }

  it("a decoder of two layers: its loss, and the gradient by every parameter", async () => {
    const { size, tokens, targets, weights, loss: expected, parameters: wanted } = fixture.decoder;
    const { loss, parameters } = decoder(size);
    const slopes = gradients(loss.mean, parameters);
    const tensors: Record<string, Tensor> = { loss: loss.mean };
    for (const [k, parameter] of parameters.entries()) tensors[`d/${nameOf(parameter)}`] = slopes[k]!;
    const values = Object.fromEntries(Object.entries(wanted).map(([name, { data }]) => [name, data]));
    const results = await evaluate(tensors, { ...values, tokens, targets, weights });
    expectClose(results.loss!.data, [expected]);
    for (const [name, { gradient }] of Object.entries(wanted))
      expectClose(results[`d/${name}`]!.data, gradient);
  });

  it("four steps of AdamW under clipping", async () => {
    const { first, x, y, losses, norms, last } = fixture.adamw;
    const [w, b] = [parameter("w", first.w.shape), parameter("b", first.b.shape)];
    const error = subtract(add(matmul(input("x", "float32", [4, 3]), w), b), input("y", "float32", [4, 2]));
    const trainer = await Trainer.open(
      {
        loss: mean(multiply(error, error)),
        trainable: [w, b],
        schedule: { peak: 0.05 },
        optimizer: { beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 },
        clipNorm: 0.5,
      },
      new Map(Object.entries(first).map(([name, { data }]) => [name, Float32Array.from(data)])),
    );
    try {
      const part = (all: readonly number[], step: number) =>
        all.slice((step * all.length) / 4, ((step + 1) * all.length) / 4);
      const batches = [0, 1, 2, 3].map((step) => ({ x: part(x.data, step), y: part(y.data, step) }));
      const progress = await trainer.run(batches);
      expectClose(progress.loss, losses);
      expectClose(progress.gradientNorm, norms);
      const { parameters } = await trainer.state();
      expectClose(parameters.get("w")!.value, last.w);
      expectClose(parameters.get("b")!.value, last.b);
    } finally {
      await trainer.release();
    }
  });
});
