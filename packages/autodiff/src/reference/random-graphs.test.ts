import fc from "fast-check";
import { expect, it } from "vitest";
import { gradients } from "../gradients.ts";
import { parameter } from "../operations/leaves.ts";
import { finiteDifferences, unevenSum } from "./finite-differences.ts";
import { interpret } from "./interpret.ts";
import { randomGraph } from "./random-graphs.ts";

const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 });

it("gradients of random graphs are those of finite differences", () => {
  fc.assert(
    fc.property(numbers, numbers, choices, (x, y, picks) => {
      const [a, b] = [parameter("x", [2, 3]), parameter("y", [2, 3])];
      const loss = unevenSum(randomGraph(a, b, picks), 6);
      for (const [k, { data }] of interpret(gradients(loss, [a, b]), { x, y }).entries()) {
        const numeric = finiteDifferences(loss, { x, y }, k === 0 ? "x" : "y");
        for (const [j, value] of data.entries()) {
          expect(Math.abs(value - numeric[j]!)).toBeLessThan(2e-6 * (1 + Math.abs(value)));
        }
      }
    }),
    { numRuns: 100, seed: 7 },
  );
});
