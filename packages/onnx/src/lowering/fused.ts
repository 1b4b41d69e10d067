// Kernels of ONNX Runtime for fused primitives. One that is missing here, or whose lowering declines (undefined), is
// written out by its definition instead.
import {
  type Dim,
  type FusedPrimitive,
  type InputsOf,
  type Node,
  type Shape,
  sameShape,
  scalarValue,
} from "@weightsmith/autodiff";
import { microsoftDomain } from "../model/proto.ts";
import type { GraphBuilder } from "./builder.ts";

/** Like `Lowering`, but it may decline. */
export type FusedLowering<P extends FusedPrimitive> = (
  graph: GraphBuilder,
  node: Node<P>,
  inputs: InputsOf<P, string>,
) => readonly string[] | undefined;

export const fusedLowerings: { readonly [P in FusedPrimitive]?: FusedLowering<P> } = {
  softmax: (graph, _node, [x]) => [graph.node("Softmax", [x], { axis: -1 })],
  logSoftmax: (graph, _node, [x]) => [graph.node("LogSoftmax", [x], { axis: -1 })],
  gelu: (graph, { attributes: { approximation } }, [x]) => [
    graph.node("Gelu", [x], { approximate: approximation }),
  ],
  layerNorm: (graph, { attributes: { epsilon } }, inputs) =>
    graph.nodes("LayerNormalization", inputs, 3, { axis: -1, epsilon: { float: epsilon } }),
  rmsNorm: (graph, { attributes: { epsilon } }, inputs) =>
    graph.nodes("SimplifiedLayerNormalization", inputs, 2, { axis: -1, epsilon: { float: epsilon } }),
  attention: (graph, { inputs: [, , , bias], attributes: { scale } }, [q, k, v, mask]) => {
    const flags = { transA: 0, transB: 1, alpha: { float: scale } };
    const logits = graph.node("FusedMatMul", [q, k], flags, microsoftDomain);
    const biased = scalarValue(bias) === 0 ? logits : graph.node("Add", [logits, mask]);
    const p = graph.node("Softmax", [biased], { axis: -1 });
    return [graph.node("MatMul", [p, v]), p];
  },
  // The product of the two factors adds itself to the matrix: no pass of its own.
  lora: (graph, { attributes: { scale, transposed } }, [x, w, a, b]) => {
    const order = { transA: Number(transposed), transB: Number(transposed), alpha: { float: scale } };
    const m = graph.node("Gemm", [...(transposed ? [a, b] : [b, a]), w], order);
    const flags = { transA: 0, transB: Number(!transposed), alpha: { float: 1 } };
    return [graph.node("FusedMatMul", [x, m], flags, microsoftDomain), m];
  },
  rotary: (graph, { inputs: [x, cosine, sine] }, [name, cos, sin]) => {
    const view = headView(x.shape, cosine.shape);
    if (!view || !sameShape(cosine.shape, sine.shape)) return undefined;
    // The operator takes [B,H,T,D] with angles [B,T,D/2].
    const { heads, angles } = view;
    const asHeads = x.shape.length === 4 ? name : graph.node("Reshape", [name, graph.shape(heads)]);
    const [wide, flat] = [graph.shape([angles[0]!, 1, angles[1]!, angles[2]!]), graph.shape(angles)];
    const full = (table: string) => graph.node("Reshape", [graph.node("Expand", [table, wide]), flat]);
    const y = graph.node("RotaryEmbedding", [asHeads, full(cos), full(sin)]);
    return [x.shape.length === 4 ? y : graph.node("Reshape", [y, graph.shape(x.shape)])];
  },
};

/**
 * How x [...,T,D] with angles that broadcast to [...,T,D/2] is seen as [B,H,T,D] with one table of angles for all heads of
 * a batch element; undefined if it cannot.
 */
function headView(x: Shape, angles: Shape): { heads: Shape; angles: Shape } | undefined {
  const [length, width] = x.slice(-2);
  if (x.length < 3 || x.length > 4 || typeof width !== "number") return undefined;
  const [batch, count]: readonly Dim[] = x.length === 4 ? x : [1, x[0]!];
  const aligned = [...Array<Dim>(4).fill(1), ...angles].slice(-4);
  const shared = x.length === 4 ? aligned[1] === 1 : aligned[1] === 1 && aligned[0] === 1;
  if (!shared || aligned[3] !== width / 2) return undefined;
  return { heads: [batch!, count!, length!, width], angles: [batch!, length!, width / 2] };
}
