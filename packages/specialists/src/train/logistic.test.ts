import { expect, test } from "vitest";
import { fitLogistic, type LogisticExamples, logisticLoss } from "./logistic.ts";

const examples: LogisticExamples = {
  features: Float32Array.from([0, 0, 1, 0, 0, 1, 1, 1, 2, 1, 1, 2]),
  labels: Uint8Array.from([0, 1, 0, 1, 1, 0]),
  counts: Float32Array.from([1, 2, 1, 1, 1, 3]),
  offsets: Float32Array.from([0, 0.5, 0, 0, 1, 0]),
};
const ridge = 0.01;

test("the minimum is where the loss is flat", () => {
  const found = fitLogistic(examples, ridge, 2);
  const lossAt = (weight: number[], bias: number) =>
    logisticLoss(examples, { weight: Float32Array.from(weight), bias, loss: 0 }) +
    (ridge / 2) * weight.reduce((sum, value) => sum + value * value, 0);
  const [first, second] = found.weight as unknown as [number, number];
  expect(found.loss).toBeCloseTo(lossAt([first, second], found.bias), 6);
  for (const step of [-0.05, 0.05]) {
    expect(lossAt([first + step, second], found.bias)).toBeGreaterThan(found.loss);
    expect(lossAt([first, second + step], found.bias)).toBeGreaterThan(found.loss);
    expect(lossAt([first, second], found.bias + step)).toBeGreaterThan(found.loss);
  }
});

test("without features that tell, the answer is the log odds of the counts", () => {
  const plain = {
    features: new Float32Array(4),
    labels: Uint8Array.from([0, 1, 1, 1]),
    counts: Float32Array.from([1, 1, 1, 1]),
    offsets: new Float32Array(4).fill(2),
  };
  const { weight, bias } = fitLogistic(plain, ridge, 1);
  expect(weight[0]).toBeCloseTo(0, 6);
  expect(bias).toBeCloseTo(2 + Math.log(3), 3);
});

test("examples that a line separates end, too, and one kind alone is refused", () => {
  const separated = {
    features: Float32Array.from([-1, -2, 1, 2]),
    labels: Uint8Array.from([0, 0, 1, 1]),
    counts: new Float32Array(4).fill(1),
    offsets: new Float32Array(4),
  };
  expect(fitLogistic(separated, 1e-4, 1).loss).toBeLessThan(0.02);
  expect(() => fitLogistic({ ...separated, labels: new Uint8Array(4) }, ridge, 1)).toThrow(/both kinds/);
});
