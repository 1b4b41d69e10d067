// Smooth activations with closed-form derivatives.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { add, erf, exp, multiply, sigmoid, subtract, tanh } from "../operations/elementwise.ts";
import { formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";

function inferFloats(operation: string, x: TensorType): readonly [TensorType] {
  if (isFloat(x.dtype)) return [{ dtype: x.dtype, shape: x.shape }];
  throw new DtypeError({
    operation,
    invariant: "elements must be floats",
    received: x.dtype,
    remedy: "cast() to float32 first.",
  });
}

export const siluRule: Rule<"silu"> = {
  primitive: "silu",
  doc: "x · σ(x), also called swish.",
  infer: ([x]) => inferFloats("silu", x),
  definition: ([x]) => [multiply(x, sigmoid(x))],
  // y = x·σ, so y' = σ + x·σ·(1 − σ) = σ + y·(1 − σ)
  gradient: ({ inputs: [x], outputs: [y] }, d) => {
    const s = sigmoid(x);
    return [multiply(d, add(s, multiply(y, subtract(1, s))))];
  },
};

/** x · σ(x). @throws DtypeError unless floats @see Elfwing et al. 2018, arXiv:1702.03118 */
export const silu = (x: Tensor): Tensor => apply(siluRule, [x], {})[0];

export const swigluRule: Rule<"swiglu"> = {
  primitive: "swiglu",
  doc: "silu(gate) · up.",
  infer: ([gate, up]) => {
    const [type] = inferFloats("swiglu", gate);
    inferFloats("swiglu", up);
    if (!sameShape(gate.shape, up.shape) || gate.dtype !== up.dtype) {
      throw new ShapeError({
        operation: "swiglu",
        invariant: "gate and up must have one shape and dtype",
        received: `${gate.dtype} ${formatShape(gate.shape)} and ${up.dtype} ${formatShape(up.shape)}`,
        remedy: "Project both to the same width.",
      });
    }
    return [type];
  },
  definition: ([gate, up]) => [multiply(silu(gate), up)],
  // With σ = σ(gate): silu' = σ + silu·(1 − σ), so ∂y/∂gate = up·σ + y·(1 − σ) = σ·(up − y) + y: a pass less.
  gradient: ({ inputs: [gate, up], outputs: [y] }, d) => [
    multiply(d, add(multiply(sigmoid(gate), subtract(up, y)), y)),
    multiply(d, silu(gate)),
  ],
};

/**
 * The gated activation of Llama's feed-forward: silu(gate) · up.
 * @param gate float [...]   @param up float of the same shape
 * @throws ShapeError if the shapes differ @throws DtypeError unless floats
 * @see Shazeer 2020, arXiv:2002.05202
 */
export const swiglu = (gate: Tensor, up: Tensor): Tensor => apply(swigluRule, [gate, up], {})[0];

/** √(2/π) and the cubic coefficient of the tanh approximation. */
const slope = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

const inner = (x: Tensor) => tanh(multiply(multiply(x, slope), add(1, multiply(cubic, multiply(x, x)))));

export const geluRule: Rule<"gelu"> = {
  primitive: "gelu",
  doc: "x · Φ(x), Φ the normal distribution function; or its tanh approximation.",
  infer: ([x]) => inferFloats("gelu", x),
  definition: ([x], { approximation }) => {
    const twice = approximation === "tanh" ? inner(x) : erf(multiply(x, Math.SQRT1_2));
    return [multiply(multiply(x, 0.5), add(1, twice))];
  },
  gradient: ({ inputs: [x], attributes: { approximation } }, d) => {
    const squared = multiply(x, x);
    if (approximation === "none") {
      // y' = Φ(x) + x·φ(x)
      const cumulative = multiply(0.5, add(1, erf(multiply(x, Math.SQRT1_2))));
      const density = multiply(1 / Math.sqrt(2 * Math.PI), exp(multiply(squared, -0.5)));
      return [multiply(d, add(cumulative, multiply(x, density)))];
    }
    // y = ½x(1 + t), t = tanh(a(x + cx³)): y' = ½(1 + t) + ½x(1 − t²)·a(1 + 3cx²)
    const t = inner(x);
    const steepness = multiply(slope, add(1, multiply(3 * cubic, squared)));
    const bend = multiply(multiply(multiply(x, 0.5), subtract(1, multiply(t, t))), steepness);
    return [multiply(d, add(multiply(0.5, add(1, t)), bend))];
  },
};

/**
 * Gaussian error linear unit, x · Φ(x).
 * @param approximation `"tanh"` for ½x(1 + tanh(√(2/π)(x + 0.044715x³))), as GPT-2 has it
 * @throws DtypeError unless floats
 * @see Hendrycks and Gimpel 2016, arXiv:1606.08415
 */
export const gelu = (x: Tensor, approximation: "none" | "tanh" = "none"): Tensor =>
  apply(geluRule, [x], { approximation })[0];
