import { describe, expect, it } from "vitest";
import { isFloat } from "../dtype.ts";
import { gradients } from "../gradients.ts";
import { primitives } from "../primitives.ts";
import type { Primitive } from "../signatures.ts";
import { sizeOf } from "./array.ts";
import { buildCase, type Case, cases } from "./cases.ts";
import { finiteDifferences, unevenSum } from "./finite-differences.ts";
import { interpret } from "./interpret.ts";

const feedsOf = (each: Case) => Object.fromEntries(Object.entries(each.inputs));

for (const primitive of Object.keys(cases) as Primitive[]) {
  describe(primitive, () => {
    it("says what it is", () => {
      expect(primitives[primitive].primitive).toBe(primitive);
      expect(primitives[primitive].doc.length).toBeGreaterThan(1);
    });

    for (const each of cases[primitive]) {
      it(`${each.name}: gives the literal values`, () => {
        const values = interpret(buildCase(each).outputs, feedsOf(each));
        expect(values.length).toBe(each.expected.length);
        for (const [k, { data }] of values.entries()) {
          expect(data.length).toBe(each.expected[k]!.length);
          for (const [j, value] of data.entries()) expect(value).toBeCloseTo(each.expected[k]![j]!, 10);
        }
      });

      const fixed = Object.values(each.inputs).every((fed) => fed.symbolic === undefined);
      if (!fixed || primitives[primitive].gradient === "none") continue;
      it(`${each.name}: its gradient is that of finite differences, under uneven upstream gradients`, () => {
        const { inputs, outputs } = buildCase(each);
        const loss = outputs
          .filter(({ dtype }) => isFloat(dtype))
          .map((output) => unevenSum(output, sizeOf(output.shape as number[])))[0];
        if (!loss) return expect(outputs.every(({ dtype }) => !isFloat(dtype))).toBe(true);
        const wrt = Object.entries(inputs).filter(([, { dtype }]) => isFloat(dtype));
        expect(wrt.length + (primitive === "cast" ? 1 : 0)).toBeGreaterThan(0);
        const analytic = gradients(
          loss,
          wrt.map(([, tensor]) => tensor),
        );
        for (const [k, { data }] of interpret(analytic, feedsOf(each)).entries()) {
          const numeric = finiteDifferences(loss, feedsOf(each), wrt[k]![0]);
          expect(data.length).toBe(numeric.length);
          for (const [j, value] of data.entries()) {
            expect(Math.abs(value - numeric[j]!)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
          }
        }
      });
    }
  });
}
