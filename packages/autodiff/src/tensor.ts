// Nodes and tensors of a graph, and the rules that primitives follow. A graph has no object of its own: it is whatever
// is reachable from the tensors one asks for. Nodes are immutable and numbered as they are made, so that ascending ids
// are a topological order.
import type { Dtype } from "./dtype.ts";
import type { Shape, TensorType } from "./shape.ts";
import type { AttributesOf, FusedPrimitive, InputsOf, OutputsOf, Primitive } from "./signatures.ts";

/** One application of a primitive. */
export interface Node<P extends Primitive = Primitive> {
  readonly id: number;
  readonly rule: Rule<P>;
  readonly inputs: InputsOf<P, Tensor>;
  readonly attributes: AttributesOf<P>;
  readonly outputs: OutputsOf<P, Tensor>;
}

/** One result of a node: a symbolic array of known element type and inferred shape. */
export interface Tensor extends TensorType {
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly output: number;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** The gradients that reached a node's outputs: the one, or for several outputs those that any path reached. */
export type Upstream<P extends Primitive> =
  OutputsOf<P, Tensor> extends readonly [Tensor] ? readonly [Tensor] : OutputsOf<P, Tensor | undefined>;

/** Everything the engine knows of one primitive. */
interface BasicRule<P extends Primitive> {
  readonly primitive: P;
  /** Formula and meaning in one line. */
  readonly doc: string;
  /** The types of the results. @throws ShapeError or DtypeError if the inputs do not fit */
  infer(inputs: InputsOf<P, TensorType>, attributes: AttributesOf<P>): OutputsOf<P, TensorType>;
  /**
   * The gradient of some scalar by each input, given its gradient by the outputs (vector–Jacobian product); undefined
   * for an input it does not depend on. `"none"`: constant almost everywhere, or of integers.
   */
  readonly gradient: "none" | ((node: Node<P>, ...upstream: Upstream<P>) => InputsOf<P, Tensor | undefined>);
}

/** A rule; that of a fused primitive also has its meaning in basic primitives. */
export type Rule<P extends Primitive> = BasicRule<P> &
  (P extends FusedPrimitive
    ? { definition(inputs: InputsOf<P, Tensor>, attributes: AttributesOf<P>): OutputsOf<P, Tensor> }
    : unknown);

let created = 0;

/**
 * Adds a node. Operations call this; users call operations.
 * @throws ShapeError or DtypeError from the primitive's shape rule
 */
export function apply<P extends Primitive>(
  rule: Rule<P>,
  inputs: InputsOf<P, Tensor>,
  attributes: AttributesOf<P>,
): OutputsOf<P, Tensor> {
  const types: readonly TensorType[] = rule.infer(inputs, attributes);
  const outputs: Tensor[] = [];
  const node = { id: created++, rule, inputs, attributes, outputs };
  for (const [output, { dtype, shape }] of types.entries()) {
    outputs.push({ node: node as unknown as Node, output, dtype, shape });
  }
  return outputs as unknown as OutputsOf<P, Tensor>;
}

/** Whether a node is of a primitive, narrowing its type. */
export function isNode<P extends Primitive>(node: Node, primitive: P): node is Node & Node<P> {
  return node.rule.primitive === primitive;
}

/** The nodes that the given tensors need, each after the nodes it needs. */
export function nodesOf(...tensors: readonly Tensor[]): readonly Node[] {
  const seen = new Set<Node>();
  const stack = tensors.map((tensor) => tensor.node);
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) stack.push(input.node);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
