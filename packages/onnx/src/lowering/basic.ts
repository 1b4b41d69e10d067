// How each basic primitive is written in ONNX: one operator where there is one, a few where there are not. The table is
// total: a primitive without a lowering does not compile. Operators of the com.microsoft domain are used where ONNX
// Runtime's own kernel saves a pass over memory.
import {
  type AttributesOf,
  type BasicPrimitive,
  elementCount,
  hostData,
  type InputsOf,
  type Node,
  type Primitive,
  type Shape,
} from "@weightsmith/autodiff";
import { dataTypeOf, microsoftDomain } from "../model/proto.ts";
import type { GraphBuilder } from "./builder.ts";
import { quantizedProduct } from "./quantized.ts";

/** Adds the operators for one node; given its inputs' names, returns its outputs'. */
export type Lowering<P extends Primitive> = (
  graph: GraphBuilder,
  node: Node<P>,
  inputs: InputsOf<P, string>,
) => readonly string[];

/** A leaf's value is bound by name before lowering. */
type Leaf = "input" | "parameter";

/** One ONNX operator of the same operands and no attributes. */
function operator<P extends Primitive>(opType: string): Lowering<P> {
  return (graph, _node, inputs) => [graph.node(opType, inputs as readonly string[])];
}

type Reduce = "sum" | "max";
function reduction<P extends Reduce>(opType: string): Lowering<P> {
  return (graph, node, inputs) => {
    const { axes, keepDims } = node.attributes as AttributesOf<Reduce>;
    return [graph.node(opType, [inputs[0] as string, graph.integers(axes)], { keepdims: keepDims ? 1 : 0 })];
  };
}

/** A shape for Reshape: with at most one symbolic dimension, that one is inferred (-1). */
function reshapeTarget(graph: GraphBuilder, from: Shape, to: Shape): string {
  const symbolic = to.filter((dim) => typeof dim === "string");
  if (symbolic.length > 1 || elementCount(from) === 0) return graph.shape(to);
  return graph.integers(to.map((dim) => (typeof dim === "number" ? dim : -1)));
}

export const basicLowerings: { readonly [P in Exclude<BasicPrimitive, Leaf>]: Lowering<P> } = {
  constant: (graph, { attributes: { type, data } }) => [
    graph.constant(
      type.dtype,
      type.shape as readonly number[],
      ArrayBuffer.isView(data) ? data : hostData(type.dtype, data),
    ),
  ],
  range: (graph, { attributes: { limit } }) => [
    graph.node("Range", [
      graph.scalar(0, "int64"),
      graph.node("Squeeze", [graph.dimension(limit), graph.integers([0])]),
      graph.scalar(1, "int64"),
    ]),
  ],
  extent: (graph, { attributes: { dim } }) => [
    graph.node("Squeeze", [graph.dimension(dim), graph.integers([0])]),
  ],
  add: operator("Add"),
  subtract: operator("Sub"),
  multiply: operator("Mul"),
  divide: operator("Div"),
  maximum: operator("Max"),
  minimum: operator("Min"),
  power: operator("Pow"),
  negate: operator("Neg"),
  abs: operator("Abs"),
  sign: operator("Sign"),
  floor: operator("Floor"),
  exp: operator("Exp"),
  log: operator("Log"),
  sqrt: operator("Sqrt"),
  reciprocal: operator("Reciprocal"),
  tanh: operator("Tanh"),
  sigmoid: operator("Sigmoid"),
  erf: operator("Erf"),
  sin: operator("Sin"),
  cos: operator("Cos"),
  cast: (graph, { attributes: { dtype } }, [x]) => [graph.node("Cast", [x], { to: dataTypeOf(dtype) })],
  equal: operator("Equal"),
  less: operator("Less"),
  and: operator("And"),
  or: operator("Or"),
  not: operator("Not"),
  where: operator("Where"),
  reshape: (graph, { inputs: [from], attributes: { shape } }, [x]) => [
    graph.node("Reshape", [x, reshapeTarget(graph, from.shape, shape)]),
  ],
  transpose: (graph, { attributes: { permutation } }, [x]) => [
    graph.node("Transpose", [x], { perm: permutation }),
  ],
  expand: (graph, { attributes: { shape } }, [x]) => [graph.node("Expand", [x, graph.shape(shape)])],
  concat: (graph, { attributes: { axis } }, inputs) => [graph.node("Concat", inputs, { axis })],
  slice: (graph, { attributes: { axis, start, end } }, [x]) => [
    graph.node("Slice", [x, graph.dimension(start), graph.dimension(end), graph.integers([axis])]),
  ],
  pad: (graph, { inputs: [from], attributes: { axis, before, after } }, [x]) => {
    const rank = from.shape.length;
    const pads = (amount: typeof before) => from.shape.map((_, at) => (at === axis ? amount : 0));
    const amounts = [...pads(before), ...pads(after)];
    return rank === 0 ? [x] : [graph.node("Pad", [x, graph.shape(amounts)])];
  },
  sum: reduction("ReduceSum"),
  max: reduction("ReduceMax"),
  argMax: (graph, { attributes: { axis } }, [x]) => [graph.node("ArgMax", [x], { axis, keepdims: 0 })],
  topK: (graph, { attributes: { count } }, [x]) =>
    graph.nodes("TopK", [x, graph.integers([count])], 2, { axis: -1 }),
  cumulativeSum: (graph, { attributes: { axis, reverse } }, [x]) => [
    graph.node("CumSum", [x, graph.scalar(axis, "int64")], { reverse: reverse ? 1 : 0 }),
  ],
  matmul: (graph, node, [a, b]) => {
    const { inputs, attributes } = node;
    const { transposeA, transposeB, scale } = attributes;
    const quantized = graph.quantized(b);
    if (quantized) return [quantizedProduct(graph, node, [a, b], quantized)];
    if (inputs.every(({ shape }) => shape.length === 2)) {
      const flags = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } };
      return [graph.node("Gemm", [a, b], flags)];
    }
    if (!transposeA && !transposeB && scale === 1) return [graph.node("MatMul", [a, b])];
    const flags = { transA: Number(transposeA), transB: Number(transposeB), alpha: { float: scale } };
    return [graph.node("FusedMatMul", [a, b], flags, microsoftDomain)];
  },
  gather: (graph, _node, inputs) => [graph.node("Gather", inputs, { axis: 0 })],
  scatterAdd: (graph, { inputs: [indices], outputs: [y] }, [at, updates]) => {
    const zeros = graph.node("ConstantOfShape", [graph.shape(y.shape)]);
    const wide = indices.dtype === "int64" ? at : graph.node("Cast", [at], { to: dataTypeOf("int64") });
    const column = graph.node("Unsqueeze", [wide, graph.integers([indices.shape.length])]);
    return [graph.node("ScatterND", [zeros, column, updates], { reduction: "add" })];
  },
  takeAlong: (graph, _node, inputs) => [graph.node("GatherElements", inputs, { axis: -1 })],
  addAlong: (graph, _node, inputs) => [graph.node("ScatterElements", inputs, { axis: -1, reduction: "add" })],
};
