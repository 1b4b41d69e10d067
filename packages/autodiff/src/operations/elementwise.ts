// Elementwise arithmetic with NumPy broadcasting. Operands may be numbers; they take the other operand's dtype.
import { type Dtype, isFloat } from "../dtype.ts";
import { DtypeError } from "../errors.ts";
import { broadcastShapes, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";
import { scalar } from "./leaves.ts";
import { sumTo } from "./structure.ts";

/** A tensor, or a number standing for a constant. */
export type Operand = Tensor | number;

type Arithmetic = "add" | "subtract" | "multiply" | "divide" | "maximum" | "minimum" | "power";
type Comparison = "equal" | "less";

function inferBinary(operation: string, a: TensorType, b: TensorType): TensorType {
  if (a.dtype !== b.dtype) {
    throw new DtypeError({
      operation,
      invariant: "both operands must have one dtype",
      received: `${a.dtype} and ${b.dtype}`,
      remedy: "cast() one of them.",
    });
  }
  return { dtype: a.dtype, shape: broadcastShapes(operation, a.shape, b.shape) };
}

function inferNumeric(operation: string, a: TensorType, b: TensorType): TensorType {
  const type = inferBinary(operation, a, b);
  if (type.dtype === "bool") {
    throw new DtypeError({
      operation,
      invariant: "operands must be numbers",
      received: "bool",
      remedy: "cast() them to int64 or float32.",
    });
  }
  return type;
}

/** The gradients by a and b, from both, the result y and the gradient d by y. */
type BinaryGradient = (a: Tensor, b: Tensor, y: Tensor, d: Tensor) => readonly [Tensor, Tensor];

/** A binary rule; the cast holds because every arithmetic primitive has this one signature. */
function arithmetic<P extends Arithmetic>(primitive: P, doc: string, gradient: BinaryGradient): Rule<P> {
  const rule: Rule<"add"> = {
    primitive: primitive as "add",
    doc,
    infer: ([a, b]) => [inferNumeric(primitive, a, b)],
    gradient: ({ inputs: [a, b], outputs: [y] }, d) => gradient(a, b, y, d),
  };
  return rule as unknown as Rule<P>;
}

/** Both operands as tensors of one dtype. */
export function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  const dtype: Dtype = typeof a !== "number" ? a.dtype : typeof b !== "number" ? b.dtype : "float32";
  return [typeof a === "number" ? scalar(a, dtype) : a, typeof b === "number" ? scalar(b, dtype) : b];
}

export const addRule = arithmetic("add", "a + b", (a, b, _y, d) => [sumTo(d, a.shape), sumTo(d, b.shape)]);
export const subtractRule = arithmetic("subtract", "a − b", (a, b, _y, d) => [
  sumTo(d, a.shape),
  negate(sumTo(d, b.shape)),
]);
export const multiplyRule = arithmetic("multiply", "a · b", (a, b, _y, d) => [
  sumTo(multiply(d, b), a.shape),
  sumTo(multiply(d, a), b.shape),
]);
export const divideRule = arithmetic("divide", "a ÷ b", (a, b, y, d) => {
  const da = divide(d, b);
  return [sumTo(da, a.shape), negate(sumTo(multiply(da, y), b.shape))];
});
/** Where both are equal, each takes half: the symmetric subgradient. */
const extremum: BinaryGradient = (a, b, y, d) => {
  const [aWins, bWins] = [cast(equal(a, y), d.dtype), cast(equal(b, y), d.dtype)];
  const share = divide(d, add(aWins, bWins));
  return [sumTo(multiply(share, aWins), a.shape), sumTo(multiply(share, bWins), b.shape)];
};
export const maximumRule = arithmetic("maximum", "the larger of a and b", extremum);
export const minimumRule = arithmetic("minimum", "the smaller of a and b", extremum);
export const powerRule = arithmetic(
  "power",
  "a^b, with a > 0 wherever b's gradient is wanted",
  (a, b, y, d) => {
    const da = multiply(multiply(d, b), power(a, subtract(b, 1)));
    return [sumTo(da, a.shape), sumTo(multiply(multiply(d, y), log(a)), b.shape)];
  },
);

