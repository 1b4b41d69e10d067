// The table of all primitives with their rules. A primitive without a rule does not compile.
import * as activations from "./fused/activations.ts";
import * as attention from "./fused/attention.ts";
import { loraRule } from "./fused/lora.ts";
import * as normalization from "./fused/normalization.ts";
import * as softmax from "./fused/softmax.ts";
import { matmulRule } from "./operations/contraction.ts";
import * as elementwise from "./operations/elementwise.ts";
import * as indexing from "./operations/indexing.ts";
import * as leaves from "./operations/leaves.ts";
import * as order from "./operations/order.ts";
import * as structure from "./operations/structure.ts";
import type { FusedPrimitive, Primitive } from "./signatures.ts";
import type { Node, Rule, Tensor } from "./tensor.ts";

/** Every primitive's rule: its documentation, shape rule, gradient and (if fused) definition. */
export const primitives: { readonly [P in Primitive]: Rule<P> } = {
  input: leaves.inputRule,
  parameter: leaves.parameterRule,
  constant: leaves.constantRule,
  range: leaves.rangeRule,
  extent: leaves.extentRule,
  add: elementwise.addRule,
  subtract: elementwise.subtractRule,
  multiply: elementwise.multiplyRule,
  divide: elementwise.divideRule,
  maximum: elementwise.maximumRule,
  minimum: elementwise.minimumRule,
  power: elementwise.powerRule,
  negate: elementwise.negateRule,
  abs: elementwise.absRule,
  sign: elementwise.signRule,
  floor: elementwise.floorRule,
  exp: elementwise.expRule,
  log: elementwise.logRule,
  sqrt: elementwise.sqrtRule,
  reciprocal: elementwise.reciprocalRule,
  tanh: elementwise.tanhRule,
  sigmoid: elementwise.sigmoidRule,
  erf: elementwise.erfRule,
  sin: elementwise.sinRule,
  cos: elementwise.cosRule,
  cast: elementwise.castRule,
  equal: elementwise.equalRule,
  less: elementwise.lessRule,
  and: elementwise.andRule,
  or: elementwise.orRule,
  not: elementwise.notRule,
  where: elementwise.whereRule,
  reshape: structure.reshapeRule,
  transpose: structure.transposeRule,
  expand: structure.expandRule,
  concat: structure.concatRule,
  slice: structure.sliceRule,
  pad: structure.padRule,
  sum: structure.sumRule,
  max: order.maxRule,
  argMax: order.argMaxRule,
  topK: order.topKRule,
  cumulativeSum: order.cumulativeSumRule,
  matmul: matmulRule,
  gather: indexing.gatherRule,
  scatterAdd: indexing.scatterAddRule,
  takeAlong: indexing.takeAlongRule,
  addAlong: indexing.addAlongRule,
  softmax: softmax.softmaxRule,
  logSoftmax: softmax.logSoftmaxRule,
  silu: activations.siluRule,
  swiglu: activations.swigluRule,
  gelu: activations.geluRule,
  rmsNorm: normalization.rmsNormRule,
  layerNorm: normalization.layerNormRule,
  rotary: attention.rotaryRule,
  attention: attention.attentionRule,
  crossEntropy: softmax.crossEntropyRule,
  lora: loraRule,
};

const fused: { readonly [P in FusedPrimitive]: true } = {
  softmax: true,
  logSoftmax: true,
  silu: true,
  swiglu: true,
  gelu: true,
  rmsNorm: true,
  layerNorm: true,
  rotary: true,
  attention: true,
  crossEntropy: true,
  lora: true,
};

/** Whether a primitive is a named composite, with a definition in basic primitives. */
export function isFused(primitive: Primitive): primitive is FusedPrimitive {
  return primitive in fused;
}

/** A fused node's results in basic primitives (and other fused ones), as its definition has them; else undefined. */
export function define(node: Node): readonly Tensor[] | undefined {
  if (!isFused(node.rule.primitive)) return undefined;
  const { definition } = node.rule as unknown as {
    definition: (inputs: readonly Tensor[], attributes: unknown) => readonly Tensor[];
  };
  return definition(node.inputs, node.attributes);
}
