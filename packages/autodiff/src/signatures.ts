// The list of primitives: how many tensors each takes and gives, and its attributes. Every table that must handle all
// primitives (rules, reference kernels, ONNX lowerings) is a mapped type over this interface, so that a forgotten
// primitive does not compile.
import type { Dim } from "./dimension.ts";
import type { TensorData } from "./dtype.ts";
import type { Shape, TensorType } from "./shape.ts";

/** Attributes of a primitive that has none. */
export type None = Readonly<Record<never, never>>;

/** `I` and `O` count tensors: a number each, or `"any"` for a list. */
interface Signature<I extends Arity, O extends Arity, A = None> {
  readonly inputs: I;
  readonly outputs: O;
  readonly attributes: Readonly<A>;
}
export type Arity = 0 | 1 | 2 | 3 | 4 | "any";

type Unary<A = None> = Signature<1, 1, A>;
type Binary<A = None> = Signature<2, 1, A>;

/** Primitives that the reference interpreter and every backend implement directly. */
export interface BasicSignatures {
  // Leaves
  input: Signature<0, 1, { name: string; type: TensorType }>;
  parameter: Signature<0, 1, { name: string; type: TensorType }>;
  /** Numbers stay as given until a backend rounds them to the dtype. */
  constant: Signature<0, 1, { type: TensorType; data: TensorData | readonly number[] }>;
  range: Signature<0, 1, { limit: Dim }>;
  extent: Signature<0, 1, { dim: Dim }>;
  // Arithmetic, with broadcasting
  add: Binary;
  subtract: Binary;
  multiply: Binary;
  divide: Binary;
  maximum: Binary;
  minimum: Binary;
  power: Binary;
  // Elementwise functions
  negate: Unary;
  abs: Unary;
  sign: Unary;
  floor: Unary;
  exp: Unary;
  log: Unary;
  sqrt: Unary;
  reciprocal: Unary;
  tanh: Unary;
  sigmoid: Unary;
  erf: Unary;
  sin: Unary;
  cos: Unary;
  cast: Unary<{ dtype: TensorType["dtype"] }>;
  // Logic, with broadcasting
  equal: Binary;
  less: Binary;
  and: Binary;
  or: Binary;
  not: Unary;
  where: Signature<3, 1>;
  // Structure
  reshape: Unary<{ shape: Shape }>;
  transpose: Unary<{ permutation: readonly number[] }>;
  expand: Unary<{ shape: Shape }>;
  concat: Signature<"any", 1, { axis: number }>;
  slice: Unary<{ axis: number; start: Dim; end: Dim }>;
  pad: Unary<{ axis: number; before: Dim; after: Dim }>;
  // Reduction and order
  sum: Unary<{ axes: readonly number[]; keepDims: boolean }>;
  max: Unary<{ axes: readonly number[]; keepDims: boolean }>;
  argMax: Unary<{ axis: number }>;
  topK: Signature<1, 2, { count: number }>;
  cumulativeSum: Unary<{ axis: number; reverse: boolean }>;
  // Contraction
  matmul: Binary<{ transposeA: boolean; transposeB: boolean; scale: number }>;
  // Indexing
  gather: Binary;
  scatterAdd: Binary<{ rows: Dim }>;
  takeAlong: Binary;
  addAlong: Signature<3, 1>;
}

/**
 * Composites with a name of their own, so that a backend may run them as one kernel and their gradient may be in closed
 * form. Each has a definition in basic primitives, which is what it means.
 */
export interface FusedSignatures {
  softmax: Unary;
  logSoftmax: Unary;
  silu: Unary;
  swiglu: Binary;
  gelu: Unary<{ approximation: "none" | "tanh" }>;
  rmsNorm: Signature<2, 2, { epsilon: number }>;
  layerNorm: Signature<3, 3, { epsilon: number }>;
  rotary: Signature<3, 1>;
  attention: Signature<4, 2, { scale: number }>;
  crossEntropy: Signature<2, 2>;
  lora: Signature<4, 2, { scale: number; transposed: boolean }>;
}

export type Signatures = BasicSignatures & FusedSignatures;
export type BasicPrimitive = keyof BasicSignatures;
export type FusedPrimitive = keyof FusedSignatures;
export type Primitive = keyof Signatures;
export type AttributesOf<P extends Primitive> = Signatures[P]["attributes"];

interface Tuples<T> {
  0: readonly [];
  1: readonly [T];
  2: readonly [T, T];
  3: readonly [T, T, T];
  4: readonly [T, T, T, T];
  any: readonly T[];
}
/** A tuple of `T`, one for each tensor a primitive takes. */
export type InputsOf<P extends Primitive, T> = Tuples<T>[Signatures[P]["inputs"]];
/** A tuple of `T`, one for each tensor a primitive gives. */
export type OutputsOf<P extends Primitive, T> = Tuples<T>[Signatures[P]["outputs"]];
