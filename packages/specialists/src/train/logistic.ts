/**
 * Logistic regression with a fixed offset an example, by Newton's method: minimises over w and b
 *
 *   Σ_i c_i·[ln(1 + e^{z_i}) − y_i·z_i] / Σ_i c_i + ½·ridge·|w|²,   z_i = w·x_i + b − o_i.
 *
 * Convex, so that there is one answer and no learning rate. N examples, D features.
 */

export interface LogisticExamples {
  /** [N,D] */
  readonly features: Float32Array;
  /** 0 or 1. [N] */
  readonly labels: Uint8Array;
  /** How much each counts. [N] */
  readonly counts: Float32Array;
  /** What is taken off each score. [N] */
  readonly offsets: Float32Array;
}

export interface LogisticModel {
  readonly weight: Float32Array;
  readonly bias: number;
  /** The minimum found, nats. */
  readonly loss: number;
}

const mostIterations = 30;
/** Newton's decrement, half of which is about what is still to gain, nats. */
const tolerance = 1e-7;

/** @throws RangeError if the examples are all of one kind */
export function fitLogistic(examples: LogisticExamples, ridge: number, width: number): LogisticModel {
  const { labels } = examples;
  if (!labels.includes(0) || !labels.includes(1)) throw new RangeError("examples of both kinds are needed");
  const size = width + 1;
  let parameters = new Float64Array(size);
  let loss = lossOf(examples, parameters, ridge);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const { gradient, hessian } = derivatives(examples, parameters, ridge);
    const direction = solvePositive(hessian, gradient);
    const decrement = direction.reduce((sum, value, index) => sum + value * gradient[index]!, 0);
    if (decrement < tolerance) break;
    // Newton's step may go too far where scores are extreme.
    let [scale, improved] = [1, false];
    for (let halving = 0; halving < 20 && !improved; halving++, scale /= 2) {
      const step = scale;
      const trial = parameters.map((value, index) => value - step * direction[index]!);
      const trialLoss = lossOf(examples, trial, ridge);
      if (trialLoss < loss) [parameters, loss, improved] = [trial, trialLoss, true];
    }
    if (!improved) break;
  }
  return { weight: Float32Array.from(parameters.subarray(0, width)), bias: parameters[width]!, loss };
}

/** The loss without its ridge: how well a model tells the examples apart, nats. */
export function logisticLoss(examples: LogisticExamples, { weight, bias }: LogisticModel): number {
  return lossOf(examples, Float64Array.from([...weight, bias]), 0);
}

function scoreOf({ features, offsets }: LogisticExamples, index: number, parameters: Float64Array): number {
  const width = parameters.length - 1;
  let score = parameters[width]! - offsets[index]!;
  for (let place = 0; place < width; place++) score += parameters[place]! * features[index * width + place]!;
  return score;
}

function lossOf(examples: LogisticExamples, parameters: Float64Array, ridge: number): number {
  const { labels, counts } = examples;
  let [sum, total] = [0, 0];
  for (let index = 0; index < labels.length; index++) {
    const score = scoreOf(examples, index, parameters);
    const softplus = Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score)));
    sum += counts[index]! * (softplus - labels[index]! * score);
    total += counts[index]!;
  }
  return sum / total + (ridge / 2) * squares(parameters);
}

/** The bias is not held back. */
const squares = (parameters: Float64Array): number =>
  parameters.subarray(0, -1).reduce((sum, value) => sum + value * value, 0);

function derivatives(examples: LogisticExamples, parameters: Float64Array, ridge: number) {
  const { features, labels, counts } = examples;
  const size = parameters.length;
  const width = size - 1;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const example = new Float64Array(size);
  example[width] = 1;
  for (let index = 0; index < labels.length; index++) {
    for (let place = 0; place < width; place++) example[place] = features[index * width + place]!;
    const probability = 1 / (1 + Math.exp(-scoreOf(examples, index, parameters)));
    const count = counts[index]! / total;
    const [slope, curve] = [count * (probability - labels[index]!), count * probability * (1 - probability)];
    for (let row = 0; row < size; row++) {
      gradient[row]! += slope * example[row]!;
      const scaled = curve * example[row]!;
      for (let column = 0; column <= row; column++)
        hessian[row * size + column]! += scaled * example[column]!;
    }
  }
  for (let row = 0; row < size; row++) {
    if (row < width) gradient[row]! += ridge * parameters[row]!;
    // The bias has no ridge; where nothing is uncertain any more its curvature vanishes.
    hessian[row * size + row]! += row < width ? ridge : 1e-9;
  }
  return { gradient, hessian };
}

/** x with M·x = v for a positive definite M, of which the lower half is read, by Cholesky's decomposition. */
function solvePositive(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const lower = matrix.slice();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let value = lower[row * size + column]!;
      for (let inner = 0; inner < column; inner++)
        value -= lower[row * size + inner]! * lower[column * size + inner]!;
      lower[row * size + column] =
        row === column ? Math.sqrt(Math.max(value, 1e-12)) : value / lower[column * size + column]!;
    }
  }
  const solution = vector.slice();
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < row; inner++) solution[row]! -= lower[row * size + inner]! * solution[inner]!;
    solution[row]! /= lower[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let inner = row + 1; inner < size; inner++)
      solution[row]! -= lower[inner * size + row]! * solution[inner]!;
    solution[row]! /= lower[row * size + row]!;
  }
  return solution;
}
