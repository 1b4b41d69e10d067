// A graph as an ONNX model: its inputs fed on every run, its parameters frozen into the model or fed like inputs.
import {
  bytesPerElement,
  elementCount,
  formatShape,
  isNode,
  nodesOf,
  type Shape,
  sameShape,
  type Tensor,
  type TensorData,
  type TensorType,
} from "@weightsmith/autodiff";
import { GraphBuilder } from "./lowering/builder.ts";
import { lower } from "./lowering/lower.ts";
import { defaultExternalAboveBytes, type ExternalFile, encodeWithWeights } from "./model/external.ts";
import type { ValueInfo } from "./model/proto.ts";
import { isQuantized, type QuantizedWeight } from "./quantized-weight.ts";

/** The ONNX operator set of emitted models. */
export const opset = 23;

/** Values of parameters by name, row-major, each in the host array of its parameter's dtype; or a matrix in few bits. */
export type Weights = ReadonlyMap<string, TensorData | QuantizedWeight>;

/** An emitted model: its bytes, the weights beside them, and the tensors it takes and gives. */
export interface Model {
  /** A `.onnx` file; whole in itself unless there is external data. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Files of weights that the bytes refer to, empty for a model of moderate size. */
  readonly external: readonly ExternalFile[];
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly outputs: Readonly<Record<string, TensorType>>;
}

export interface EmitOptions {
  /** Weights that take more bytes than this in all go into files beside the model. Default 128 MiB. */
  readonly externalAboveBytes?: number;
}

/** The inputs and parameters that some tensors need, by name. @throws RangeError if two of them share a name */
export function leavesOf(...tensors: readonly Tensor[]): {
  inputs: ReadonlyMap<string, Tensor>;
  parameters: ReadonlyMap<string, Tensor>;
} {
  const inputs = new Map<string, Tensor>();
  const parameters = new Map<string, Tensor>();
  for (const node of nodesOf(...tensors)) {
    const kind = isNode(node, "input") ? inputs : isNode(node, "parameter") ? parameters : undefined;
    if (!kind) continue;
    const { name } = node.attributes as { name: string };
    if (inputs.has(name) || parameters.has(name)) {
      throw new RangeError(
        `Two inputs or parameters are called "${name}": make the tensor once and use it wherever it is needed.`,
      );
    }
    kind.set(name, node.outputs[0]!);
  }
  return { inputs, parameters };
}

/** Adds a parameter's values to the model. @throws RangeError if they do not fit its type */
export function freeze(
  graph: GraphBuilder,
  name: string,
  { dtype, shape }: TensorType,
  data: TensorData | QuantizedWeight,
): string {
  if (isQuantized(data)) {
    if (dtype !== "float32" || !sameShape(shape, data.shape)) {
      throw new RangeError(
        `The weight "${name}" is ${dtype} ${formatShape(shape)}; received ${data.bits}-bit ${formatShape(data.shape)}.`,
      );
    }
    graph.quantizedWeight(name, data);
    return name;
  }
  const count = Number(elementCount(shape));
  if (data.length !== count || data.BYTES_PER_ELEMENT !== bytesPerElement[dtype]) {
    throw new RangeError(
      `The weight "${name}" is ${dtype} ${formatShape(shape)}, ${count} elements; received ${data.length} of ${data.BYTES_PER_ELEMENT} bytes.`,
    );
  }
  return graph.constant(dtype, shape as readonly number[], data, name);
}

/**
 * Emits the graph that computes `outputs`.
 * @param outputs the results, by the names they get
 * @param weights values of parameters to freeze into the model; parameters not among them become inputs by their names
 * @throws RangeError if names clash, a weight does not fit its parameter, or what stays in the model exceeds 2 GB
 */
export function emit(
  outputs: Readonly<Record<string, Tensor>>,
  weights: Weights = new Map(),
  { externalAboveBytes = defaultExternalAboveBytes }: EmitOptions = {},
): Model {
  const graph = new GraphBuilder();
  const leaves = leavesOf(...Object.values(outputs));
  const taken = Object.keys(outputs).find((name) => leaves.inputs.has(name) || leaves.parameters.has(name));
  if (taken !== undefined) {
    throw new RangeError(
      `The output "${taken}" has the name of an input or parameter: call it something else.`,
    );
  }
  const bindings = new Map<Tensor, string>();
  const inputs: ValueInfo[] = [];
  const feed = (name: string, tensor: Tensor) => {
    inputs.push({ name, dtype: tensor.dtype, shape: tensor.shape });
    bindings.set(tensor, name);
    graph.bindSymbols(name, tensor.shape);
  };
  for (const [name, tensor] of leaves.inputs) feed(name, tensor);
  for (const [name, tensor] of leaves.parameters) {
    const data = weights.get(name);
    if (data) bindings.set(tensor, freeze(graph, name, tensor, data));
    else feed(name, tensor);
  }
  const results: ValueInfo[] = [];
  const names = lower(graph, Object.values(outputs), bindings);
  for (const [k, [name, { dtype, shape }]] of Object.entries(outputs).entries()) {
    graph.named("Identity", [names[k]!], [name]);
    results.push({ name, dtype, shape });
  }
  const model = { opset, graph: graph.finish("weightsmith", inputs, results) };
  const encoded = encodeWithWeights(model, externalAboveBytes);
  return { ...encoded, inputs: typesByName(inputs), outputs: typesByName(results) };
}

export function typesByName(
  values: readonly ValueInfo[],
): Record<string, { dtype: TensorType["dtype"]; shape: Shape }> {
  return Object.fromEntries(values.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
}
