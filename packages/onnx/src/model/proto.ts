// The parts of onnx.proto that emitted models use, as plain data, and their encoding.
// @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers
import type { Dtype, Shape } from "@weightsmith/autodiff";
import { ProtobufWriter } from "./protobuf.ts";

/** TensorProto.DataType */
const dataTypes: Readonly<Record<Dtype, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

export function dataTypeOf(dtype: Dtype): number {
  return dataTypes[dtype];
}

/** Where an initialiser's bytes lie when they are not in the model itself. */
export interface ExternalData {
  /** A file's path, relative to the model. */
  readonly location: string;
  readonly offset: number;
  readonly byteLength: number;
}

export interface TensorProto {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly data: Uint8Array | ExternalData;
}

export interface ValueInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** A float attribute is marked, since 1.0 and 1 are different types in ONNX. */
export type Attribute = number | string | readonly number[] | { readonly float: number } | GraphProto;

export interface NodeProto {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** An empty name leaves out an optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

export interface ModelProto {
  readonly opset: number;
  readonly graph: GraphProto;
}

/** The version of the file format: the first that holds every type used here. */
const irVersion = 10;

/** The contributed operators of ONNX Runtime. */
export const microsoftDomain = "com.microsoft";

/** A model as the bytes of a `.onnx` file. @throws RangeError above 2 GB */
export function encodeModel({ opset, graph }: ModelProto): Uint8Array<ArrayBuffer> {
  const imports = [new ProtobufWriter().text(1, "").integer(2, opset)];
  imports.push(new ProtobufWriter().text(1, microsoftDomain).integer(2, 1));
  const model = new ProtobufWriter()
    .integer(1, irVersion)
    .text(2, "weightsmith")
    .message(7, encodeGraph(graph));
  for (const each of imports) model.message(8, each);
  return model.finish();
}

function encodeGraph(graph: GraphProto): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const node of graph.nodes) writer.message(1, encodeNode(node));
  writer.text(2, graph.name);
  for (const tensor of graph.initializers) writer.message(5, encodeTensor(tensor));
  for (const value of graph.inputs) writer.message(11, encodeValueInfo(value));
  for (const value of graph.outputs) writer.message(12, encodeValueInfo(value));
  return writer;
}

function encodeNode(node: NodeProto): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const name of node.inputs) writer.text(1, name);
  for (const name of node.outputs) writer.text(2, name);
  writer.text(3, node.name).text(4, node.opType);
  for (const [name, value] of Object.entries(node.attributes))
    writer.message(5, encodeAttribute(name, value));
  return writer.text(7, node.domain);
}

function encodeAttribute(name: string, value: Attribute): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name);
  if (typeof value === "number") return writer.integer(3, value).integer(20, 2);
  if (typeof value === "string") return writer.text(4, value).integer(20, 3);
  if ("nodes" in value) return writer.message(6, encodeGraph(value)).integer(20, 5);
  if ("float" in value) return writer.float(2, value.float).integer(20, 1);
  for (const each of value) writer.integer(8, each);
  return writer.integer(20, 7);
}

function encodeTensor({ name, dtype, shape, data }: TensorProto): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const dim of shape) writer.integer(1, dim);
  writer.integer(2, dataTypeOf(dtype)).text(8, name);
  if (data instanceof Uint8Array) return writer.bytes(9, data);
  const entries = { location: data.location, offset: `${data.offset}`, length: `${data.byteLength}` };
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, new ProtobufWriter().text(1, key).text(2, value));
  }
  return writer.integer(14, 1);
}

function encodeValueInfo({ name, dtype, shape }: ValueInfo): ProtobufWriter {
  const dims = new ProtobufWriter();
  for (const dim of shape) {
    const entry = new ProtobufWriter();
    dims.message(1, typeof dim === "number" ? entry.integer(1, dim) : entry.text(2, dim));
  }
  const tensor = new ProtobufWriter().integer(1, dataTypeOf(dtype)).message(2, dims);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
