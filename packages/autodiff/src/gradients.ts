// Reverse-mode differentiation: the gradient of a scalar is more graph, built from each primitive's rule.
import { isFloat } from "./dtype.ts";
import { DtypeError, ShapeError } from "./errors.ts";
import { accumulate } from "./operations/accumulate.ts";
import { constant, scalar } from "./operations/leaves.ts";
import { expand } from "./operations/structure.ts";
import { formatShape } from "./shape.ts";
import { type Node, nodesOf, type Rule, type Tensor } from "./tensor.ts";

/** A rule whose primitive is not known at compile time: the common shape of all gradients. */
type AnyGradient = (
  node: Node,
  ...upstream: readonly (Tensor | undefined)[]
) => readonly (Tensor | undefined)[];

/**
 * The gradients of a scalar by tensors of its graph: ∂loss/∂wrt[k], each of the shape of wrt[k]; zeros where the loss
 * does not depend on it. The results are ordinary tensors, so that gradients of gradients work.
 * @param loss float []   @param wrt float tensors: parameters, inputs or anything between
 * @throws ShapeError unless the loss is a scalar @throws DtypeError unless all are floats
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0) {
    throw new ShapeError({
      operation: "gradients",
      invariant: "the loss must be a scalar, []",
      received: formatShape(loss.shape),
      remedy: "Take its sum() or mean() first.",
    });
  }
  const integer = [loss, ...wrt].find(({ dtype }) => !isFloat(dtype));
  if (integer) {
    throw new DtypeError({
      operation: "gradients",
      invariant: "only floats have gradients",
      received: integer.dtype,
      remedy: "Differentiate by the float tensors that the loss depends on.",
    });
  }
  const nodes = nodesOf(loss);
  const dependent = dependents(nodes, wrt);
  const reached = new Map<Tensor, Tensor>([[loss, scalar(1, loss.dtype)]]);
  for (const node of nodes.toReversed()) {
    const upstream = node.outputs.map((output) => reached.get(output));
    if (!dependent.has(node) || upstream.every((d) => d === undefined)) continue;
    const rule: Rule<typeof node.rule.primitive> = node.rule;
    if (rule.gradient === "none") continue;
    const downstream = (rule.gradient as AnyGradient)(node, ...upstream);
    for (const [k, input] of node.inputs.entries()) {
      const d = downstream[k];
      if (!d) continue;
      const before = reached.get(input);
      reached.set(input, before ? accumulate(before, d) : d);
    }
  }
  return wrt.map((tensor) => reached.get(tensor) ?? zerosLike(tensor));
}

/** The nodes on a path from one of the tensors: only they need gradients. */
function dependents(nodes: readonly Node[], wrt: readonly Tensor[]): ReadonlySet<Node> {
  const targets = new Set(wrt);
  const dependent = new Set<Node>();
  for (const node of nodes) {
    if (node.inputs.some((input) => targets.has(input) || dependent.has(input.node))) dependent.add(node);
  }
  return dependent;
}

function zerosLike({ dtype, shape }: Tensor): Tensor {
  const zero = dtype === "float16" ? constant(new Uint16Array(1), [], dtype) : scalar(0, dtype);
  return expand(zero, shape);
}
