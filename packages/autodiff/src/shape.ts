// Shapes: lists of dimensions, and the few rules (broadcasting, axes, element counts) that every shape rule shares.
import { type Dim, multiplyDims } from "./dimension.ts";
import type { Dtype } from "./dtype.ts";
import { ShapeError } from "./errors.ts";

export type Shape = readonly Dim[];

/** What is known of a tensor before it runs. */
export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** The number of elements; a polynomial if the shape has symbols. */
export function elementCount(shape: Shape): Dim {
  return shape.reduce<Dim>(multiplyDims, 1);
}

/**
 * The shape of an elementwise result under NumPy's broadcasting: aligned at the last axis, each pair of dimensions
 * equal or one of them 1.
 * @throws ShapeError naming `operation`
 */
export function broadcastShapes(operation: string, ...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let result: Dim = 1;
    for (const shape of shapes) {
      const dim = shape[axis - rank + shape.length] ?? 1;
      if (dim === 1 || dim === result) continue;
      if (result !== 1) {
        throw new ShapeError({
          operation,
          invariant: "shapes must be equal or 1 on every axis, aligned at the last",
          received: shapes.map(formatShape).join(" and "),
          remedy: "Reshape one operand, or expand it, so that the axes line up.",
        });
      }
      result = dim;
    }
    return result;
  });
}

/**
 * The axes over which a tensor of shape `to` was repeated to reach shape `from`, as axes of `from`: those that a
 * gradient must be summed over on its way back.
 */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const extra = from.length - to.length;
  return from.flatMap((dim, axis) => (axis < extra || (to[axis - extra] === 1 && dim !== 1) ? [axis] : []));
}

/** An axis counted from the front; negative ones count from the back. @throws ShapeError if out of range */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw new ShapeError({
      operation,
      invariant: `an axis must lie between ${-rank} and ${rank - 1}`,
      received: `axis ${axis} for a tensor of rank ${rank}`,
      remedy: "Count axes from 0 at the front or from -1 at the back.",
    });
  }
  return positive;
}
