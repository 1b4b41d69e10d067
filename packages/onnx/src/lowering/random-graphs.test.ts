import { gradients, parameter } from "@weightsmith/autodiff";
import { interpret, randomGraph, unevenSum } from "@weightsmith/autodiff/reference";
import fc from "fast-check";
import { expect, it } from "vitest";
import { evaluate } from "../session.ts";

const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 });

it("random graphs and their gradients run to the reference's values", async () => {
  await fc.assert(
    fc.asyncProperty(numbers, numbers, choices, async (x, y, picks) => {
      const [a, b] = [parameter("x", [2, 3]), parameter("y", [2, 3])];
      const result = randomGraph(a, b, picks);
      const [da, db] = gradients(unevenSum(result, 6), [a, b]);
      const tensors = { result, da: da!, db: db!, a, b }; // a and b, so that both are inputs of every graph
      const expected = interpret(Object.values(tensors), { x, y });
      const values = await evaluate(tensors, { x, y });
      for (const [k, name] of (["result", "da", "db"] as const).entries()) {
        for (const [j, want] of expected[k]!.data.entries()) {
          expect(Math.abs(Number(values[name].data[j]) - want)).toBeLessThan(1e-5 * (1 + Math.abs(want)));
        }
      }
    }),
    { numRuns: 60, seed: 11 },
  );
});
