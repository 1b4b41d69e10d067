import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDims,
  canonicalDim,
  type Dim,
  divideDims,
  evaluateDim,
  multiplyDims,
  subtractDims,
} from "./dimension.ts";

const numbers = new Map([
  ["b", 3],
  ["t", 5],
  ["past", 7],
]);

/** A random sum of products of symbols. */
const dims: fc.Arbitrary<Dim> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.subarray(["b", "t", "past"])), {
    minLength: 1,
    maxLength: 4,
  })
  .map((terms) =>
    terms.reduce<Dim>(
      (total, [coefficient, symbols]) => addDims(total, symbols.reduce<Dim>(multiplyDims, coefficient)),
      0,
    ),
  );

describe("dimensions", () => {
  it("have one spelling, whatever the order of their parts", () => {
    expect(canonicalDim("t*b")).toBe("b*t");
    expect(addDims("t", "past")).toBe(addDims("past", "t"));
    expect(addDims("b", "b")).toBe("2*b");
    expect(subtractDims("past+t", "t")).toBe("past");
    expect(subtractDims("b", "b")).toBe(0);
    expect(subtractDims("n", 1)).toBe("n-1");
    expect(multiplyDims("b+1", "b-1")).toBe("b*b-1");
  });

  it("divide exactly or not at all", () => {
    expect(divideDims("6*b*t", "2*b")).toBe("3*t");
    expect(divideDims(12, 4)).toBe(3);
    expect(divideDims(13, 4)).toBeUndefined();
    expect(divideDims("b+1", "b")).toBeUndefined();
    expect(divideDims("b", "b+1")).toBeUndefined();
  });

  it("refuse what is no dimension", () => {
    expect(() => canonicalDim(-1)).toThrow(RangeError);
    expect(() => canonicalDim(1.5)).toThrow(RangeError);
    expect(() => canonicalDim("2x")).toThrow(RangeError);
    expect(() => evaluateDim("length", numbers)).toThrow('"length"');
  });

  it("compute as their numbers do, whatever the expressions", () => {
    const value = (dim: Dim) => evaluateDim(dim, numbers);
    fc.assert(
      fc.property(dims, dims, (a, b) => {
        expect(value(addDims(a, b))).toBe(value(a) + value(b));
        expect(value(subtractDims(a, b))).toBe(value(a) - value(b));
        expect(value(multiplyDims(a, b))).toBe(value(a) * value(b));
        expect(canonicalDim(addDims(a, b))).toBe(addDims(b, a));
        const quotient = divideDims(multiplyDims(a, "2*t"), "2*t");
        expect(quotient).toBe(a);
      }),
    );
  });
});
