// Reading and adding at positions given by integer tensors: rows of a table (embeddings), and elements along the last
// axis (the log-probability of a target). Each pair's gradients are each other.
import { canonicalDim, type Dim } from "../dimension.ts";
import { DtypeError, ShapeError } from "../errors.ts";
import { formatShape, sameShape, type TensorType } from "../shape.ts";
import { apply, type Rule, type Tensor } from "../tensor.ts";
import { scalar } from "./leaves.ts";
import { expand } from "./structure.ts";

function requireIndices(operation: string, { dtype }: TensorType): void {
  if (dtype === "int64" || dtype === "int32") return;
  throw new DtypeError({
    operation,
    invariant: "indices must be int64 or int32",
    received: dtype,
    remedy: "cast() them to int64.",
  });
}

export const gatherRule: Rule<"gather"> = {
  primitive: "gather",
  doc: "y[i…] = table[indices[i…]]: rows of a table, negative indices counting from the end.",
  infer: ([table, indices]) => {
    requireIndices("gather", indices);
    if (table.shape.length === 0) {
      throw new ShapeError({
        operation: "gather",
        invariant: "the table must have rows (rank 1 or more)",
        received: formatShape(table.shape),
        remedy: "Pass the table first, the indices second.",
      });
    }
    return [{ dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] }];
  },
  gradient: ({ inputs: [table, indices] }, d) => [scatterAdd(indices, d, table.shape[0]!), undefined],
};

/**
 * Rows of a table: an embedding look-up.
 * @param table [R,...W]   @param indices int64 or int32 [...I], each in −R … R−1 (checked when the graph runs)
 * @returns [...I,...W]
 * @throws DtypeError unless the indices are integers
 */
export const gather = (table: Tensor, indices: Tensor): Tensor => apply(gatherRule, [table, indices], {})[0];

export const scatterAddRule: Rule<"scatterAdd"> = {
  primitive: "scatterAdd",
  doc: "y[indices[i…]] += updates[i…] from zeros: rows summed by index.",
  infer: ([indices, updates], { rows }) => {
    requireIndices("scatterAdd", indices);
    const rank = indices.shape.length;
    if (!sameShape(updates.shape.slice(0, rank), indices.shape)) {
      throw new ShapeError({
        operation: "scatterAdd",
        invariant: "the updates' leading axes must be those of the indices",
        received: `indices ${formatShape(indices.shape)}, updates ${formatShape(updates.shape)}`,
        remedy: "Give one update row for each index.",
      });
    }
    return [{ dtype: updates.dtype, shape: [rows, ...updates.shape.slice(rank)] }];
  },
  gradient: ({ inputs: [indices] }, d) => [undefined, gather(d, indices)],
};

/**
 * Rows summed by index: y[indices[i…]] += updates[i…], from zeros.
 * @param indices int64 or int32 [...I]   @param updates [...I,...W]   @returns [rows,...W]
 * @throws ShapeError unless the updates begin with the indices' axes @throws DtypeError unless indices are integers
 */
export function scatterAdd(indices: Tensor, updates: Tensor, rows: Dim): Tensor {
  return apply(scatterAddRule, [indices, updates], { rows: canonicalDim(rows) })[0];
}

function requireAligned(operation: string, x: TensorType, indices: TensorType): void {
  requireIndices(operation, indices);
  if (
    x.shape.length === indices.shape.length &&
    sameShape(x.shape.slice(0, -1), indices.shape.slice(0, -1))
  ) {
    return;
  }
  throw new ShapeError({
    operation,
    invariant: "tensor and indices must agree in every axis but the last",
    received: `${formatShape(x.shape)} and indices ${formatShape(indices.shape)}`,
    remedy: "Reshape the indices; one index for each row has shape [...,1].",
  });
}

export const takeAlongRule: Rule<"takeAlong"> = {
  primitive: "takeAlong",
  doc: "y[…,k] = x[…,indices[…,k]].",
  infer: ([x, indices]) => {
    requireAligned("takeAlong", x, indices);
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  gradient: ({ inputs: [x, indices] }, d) => [addAlong(undefined, indices, d, x.shape.at(-1)!), undefined],
};

/**
 * Elements along the last axis: y[…,k] = x[…,indices[…,k]].
 * @param x [...,N]   @param indices int64 or int32 [...,K], each in −N … N−1   @returns [...,K]
 * @throws ShapeError if leading axes differ @throws DtypeError unless indices are integers
 */
export const takeAlong = (x: Tensor, indices: Tensor): Tensor => apply(takeAlongRule, [x, indices], {})[0];

export const addAlongRule: Rule<"addAlong"> = {
  primitive: "addAlong",
  doc: "y = base, then y[…,indices[…,k]] += updates[…,k].",
  infer: ([base, indices, updates]) => {
    requireAligned("addAlong", base, indices);
    if (!sameShape(updates.shape, indices.shape) || updates.dtype !== base.dtype) {
      throw new ShapeError({
        operation: "addAlong",
        invariant: "updates must have the indices' shape and the base's dtype",
        received: `${updates.dtype} ${formatShape(updates.shape)} for indices ${formatShape(indices.shape)}`,
        remedy: "Give one update for each index.",
      });
    }
    return [{ dtype: base.dtype, shape: base.shape }];
  },
  gradient: ({ inputs: [, indices] }, d) => [d, undefined, takeAlong(d, indices)],
};

/**
 * Adds elements along the last axis: y = base, then y[…,indices[…,k]] += updates[…,k].
 * @param base [...,N], or undefined for zeros of last axis `size`
 * @param indices int64 or int32 [...,K]   @param updates [...,K]   @returns [...,N]
 * @throws ShapeError if shapes do not align @throws DtypeError unless indices are integers
 */
export function addAlong(base: Tensor | undefined, indices: Tensor, updates: Tensor, size?: Dim): Tensor {
  const start = base ?? expand(scalar(0, updates.dtype), [...updates.shape.slice(0, -1), size!]);
  return apply(addAlongRule, [start, indices, updates], {})[0];
}
