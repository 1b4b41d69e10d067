// From tensors to ONNX operators: walks the nodes that the wanted tensors need and lowers each by the table.
import { define, isFused, isNode, type Node, nodesOf, type Tensor } from "@weightsmith/autodiff";
import { basicLowerings } from "./basic.ts";
import type { GraphBuilder } from "./builder.ts";
import { fusedLowerings } from "./fused.ts";
import { misuse } from "./quantized.ts";

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
  if (isNode(node, "input") || isNode(node, "parameter")) {
    const { name } = node.attributes;
    throw new RangeError(`The ${node.rule.primitive} "${name}" has no value here: bind it before lowering.`);
  }
  const inputs = node.inputs.map((input) => names.get(input)!);
  const misplaced = inputs.find((name, k) => graph.quantized(name) && !(isNode(node, "matmul") && k === 1));
  if (misplaced !== undefined) throw misuse(misplaced);
  const outputs = loweringOf(node)?.(graph, node, inputs) ?? lower(graph, define(node)!, names);
  for (const [k, output] of node.outputs.entries()) names.set(output, outputs[k]!);
}

/** A lowering whose primitive is not known at compile time. */
type AnyLowering = (
  graph: GraphBuilder,
  node: Node,
  inputs: readonly string[],
) => readonly string[] | undefined;

function loweringOf(node: Node): AnyLowering | undefined {
  const { primitive } = node.rule;
  const table: Readonly<Record<string, unknown>> = isFused(primitive) ? fusedLowerings : basicLowerings;
  return table[primitive] as AnyLowering | undefined;
}
