import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bfloatBits,
  fromBigInt64,
  fromFloat32,
  halfBits,
  type TensorData,
  toBigInt64,
  toFloat32,
} from "./element-type.ts";

const stored = (dtype: TensorData["dtype"], words: ArrayLike<number>, width: 8 | 16): TensorData => ({
  dtype,
  shape: [words.length],
  bytes: new Uint8Array((width === 8 ? Uint8Array.from(words) : Uint16Array.from(words)).buffer),
});

describe("half precision", () => {
  test.each([
    [0, 0],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [2 ** -14, 0x0400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.NaN, 0x7e00],
  ])("%d has the bits %d", (value, bits) => {
    expect(halfBits(value)).toBe(bits);
  });

  test("every value survives the way to float32 and back", () => {
    const words = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
    const values = toFloat32(stored("F16", words, 16));
    values.forEach((value, bits) => {
      if (Number.isNaN(value)) expect(halfBits(value)).toBe(0x7e00);
      else expect(halfBits(value)).toBe(bits);
    });
  });

  test("rounds to the nearest of all values, ties to the even one", () => {
    const values = toFloat32(
      stored(
        "F16",
        Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits),
        16,
      ),
    );
    fc.assert(
      fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (value) => {
        const bits = halfBits(value);
        const error = Math.abs(values[bits]! - value);
        for (const other of [bits - 1, bits + 1]) {
          if (other < 0 || other >= values.length) continue;
          const otherError = Math.abs(values[other]! - value);
          expect(error < otherError || (error === otherError && bits % 2 === 0)).toBe(true);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

test("bfloat16 is the upper half of float32, rounded to nearest even", () => {
  expect([1, -1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, Number.NEGATIVE_INFINITY].map(bfloatBits)).toEqual([
    0x3f80, 0xbf80, 0x3f80, 0x3f82, 0xff80,
  ]);
  expect(Number.isNaN(toFloat32(stored("BF16", [bfloatBits(Number.NaN)], 16))[0])).toBe(true);
  for (let bits = 0; bits < 0x7f80; bits++)
    expect(bfloatBits(toFloat32(stored("BF16", [bits], 16))[0]!)).toBe(bits);
});

test("8-bit floats read as their definition says", () => {
  expect([...toFloat32(stored("F8_E4M3", [0x00, 0x01, 0x38, 0x7e, 0xfe, 0x08], 8))]).toEqual([
    0,
    2 ** -9,
    1,
    448,
    -448,
    2 ** -6,
  ]);
  expect([...toFloat32(stored("F8_E4M3", [0x7f], 8))]).toEqual([Number.NaN]);
  expect([...toFloat32(stored("F8_E5M2", [0x01, 0x3c, 0x7b, 0x7c, 0xfc], 8))]).toEqual([
    2 ** -16,
    1,
    57344,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]);
});

test("float64 and unaligned bytes are read", () => {
  const bytes = new Uint8Array(17);
  bytes.set(new Uint8Array(Float64Array.of(0.5, -3).buffer), 1);
  expect([...toFloat32({ dtype: "F64", shape: [2], bytes: bytes.subarray(1) })]).toEqual([0.5, -3]);
});

test("integers are integers", () => {
  const tensor = fromBigInt64(BigInt64Array.of(-1n, 2n ** 62n), [2, 1]);
  expect(toBigInt64(tensor)).toEqual(BigInt64Array.of(-1n, 2n ** 62n));
  expect(() => toFloat32(tensor)).toThrow(/not a floating-point type/);
  expect(() => toBigInt64(fromFloat32(Float32Array.of(1), [1]))).toThrow(/expected I64/);
});
