// Where graphs begin: inputs fed on every run, named parameters, constants, and the sizes of symbolic dimensions.
import { canonicalDim, type Dim } from "../dimension.ts";
import { type Dtype, hostData, type TensorData } from "../dtype.ts";
import { ShapeError } from "../errors.ts";
import { elementCount, formatShape, type Shape, type TensorType } from "../shape.ts";
import { apply, isNode, type Rule, type Tensor } from "../tensor.ts";

export const inputRule: Rule<"input"> = {
  primitive: "input",
  doc: "A tensor fed by name on every run.",
  infer: (_, { type }) => [type],
  gradient: "none",
};

export const parameterRule: Rule<"parameter"> = {
  primitive: "parameter",
  doc: "A named weight: frozen into the model, or trained and carried from step to step.",
  infer: (_, { type }) => [type],
  gradient: "none",
};

export const constantRule: Rule<"constant"> = {
  primitive: "constant",
  doc: "Values known when the graph is built.",
  infer: (_, { type }) => [type],
  gradient: "none",
};

export const rangeRule: Rule<"range"> = {
  primitive: "range",
  doc: "int64 [limit]: 0, 1, …, limit − 1.",
  infer: (_, { limit }) => [{ dtype: "int64", shape: [limit] }],
  gradient: "none",
};

export const extentRule: Rule<"extent"> = {
  primitive: "extent",
  doc: "int64 []: the number a dimension stands for.",
  infer: () => [{ dtype: "int64", shape: [] }],
  gradient: "none",
};

function typeOf(dtype: Dtype, shape: Shape): TensorType {
  return { dtype, shape: shape.map(canonicalDim) };
}

/** A tensor fed on every run under `name`. Symbols in its shape are bound to the sizes of what is fed. */
export function input(name: string, dtype: Dtype, shape: Shape): Tensor {
  return apply(inputRule, [], { name, type: typeOf(dtype, shape) })[0];
}

/** A weight called `name`, of a shape without symbols. @throws ShapeError for a symbolic dimension */
export function parameter(name: string, shape: readonly number[], dtype: Dtype = "float32"): Tensor {
  const symbol = shape.find((dim) => typeof dim !== "number");
  if (symbol !== undefined) {
    throw new ShapeError({
      operation: "parameter",
      invariant: "a weight's dimensions must be numbers",
      received: `${formatShape(shape)} for "${name}"`,
      remedy: "Symbols are for inputs; give the weight its size.",
    });
  }
  return apply(parameterRule, [], { name, type: typeOf(dtype, shape) })[0];
}

/** The name of a parameter or input. @throws TypeError for any other tensor */
export function nameOf(tensor: Tensor): string {
  const { node } = tensor;
  if (isNode(node, "parameter") || isNode(node, "input")) return node.attributes.name;
  throw new TypeError(
    `Only inputs and parameters have names; this tensor is the result of ${node.rule.primitive}.`,
  );
}

/**
 * Values known now, in row-major order.
 * @param values numbers, or the host array of `dtype` itself (kept, not copied)
 * @throws ShapeError if their number is not that of `shape`
 */
export function constant(
  values: readonly number[] | TensorData,
  shape: readonly number[] = [values.length],
  dtype: Dtype = "float32",
): Tensor {
  if (elementCount(shape) !== values.length) {
    throw new ShapeError({
      operation: "constant",
      invariant: `shape ${formatShape(shape)} must hold as many values as are given`,
      received: `${values.length} values`,
      remedy: "Pass the shape of the data, row-major.",
    });
  }
  if (dtype === "float16" && !ArrayBuffer.isView(values)) hostData(dtype, values);
  return apply(constantRule, [], { type: typeOf(dtype, shape), data: values })[0];
}

/** A number as a tensor of rank 0. */
export function scalar(value: number, dtype: Dtype = "float32"): Tensor {
  return constant([value], [], dtype);
}

/** The value of a constant of rank 0, else undefined. */
export function scalarValue(tensor: Tensor): number | undefined {
  if (tensor.shape.length > 0 || !isNode(tensor.node, "constant")) return undefined;
  return tensor.dtype === "float16" ? undefined : Number(tensor.node.attributes.data[0]);
}

/** int64 [limit]: 0, 1, …, limit − 1; the limit may be symbolic. */
export function range(limit: Dim): Tensor {
  return apply(rangeRule, [], { limit: canonicalDim(limit) })[0];
}

/** int64 []: the number that a (symbolic) dimension stands for when the graph runs. */
export function extent(dim: Dim): Tensor {
  return apply(extentRule, [], { dim: canonicalDim(dim) })[0];
}
