// Adding up gradients that reach one tensor by several paths.
import { addDims, subtractDims } from "../dimension.ts";
import { sameShape } from "../shape.ts";
import { isNode, type Node, type Tensor } from "../tensor.ts";
import { add } from "./elementwise.ts";
import { concat, pad } from "./structure.ts";

/**
 * a + b. The gradients of neighbouring slices are pads of neighbouring parts: these are joined instead of filled with
 * zeros and added, so that cutting an axis into parts costs one copy on the way back, however many parts there are.
 */
export function accumulate(a: Tensor, b: Tensor): Tensor {
  return joined(a, b) ?? joined(b, a) ?? add(a, b);
}

/** The sum of two pads of which the first's part ends where the second's begins. */
function joined(left: Tensor, right: Tensor): Tensor | undefined {
  if (!isNode(left.node, "pad") || !isNode(right.node, "pad")) return undefined;
  const [first, second] = [left.node.attributes, right.node.attributes];
  const [head, tail] = [left.node.inputs[0], right.node.inputs[0]];
  const { axis } = first;
  const meet = addDims(first.before, head.shape[axis]!);
  if (axis !== second.axis || meet !== second.before || !sameShape(left.shape, right.shape)) return undefined;
  const after = subtractDims(left.shape[axis]!, addDims(second.before, tail.shape[axis]!));
  return pad(concat([...partsOf(head, axis), ...partsOf(tail, axis)], axis), axis, first.before, after);
}

/** What a concatenation along the axis was made of, or the tensor itself. */
function partsOf(x: Tensor, axis: number): readonly Tensor[] {
  const node: Node = x.node;
  return isNode(node, "concat") && node.attributes.axis === axis ? node.inputs : [x];
}