/** a + b. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const add = (a: Operand, b: Operand): Tensor => apply(addRule, operands(a, b), {})[0];
/** a − b. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const subtract = (a: Operand, b: Operand): Tensor => apply(subtractRule, operands(a, b), {})[0];
/** a · b, elementwise. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const multiply = (a: Operand, b: Operand): Tensor => apply(multiplyRule, operands(a, b), {})[0];
/** a ÷ b. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const divide = (a: Operand, b: Operand): Tensor => apply(divideRule, operands(a, b), {})[0];
/** The larger of a and b. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const maximum = (a: Operand, b: Operand): Tensor => apply(maximumRule, operands(a, b), {})[0];
/** The smaller of a and b. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const minimum = (a: Operand, b: Operand): Tensor => apply(minimumRule, operands(a, b), {})[0];
/** a^b. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const power = (a: Operand, b: Operand): Tensor => apply(powerRule, operands(a, b), {})[0];

// Functions of one number.

type Float =
  | "negate"
  | "abs"
  | "sign"
  | "floor"
  | "exp"
  | "log"
  | "sqrt"
  | "reciprocal"
  | "tanh"
  | "sigmoid"
  | "erf"
  | "sin"
  | "cos";

/** The gradient by x, from x, y and the gradient d by y. */
type UnaryGradient = (x: Tensor, y: Tensor, d: Tensor) => Tensor;

/** A unary rule; the cast holds because every function of one number has this one signature. */
function elementwise<P extends Float>(primitive: P, doc: string, gradient: UnaryGradient | "none"): Rule<P> {
  const rule: Rule<"exp"> = {
    primitive: primitive as "exp",
    doc,
    infer: ([x]) => {
      if (isFloat(x.dtype)) return [{ dtype: x.dtype, shape: x.shape }];
      throw new DtypeError({
        operation: primitive,
        invariant: "elements must be floats",
        received: x.dtype,
        remedy: "cast() to float32 first.",
      });
    },
    gradient: gradient === "none" ? "none" : ({ inputs: [x], outputs: [y] }, d) => [gradient(x, y, d)],
  };
  return rule as unknown as Rule<P>;
}

export const negateRule = elementwise("negate", "−x", (_x, _y, d) => negate(d));
export const absRule = elementwise("abs", "|x|, gradient 0 at 0", (x, _y, d) => multiply(d, sign(x)));
export const signRule = elementwise("sign", "−1, 0 or 1", "none");
export const floorRule = elementwise("floor", "the largest integer ≤ x", "none");
export const expRule = elementwise("exp", "e^x", (_x, y, d) => multiply(d, y));
export const logRule = elementwise("log", "natural logarithm", (x, _y, d) => divide(d, x));
export const sqrtRule = elementwise("sqrt", "√x", (_x, y, d) => divide(multiply(d, 0.5), y));
export const reciprocalRule = elementwise("reciprocal", "1 ÷ x", (_x, y, d) =>
  negate(multiply(d, multiply(y, y))),
);
export const tanhRule = elementwise("tanh", "tanh x", (_x, y, d) => multiply(d, subtract(1, multiply(y, y))));
export const sigmoidRule = elementwise("sigmoid", "1 ÷ (1 + e^−x)", (_x, y, d) =>
  multiply(multiply(d, y), subtract(1, y)),
);
export const erfRule = elementwise("erf", "2/√π ∫₀ˣ e^−t² dt", (x, _y, d) =>
  multiply(multiply(d, 2 / Math.sqrt(Math.PI)), exp(negate(multiply(x, x)))),
);
export const sinRule = elementwise("sin", "sin x", (x, _y, d) => multiply(d, cos(x)));
export const cosRule = elementwise("cos", "cos x", (x, _y, d) => negate(multiply(d, sin(x))));

/** −x. @throws DtypeError unless floats */
export const negate = (x: Tensor): Tensor => apply(negateRule, [x], {})[0];
/** |x|, with gradient 0 at 0. @throws DtypeError unless floats */
export const abs = (x: Tensor): Tensor => apply(absRule, [x], {})[0];
/** −1, 0 or 1. @throws DtypeError unless floats */
export const sign = (x: Tensor): Tensor => apply(signRule, [x], {})[0];
/** The largest integer ≤ x. @throws DtypeError unless floats */
export const floor = (x: Tensor): Tensor => apply(floorRule, [x], {})[0];
/** e^x. @throws DtypeError unless floats */
export const exp = (x: Tensor): Tensor => apply(expRule, [x], {})[0];
/** The natural logarithm. @throws DtypeError unless floats */
export const log = (x: Tensor): Tensor => apply(logRule, [x], {})[0];
/** √x. @throws DtypeError unless floats */
export const sqrt = (x: Tensor): Tensor => apply(sqrtRule, [x], {})[0];
/** 1 ÷ x. @throws DtypeError unless floats */
export const reciprocal = (x: Tensor): Tensor => apply(reciprocalRule, [x], {})[0];
/** The hyperbolic tangent. @throws DtypeError unless floats */
export const tanh = (x: Tensor): Tensor => apply(tanhRule, [x], {})[0];
/** 1 ÷ (1 + e^−x). @throws DtypeError unless floats */
export const sigmoid = (x: Tensor): Tensor => apply(sigmoidRule, [x], {})[0];
/** The error function, 2/√π ∫₀ˣ e^−t² dt. @throws DtypeError unless floats */
export const erf = (x: Tensor): Tensor => apply(erfRule, [x], {})[0];
/** The sine of radians. @throws DtypeError unless floats */
export const sin = (x: Tensor): Tensor => apply(sinRule, [x], {})[0];
/** The cosine of radians. @throws DtypeError unless floats */
export const cos = (x: Tensor): Tensor => apply(cosRule, [x], {})[0];

