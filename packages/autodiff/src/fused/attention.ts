// Scaled dot-product attention and rotary positions.
// Legend: H heads, T queries, S keys, D width of a head, E width of a value.
import { divideDims } from "../dimension.ts";
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { matmul } from "../operations/contraction.ts";
import { add, multiply, negate, subtract } from "../operations/elementwise.ts";
import { concat, split, sum, sumTo } from "../operations/structure.ts";
import { broadcastShapes, formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";
import { softmax } from "./softmax.ts";

function requireFloats(operation: string, ...types: readonly TensorType[]): void {
  if (types.every(({ dtype }) => isFloat(dtype) && dtype === types[0]!.dtype)) return;
  throw new DtypeError({
    operation,
    invariant: "all operands must be floats of one dtype",
    received: types.map(({ dtype }) => dtype).join(" and "),
    remedy: "cast() them alike.",
  });
}

export const attentionRule: Rule<"attention"> = {
  primitive: "attention",
  doc: "o = p·v with p = softmax(scale·q·kᵀ + bias); and p.",
  infer: ([q, k, v, bias], _) => {
    requireFloats("attention", q, k, v, bias);
    const batch = q.shape.slice(0, -2);
    const [t, d] = q.shape.slice(-2);
    const [s, width] = v.shape.slice(-2);
    const logits = [...batch, t!, s!];
    const fits =
      q.shape.length >= 2 &&
      sameShape(k.shape, [...batch, s!, d!]) &&
      sameShape(v.shape.slice(0, -2), batch) &&
      sameShape(broadcastShapes("attention", logits, bias.shape), logits);
    if (!fits) {
      throw new ShapeError({
        operation: "attention",
        invariant: "q [...,T,D], k [...,S,D] and v [...,S,E] must agree, and bias broadcast to [...,T,S]",
        received: [q, k, v, bias].map(({ shape }) => formatShape(shape)).join(", "),
        remedy: "Fold groups of query heads into T, and split heads into a leading axis.",
      });
    }
    return [
      { dtype: q.dtype, shape: [...batch, t!, width!] },
      { dtype: q.dtype, shape: logits },
    ];
  },
  definition: ([q, k, v, bias], { scale }) => {
    const p = softmax(add(matmul(q, k, { transposeB: true, scale }), bias));
    return [matmul(p, v), p];
  },
  // dL = p∘(dO·vᵀ − rowsum(dO∘o)): the softmax's inner product Σ_j dP_j·p_j equals Σ_e dO_e·o_e, which is narrower.
  // @see Dao et al. 2022, arXiv:2205.14135, appendix B.2
  gradient: ({ inputs: [q, k, v, bias], outputs: [o, p], attributes: { scale } }, dO, dP) => {
    const parts: Tensor[] = [];
    let dV: Tensor | undefined;
    if (dO) {
      const inner = sum(multiply(dO, o), { axes: -1, keepDims: true });
      parts.push(multiply(p, subtract(matmul(dO, v, { transposeB: true }), inner)));
      dV = matmul(p, dO, { transposeA: true });
    }
    if (dP) {
      parts.push(multiply(p, subtract(dP, sum(multiply(dP, p), { axes: -1, keepDims: true }))));
    }
    const dLogits = parts.reduce(add);
    return [
      matmul(dLogits, k, { scale }),
      matmul(dLogits, q, { transposeA: true, scale }),
      dV,
      sumTo(dLogits, bias.shape),
    ];
  },
};

/**
 * Scaled dot-product attention: softmax(scale·q·kᵀ + bias)·v.
 * @param q float [...,T,D]   @param k float [...,S,D]   @param v float [...,S,E]
 * @param bias float, broadcast to [...,T,S] and added to the logits (a mask has large negative numbers)
 * @param scale a factor on q·kᵀ; 1/√D by default
 * @returns float [...,T,E]
 * @throws ShapeError if D, S or leading axes differ @throws DtypeError unless all are floats of one dtype
 * @see Vaswani et al. 2017 §3.2.1, arXiv:1706.03762 (our D is their d_k)
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor, scale?: number): Tensor {
  const factor = scale ?? 1 / Math.sqrt(Number(q.shape.at(-1)));
  return apply(attentionRule, [q, k, v, bias], { scale: factor })[0];
}

export const rotaryRule: Rule<"rotary"> = {
  primitive: "rotary",
  doc: "With x = [a|b] in halves of the last axis: [a·cos − b·sin | b·cos + a·sin].",
  infer: ([x, cos, sin]) => {
    requireFloats("rotary", x, cos, sin);
    const half = x.shape.length > 0 ? divideDims(x.shape.at(-1)!, 2) : undefined;
    const halves = [...x.shape.slice(0, -1), half ?? 0];
    if (half === undefined || ![cos, sin].every(({ shape }) => fitsInto(shape, halves))) {
      throw new ShapeError({
        operation: "rotary",
        invariant: "the last axis must be even, [...,D], and cos and sin broadcast to [...,D/2]",
        received: [x, cos, sin].map(({ shape }) => formatShape(shape)).join(", "),
        remedy: "Give one angle for each pair of channels and position.",
      });
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  definition: ([x, cos, sin]) => {
    const [a, b] = split(x, -1, 2) as [Tensor, Tensor];
    const left = subtract(multiply(a, cos), multiply(b, sin));
    return [concat([left, add(multiply(b, cos), multiply(a, sin))], -1)];
  },
  // A rotation is undone by the opposite angle.
  gradient: ({ inputs: [x, cos, sin] }, d) => {
    const [a, b] = split(x, -1, 2) as [Tensor, Tensor];
    const [da, db] = split(d, -1, 2) as [Tensor, Tensor];
    return [
      rotary(d, cos, negate(sin)),
      sumTo(add(multiply(da, a), multiply(db, b)), cos.shape),
      sumTo(subtract(multiply(db, a), multiply(da, b)), sin.shape),
    ];
  },
};

function fitsInto(shape: TensorType["shape"], target: TensorType["shape"]): boolean {
  return shape.length <= target.length && sameShape(broadcastShapes("rotary", shape, target), target);
}

/**
 * Rotary position embedding, in the half-split layout of Llama: with x = [a|b], [a·cos − b·sin | b·cos + a·sin].
 * @param x float [...,T,D]   @param cos float, broadcast to [...,T,D/2]   @param sin likewise
 * @throws ShapeError if D is odd or the angles do not fit @throws DtypeError unless all are floats of one dtype
 * @see Su et al. 2021, arXiv:2104.09864
 */
export const rotary = (x: Tensor, cos: Tensor, sin: Tensor): Tensor =>
  apply(rotaryRule, [x, cos, sin], {})[0];
