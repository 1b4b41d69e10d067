// Numerical gradients by central differences in float64, to check analytic ones against.
import { multiply } from "../operations/elementwise.ts";
import { constant } from "../operations/leaves.ts";
import { sum } from "../operations/structure.ts";
import type { Tensor } from "../tensor.ts";
import { interpret, type ReferenceFeed } from "./interpret.ts";

/**
 * A scalar that weighs every element of a tensor differently, so that a gradient which mixes elements up, or is right only
 * for equal upstream gradients, is found out.
 */
export function unevenSum(tensor: Tensor, count: number): Tensor {
  const weights = Array.from({ length: count }, (_, k) => 0.5 + Math.sin(1.7 * k + 0.3));
  return sum(
    multiply(tensor, constant(weights, tensor.shape.length === 0 ? [] : (tensor.shape as number[]))),
  );
}

/** ∂loss/∂x by central differences: (loss(x + h) − loss(x − h)) ÷ 2h for each element of the feed called `name`. */
export function finiteDifferences(
  loss: Tensor,
  feeds: Readonly<Record<string, ReferenceFeed>>,
  name: string,
  step = 1e-5,
): number[] {
  const feed = feeds[name]!;
  const data = Float64Array.from("data" in feed ? feed.data : feed);
  const at = (values: Float64Array) => {
    const moved = "data" in feed ? { shape: feed.shape, data: values } : values;
    return interpret([loss], { ...feeds, [name]: moved })[0]!.data[0]!;
  };
  return [...data.keys()].map((k) => {
    const moved = (by: number) => data.map((value, j) => (j === k ? value + by : value));
    return (at(moved(step)) - at(moved(-step))) / (2 * step);
  });
}
