// Softmax, its logarithm and the cross entropy of targets under it, with closed-form gradients.
import { isFloat } from "../dtype.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { add, divide, exp, log, multiply, negate, subtract } from "../operations/elementwise.ts";
import { addAlong, takeAlong } from "../operations/indexing.ts";
import { max } from "../operations/order.ts";
import { reshape, sum } from "../operations/structure.ts";
import { formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";

const last = { axes: -1, keepDims: true } as const;

function inferRows(operation: string, x: TensorType): readonly [TensorType] {
  if (!isFloat(x.dtype)) {
    throw new DtypeError({
      operation,
      invariant: "elements must be floats",
      received: x.dtype,
      remedy: "cast() to float32 first.",
    });
  }
  if (x.shape.length === 0) {
    throw new ShapeError({
      operation,
      invariant: "there must be a last axis to normalise over",
      received: formatShape(x.shape),
      remedy: "Reshape the number to [1].",
    });
  }
  return [{ dtype: x.dtype, shape: x.shape }];
}

export const softmaxRule: Rule<"softmax"> = {
  primitive: "softmax",
  doc: "y_i = e^x_i ÷ Σ_j e^x_j over the last axis.",
  infer: ([x]) => inferRows("softmax", x),
  definition: ([x]) => {
    const powers = exp(subtract(x, max(x, last)));
    return [divide(powers, sum(powers, last))];
  },
  // dx = y ∘ (d − Σ_j d_j y_j)
  gradient: ({ outputs: [y] }, d) => [multiply(y, subtract(d, sum(multiply(d, y), last)))],
};

/** y_i = e^x_i ÷ Σ_j e^x_j over the last axis. @throws ShapeError for rank 0 @throws DtypeError unless floats */
export const softmax = (x: Tensor): Tensor => apply(softmaxRule, [x], {})[0];

export const logSoftmaxRule: Rule<"logSoftmax"> = {
  primitive: "logSoftmax",
  doc: "y_i = x_i − log Σ_j e^x_j over the last axis.",
  infer: ([x]) => inferRows("logSoftmax", x),
  definition: ([x]) => {
    const shifted = subtract(x, max(x, last));
    return [subtract(shifted, log(sum(exp(shifted), last)))];
  },
  // dx = d − e^y · Σ_j d_j
  gradient: ({ outputs: [y] }, d) => [subtract(d, multiply(exp(y), sum(d, last)))],
};

/** y_i = x_i − log Σ_j e^x_j over the last axis. @throws ShapeError for rank 0 @throws DtypeError unless floats */
export const logSoftmax = (x: Tensor): Tensor => apply(logSoftmaxRule, [x], {})[0];

export const crossEntropyRule: Rule<"crossEntropy"> = {
  primitive: "crossEntropy",
  doc: "−log softmax(logits)[target] for each row, and the log-probabilities.",
  infer: ([logits, targets]) => {
    const [type] = inferRows("crossEntropy", logits);
    if (targets.dtype !== "int64" && targets.dtype !== "int32") {
      throw new DtypeError({
        operation: "crossEntropy",
        invariant: "targets must be int64 or int32 classes",
        received: targets.dtype,
        remedy: "cast() them to int64; for probabilities use logSoftmax() and sum().",
      });
    }
    if (!sameShape(targets.shape, logits.shape.slice(0, -1))) {
      throw new ShapeError({
        operation: "crossEntropy",
        invariant: "there must be one target for each row of logits",
        received: `logits ${formatShape(logits.shape)}, targets ${formatShape(targets.shape)}`,
        remedy: "Give targets the shape of the logits without the last axis.",
      });
    }
    return [{ dtype: type.dtype, shape: targets.shape }, type];
  },
  definition: ([logits, targets]) => {
    const logProbabilities = logSoftmax(logits);
    const picked = takeAlong(logProbabilities, reshape(targets, [...targets.shape, 1]));
    return [negate(reshape(picked, targets.shape)), logProbabilities];
  },
  // For a row of loss gradient d: d·(softmax − onehot(target)); and through log-probabilities as in logSoftmax.
  gradient: ({ inputs: [, targets], outputs: [, logProbabilities] }, dLosses, dLogs) => {
    const probabilities = exp(logProbabilities);
    const column = [...targets.shape, 1];
    const parts: Tensor[] = [];
    if (dLosses) {
      const d = reshape(dLosses, column);
      parts.push(addAlong(multiply(probabilities, d), reshape(targets, column), negate(d)));
    }
    if (dLogs) parts.push(subtract(dLogs, multiply(probabilities, sum(dLogs, last))));
    return [parts.reduce(add), undefined];
  },
};

/**
 * The negative log-likelihood of each target: −log softmax(logits)[target], in nats.
 * @param logits float [...,V]   @param targets int64 or int32 [...], each in 0 … V−1 (checked when the graph runs)
 * @returns float [...]
 * @throws ShapeError unless there is one target a row @throws DtypeError for float targets or integer logits
 */
export const crossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  apply(crossEntropyRule, [logits, targets], {})[0];
