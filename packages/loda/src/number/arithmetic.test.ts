import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arithmeticMnemonics } from "../language/operation.ts";
import { arithmetic, exactArithmetic } from "./arithmetic.ts";
import { limit, normalize, type Value } from "./value.ts";

/** Small numbers, the borders of the safe range and of 32 bits, numbers of every length up to the limit. */
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -40, max: 40 }) },
  { weight: 2, arbitrary: fc.integer() },
  { weight: 2, arbitrary: fc.maxSafeInteger() },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(31n, 32n, 52n, 53n, 63n, 64n, 106n, 1920n, 3839n, 3840n),
        fc.bigInt({ min: -3n, max: 3n }),
        fc.boolean(),
      )
      .map(([bits, delta, negative]) => (negative ? -1n : 1n) * (2n ** bits + delta))
      .filter((x) => x < limit && x > -limit)
      .map((x) => normalize(x)!),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 3839 }), fc.bigInt({ min: 0n, max: 2n ** 3839n - 1n }), fc.boolean())
      .map(([bits, x, negative]) => normalize((negative ? -1n : 1n) * (x >> BigInt(3839 - bits)))!),
  },
);
/** Products, so that divisions come out even. */
const pair = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(value, value) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: -12, max: 12 }),
      )
      .map(([factor, exponent, base]): [Value, Value] => [
        normalize(BigInt(factor) * BigInt(base) ** BigInt(exponent))!,
        base,
      ]),
  },
);

describe.each(arithmeticMnemonics)("%s", (mnemonic) => {
  test("equals the exact semantics, in canonical form", () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const result = arithmetic[mnemonic](a, b);
        expect(result).toBe(exactArithmetic[mnemonic](a, b));
      }),
      { numRuns: 400, seed: 20 },
    );
  });
});
