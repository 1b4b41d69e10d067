// Tensor graphs with inferred shapes and reverse-mode gradients. Pure: it imports nothing and runs nothing; packages/onnx
// turns graphs into models and runs them.
export { type CausalAttentionOptions, causalAttention } from "./composites/causal-attention.ts";
export { dropout } from "./composites/dropout.ts";
export { groupedAttention, mergeHeads, splitHeads } from "./composites/heads.ts";
export { causalBias, masked, rotaryAngles, rotaryFrequencies } from "./composites/positions.ts";
export { mean, type WeightedLoss, weightedCrossEntropy } from "./composites/statistics.ts";
export {
  addDims,
  canonicalDim,
  type Dim,
  dimTerms,
  divideDims,
  evaluateDim,
  multiplyDims,
  subtractDims,
} from "./dimension.ts";
export { bytesPerElement, type DataOf, type Dtype, hostData, isFloat, type TensorData } from "./dtype.ts";
export { DtypeError, type Refusal, ShapeError } from "./errors.ts";
export { gelu, silu, swiglu } from "./fused/activations.ts";
export { attention, rotary } from "./fused/attention.ts";
export { type LoraOptions, lora } from "./fused/lora.ts";
export { layerNorm, rmsNorm } from "./fused/normalization.ts";
export { crossEntropy, logSoftmax, softmax } from "./fused/softmax.ts";
export { gradients } from "./gradients.ts";
export { type MatmulOptions, matmul } from "./operations/contraction.ts";
export {
  abs,
  add,
  and,
  cast,
  cos,
  divide,
  equal,
  erf,
  exp,
  floor,
  less,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  not,
  type Operand,
  or,
  power,
  reciprocal,
  sigmoid,
  sign,
  sin,
  sqrt,
  subtract,
  tanh,
  where,
} from "./operations/elementwise.ts";
export { addAlong, gather, scatterAdd, takeAlong } from "./operations/indexing.ts";
export {
  constant,
  extent,
  input,
  nameOf,
  parameter,
  range,
  scalar,
  scalarValue,
} from "./operations/leaves.ts";
export { argMax, cumulativeSum, max, topK } from "./operations/order.ts";
export {
  concat,
  expand,
  pad,
  type Reduction,
  reshape,
  slice,
  split,
  sum,
  sumTo,
  transpose,
} from "./operations/structure.ts";
export {
  type AdamW,
  type AdamWState,
  type AdamWStep,
  adamw,
  clipFactor,
  globalNorm,
} from "./optimization/adamw.ts";
export { learningRateAt, type Schedule } from "./optimization/schedule.ts";
export { define, isFused, primitives } from "./primitives.ts";
export {
  broadcastShapes,
  elementCount,
  formatShape,
  type Shape,
  sameShape,
  type TensorType,
} from "./shape.ts";
export type {
  AttributesOf,
  BasicPrimitive,
  FusedPrimitive,
  InputsOf,
  OutputsOf,
  Primitive,
} from "./signatures.ts";
export { apply, isNode, type Node, nodesOf, type Rule, type Tensor } from "./tensor.ts";
