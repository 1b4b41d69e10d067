import { input, matmul, parameter } from "@weightsmith/autodiff";
import { evaluate, Value } from "@weightsmith/onnx";
import { describe, expect, it } from "vitest";
import { Random } from "../model/random.ts";
import { quantizeMatrix } from "./quantize.ts";

/** The matrix that a quantized one stands for. */
function dequantized({
  bits,
  blockSize,
  shape,
  data,
  scales,
}: ReturnType<typeof quantizeMatrix>): Float32Array {
  const [rows, columns] = shape;
  const blocks = Math.ceil(columns / blockSize);
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const block = row * blocks + Math.floor(column / blockSize);
    const place = block * blockSize + (column % blockSize);
    const q = bits === 8 ? data[place]! : (data[place >> 1]! >> (4 * (place & 1))) & 15;
    return scales[block]! * (q - 2 ** (bits - 1));
  });
}

const random = new Random(1);
const shape = [6, 80] as const;
const values = Float32Array.from({ length: 480 }, () => random.normal());

describe("quantizeMatrix", () => {
  it.each([
    [8, 1 / 127 / 2],
    [4, 1 / 8],
  ] as const)("in %i bits is off by no more than a block's largest number allows", (bits, share) => {
    const close = dequantized(quantizeMatrix(values, shape, { bits }));
    for (let row = 0; row < 6; row++) {
      for (let start = 0; start < 80; start += 32) {
        const block = Array.from({ length: Math.min(32, 80 - start) }, (_, at) => row * 80 + start + at);
        const largest = Math.max(...block.map((at) => Math.abs(values[at]!)));
        for (const at of block)
          expect(Math.abs(close[at]! - values[at]!)).toBeLessThanOrEqual(largest * share * 1.0001);
      }
    }
  });

  it.each([8, 4] as const)("multiplies in the runtime as what it stands for: %i bits", async (bits) => {
    const weight = quantizeMatrix(values, shape, { bits });
    const x = Float32Array.from({ length: 240 }, () => random.normal());
    const product = matmul(input("x", "float32", [1, 3, 80]), parameter("w", [...shape]), {
      transposeB: true,
    });
    const feeds = { x: Value.of("float32", [1, 3, 80], x) };
    const [{ y: quantized }, { y: exact }] = [
      await evaluate({ y: product }, feeds, new Map([["w", weight]])),
      await evaluate({ y: product }, feeds, new Map([["w", dequantized(weight)]])),
    ];
    const [got, expected] = [quantized.data as Float32Array, exact.data as Float32Array];
    // The kernel rounds x to 8 bits too: 80 products, each off by at most half of 1/127 of x's largest.
    for (const [at, value] of expected.entries()) expect(Math.abs(got[at]! - value)).toBeLessThan(0.25);
  });

  it("keeps zeros zero and refuses odd block sizes", () => {
    expect(
      dequantized(quantizeMatrix(new Float32Array(64), [2, 32], { bits: 4 })).every((value) => value === 0),
    ).toBe(true);
    expect(() => quantizeMatrix(values, shape, { bits: 8, blockSize: 20 })).toThrow(/power of two/);
  });

  it("is refused where a graph needs the matrix itself", async () => {
    const weight = quantizeMatrix(values, shape, { bits: 8 });
    const product = matmul(input("x", "float32", [3, 6]), parameter("w", [...shape]));
    await expect(
      evaluate({ product }, { x: new Float32Array(18) }, new Map([["w", weight]])),
    ).rejects.toThrow(/quantized/);
  });
});