// Element types, comparison and choice.

export const castRule: Rule<"cast"> = {
  primitive: "cast",
  doc: "The same values under another dtype; floats to integers truncate, bool is 0 or 1.",
  infer: ([x], { dtype }) => [{ dtype, shape: x.shape }],
  gradient: ({ inputs: [x], attributes: { dtype } }, d) => [
    isFloat(dtype) && isFloat(x.dtype) ? cast(d, x.dtype) : undefined,
  ],
};

/** The same values under another dtype; floats to integers truncate, bool is 0 or 1. */
export function cast(x: Tensor, dtype: Dtype): Tensor {
  return x.dtype === dtype ? x : apply(castRule, [x], { dtype })[0];
}

function comparison<P extends Comparison>(primitive: P, doc: string): Rule<P> {
  const rule: Rule<"equal"> = {
    primitive: primitive as "equal",
    doc,
    infer: ([a, b]) => [{ dtype: "bool", shape: inferNumeric(primitive, a, b).shape }],
    gradient: "none",
  };
  return rule as unknown as Rule<P>;
}

export const equalRule = comparison("equal", "a = b, as bool");
export const lessRule = comparison("less", "a < b, as bool");

/** a = b, as bool. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const equal = (a: Operand, b: Operand): Tensor => apply(equalRule, operands(a, b), {})[0];
/** a < b, as bool. @throws ShapeError if they do not broadcast @throws DtypeError if their dtypes differ */
export const less = (a: Operand, b: Operand): Tensor => apply(lessRule, operands(a, b), {})[0];

function inferLogic(operation: string, ...operands: readonly TensorType[]): readonly [TensorType] {
  const wrong = operands.find(({ dtype }) => dtype !== "bool");
  if (wrong) {
    throw new DtypeError({
      operation,
      invariant: "operands must be bool",
      received: wrong.dtype,
      remedy: "Compare with less() or equal() first.",
    });
  }
  return [{ dtype: "bool", shape: broadcastShapes(operation, ...operands.map(({ shape }) => shape)) }];
}

export const andRule: Rule<"and"> = {
  primitive: "and",
  doc: "Both true.",
  infer: (inputs) => inferLogic("and", ...inputs),
  gradient: "none",
};
export const orRule: Rule<"or"> = {
  primitive: "or",
  doc: "Either true.",
  infer: (inputs) => inferLogic("or", ...inputs),
  gradient: "none",
};
export const notRule: Rule<"not"> = {
  primitive: "not",
  doc: "True where false.",
  infer: (inputs) => inferLogic("not", ...inputs),
  gradient: "none",
};

/** Both true. @throws DtypeError unless bool @throws ShapeError if they do not broadcast */
export const and = (a: Tensor, b: Tensor): Tensor => apply(andRule, [a, b], {})[0];
/** Either true. @throws DtypeError unless bool @throws ShapeError if they do not broadcast */
export const or = (a: Tensor, b: Tensor): Tensor => apply(orRule, [a, b], {})[0];
/** True where false. @throws DtypeError unless bool */
export const not = (x: Tensor): Tensor => apply(notRule, [x], {})[0];

export const whereRule: Rule<"where"> = {
  primitive: "where",
  doc: "a where the condition holds, else b.",
  infer: ([condition, a, b]) => {
    inferLogic("where", condition);
    const { dtype } = inferBinary("where", a, b);
    return [{ dtype, shape: broadcastShapes("where", condition.shape, a.shape, b.shape) }];
  },
  gradient: ({ inputs: [condition, a, b] }, d) => [
    undefined,
    sumTo(where(condition, d, 0), a.shape),
    sumTo(where(condition, 0, d), b.shape),
  ],
};

/** a where `condition` (bool) holds, else b. @throws DtypeError @throws ShapeError if they do not broadcast */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return apply(whereRule, [condition, ...operands(a, b)], {})[0];
}
