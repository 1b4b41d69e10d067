// Products with frozen matrices in 4 or 8 bits a number, by the runtime's own kernel, which never unpacks a whole matrix.
// Nothing else reads such a matrix, and gradients do not pass through it.
import type { Node } from "@weightsmith/autodiff";
import { microsoftDomain } from "../model/proto.ts";
import type { QuantizedWeight } from "../quantized-weight.ts";
import type { GraphBuilder } from "./builder.ts";

/**
 * x·wᵀ with a quantized w.
 * @throws RangeError if the product is of another form
 */
export function quantizedProduct(
  graph: GraphBuilder,
  { attributes: { transposeA, transposeB, scale } }: Node<"matmul">,
  [x, name]: readonly [string, string],
  { bits, blockSize, shape: [rows, columns] }: QuantizedWeight,
): string {
  if (transposeA || !transposeB || scale !== 1) throw misuse(name);
  const { data, scales } = graph.quantizedParts(name);
  // Accuracy level 4: the other operand is rounded to 8 bits by block, which keeps the product in integers.
  const attributes = { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: 4 };
  return graph.node("MatMulNBits", [x, data, scales], attributes, microsoftDomain);
}

/** The error for a quantized weight in any other place than a product's transposed second operand. */
export function misuse(name: string): RangeError {
  return new RangeError(
    `The weight "${name}" is quantized, which only matmul(x, weight, { transposeB: true }) can read: give it as float32.`,
  );
}
