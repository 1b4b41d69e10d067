// The reference interpreter: runs a graph in float64 with plain loops. Every faster way to run a graph, and every
// closed-form gradient, is tested against it. It never optimises; fused primitives run by their definitions.
import { type Dim, evaluateDim } from "../dimension.ts";
import { define } from "../primitives.ts";
import { isNode, type Node, nodesOf, type Tensor } from "../tensor.ts";
import { type NdArray, sizeOf } from "./array.ts";
import { kernels } from "./kernels.ts";

/** An input's or parameter's numbers, row-major; with its shape if the tensor's has symbols. */
export type ReferenceFeed =
  | ArrayLike<number>
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

type AnyKernel = (
  inputs: readonly NdArray[],
  attributes: unknown,
  context: { dim: (dim: Dim) => number; shapes: readonly (readonly number[])[] },
) => readonly NdArray[];

/**
 * The values of tensors in float64.
 * @param feeds values of every input and parameter they need, by name
 * @throws RangeError for a missing feed, one of a wrong size, or an index out of range
 */
export function interpret(
  tensors: readonly Tensor[],
  feeds: Readonly<Record<string, ReferenceFeed>> = {},
): NdArray[] {
  const values = new Map<Tensor, NdArray>();
  const symbols = new Map<string, number>();
  const nodes = nodesOf(...tensors);
  for (const node of nodes) {
    if (isNode(node, "input") || isNode(node, "parameter")) {
      values.set(node.outputs[0], fedValue(node, feeds[node.attributes.name], symbols));
    }
  }
  evaluate(nodes, values, (dim) => evaluateDim(dim, symbols));
  return tensors.map((tensor) => values.get(tensor)!);
}

/** Reads a feed, binding the symbols of its tensor's shape. */
function fedValue(
  node: Node<"input"> | Node<"parameter">,
  feed: ReferenceFeed | undefined,
  symbols: Map<string, number>,
): NdArray {
  const { name, type } = node.attributes;
  if (feed === undefined) throw new RangeError(`"${name}" has no value.`);
  const data = Float64Array.from("data" in feed ? feed.data : feed);
  const shape = "data" in feed ? feed.shape : (type.shape as readonly number[]);
  if (shape.length !== type.shape.length || sizeOf(shape) !== data.length) {
    throw new RangeError(`"${name}" is [${type.shape.join(",")}]; received ${data.length} elements.`);
  }
  for (const [axis, dim] of type.shape.entries()) {
    if (typeof dim === "string" && /^\w+$/.test(dim)) symbols.set(dim, shape[axis]!);
  }
  return { shape, data };
}

function evaluate(nodes: readonly Node[], values: Map<Tensor, NdArray>, dim: (dim: Dim) => number): void {
  for (const node of nodes) {
    if (values.has(node.outputs[0]!)) continue;
    const outputs = compute(node, values, dim);
    for (const [k, output] of node.outputs.entries()) values.set(output, outputs[k]!);
  }
}

function compute(node: Node, values: Map<Tensor, NdArray>, dim: (dim: Dim) => number): readonly NdArray[] {
  if (isNode(node, "constant")) {
    const { type, data } = node.attributes;
    return [
      { shape: type.shape as readonly number[], data: Float64Array.from(data as Float32Array, Number) },
    ];
  }
  const defined = define(node);
  if (defined) {
    evaluate(nodesOf(...defined), values, dim);
    return defined.map((tensor) => values.get(tensor)!);
  }
  const kernel = (kernels as Readonly<Record<string, unknown>>)[node.rule.primitive] as AnyKernel;
  const shapes = node.outputs.map(({ shape }) => shape.map(dim));
  return kernel(
    node.inputs.map((tensor) => values.get(tensor)!),
    node.attributes,
    { dim, shapes },
  );
}
