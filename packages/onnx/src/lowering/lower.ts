// From tensors to ONNX operators: walks the nodes that the wanted tensors need and lowers each by the table.
import {
  define,
  isFused,
  isNode,
  type Node,
  nodesOf,
  type Primitive,
  type Tensor,
} from "@weightsmith/autodiff";
import type { GraphBuilder } from "./builder.ts";
import { basicLowerings, fusedLowerings, type Lowering } from "./table.ts";

/** Tensors that already have a name in the graph: fed inputs, weights, carried state. */
export type Bindings = ReadonlyMap<Tensor, string>;

/**
 * Adds the operators that compute `tensors`, and returns their names.
 * @param bindings names of tensors computed elsewhere; every input and parameter in reach must be among them
 */
export function lower(graph: GraphBuilder, tensors: readonly Tensor[], bindings: Bindings): string[] {
  const names = new Map(bindings);
  for (const node of nodesUpTo(tensors, bindings)) lowerNode(graph, node, names);
  return tensors.map((tensor) => names.get(tensor)!);
}

/** The nodes that `tensors` need, stopping at those already bound. */
function nodesUpTo(tensors: readonly Tensor[], bindings: Bindings): readonly Node[] {
  if (bindings.size === 0) return nodesOf(...tensors);
  const seen = new Set<Node>();
  const stack = tensors.filter((tensor) => !bindings.has(tensor)).map(({ node }) => node);
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) if (!bindings.has(input)) stack.push(input.node);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

function lowerNode(graph: GraphBuilder, node: Node, names: Map<Tensor, string>): void {
  const { primitive } = node.rule;
  if (isNode(node, "input") || isNode(node, "parameter")) {
    throw new RangeError(
      `The ${primitive} "${node.attributes.name}" has no value here: bind it before lowering.`,
    );
  }
  const lowering = loweringOf(primitive);
  if (lowering) {
    const inputs = node.inputs.map((input) => names.get(input)!);
    const outputs = (lowering as (g: GraphBuilder, n: Node, i: readonly string[]) => readonly string[])(
      graph,
      node,
      inputs,
    );
    for (const [k, output] of node.outputs.entries()) names.set(output, outputs[k]!);
    return;
  }
  const defined = define(node);
  if (!defined) throw new RangeError(`The primitive ${primitive} has neither lowering nor definition.`);
  const outputs = lower(graph, defined, names);
  for (const [k, output] of node.outputs.entries()) names.set(output, outputs[k]!);
}

function loweringOf(primitive: Primitive): Lowering<Primitive> | undefined {
  const table: { readonly [P in Primitive]?: unknown } = isFused(primitive) ? fusedLowerings : basicLowerings;
  return table[primitive] as Lowering<Primitive> | undefined;
}
