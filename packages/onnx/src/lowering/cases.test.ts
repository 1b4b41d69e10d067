import { gradients, isFloat, type Primitive, primitives } from "@weightsmith/autodiff";
import { buildCase, type Case, cases, interpret, sizeOf, unevenSum } from "@weightsmith/autodiff/reference";
import { describe, expect, it } from "vitest";
import { evaluate } from "../session.ts";
import { Value } from "../value.ts";

/** Largest difference allowed between float32 on the runtime and float64 in the reference, relative to 1 + |value|. */
const tolerance = 2e-6;

function valuesOf(each: Case): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(each.inputs).map(([name, { dtype, shape, data }]) => [name, Value.of(dtype, shape, data)]),
  );
}

for (const primitive of Object.keys(cases) as Primitive[]) {
  describe(primitive, () => {
    for (const each of cases[primitive]) {
      it(`${each.name}: runs to the reference's values, and so does its gradient`, async () => {
        const { inputs, outputs } = buildCase(each);
        const wanted = [...outputs];
        const first = outputs.find(({ dtype }) => isFloat(dtype));
        const wrt = Object.values(inputs).filter(({ dtype }) => isFloat(dtype));
        const fixed = first?.shape.every((dim) => typeof dim === "number");
        if (first && fixed && primitives[primitive].gradient !== "none" && wrt.length > 0) {
          wanted.push(...gradients(unevenSum(first, sizeOf(first.shape as number[])), wrt));
        }
        const expected = interpret(wanted, each.inputs);
        const results = await evaluate(
          Object.fromEntries(wanted.map((tensor, k) => [`y${k}`, tensor])),
          valuesOf(each),
        );
        for (const [k, { shape, data }] of expected.entries()) {
          const value = results[`y${k}`]!;
          expect(value.shape).toEqual(shape);
          expect(value.dtype).toBe(wanted[k]!.dtype);
          for (const [j, want] of data.entries()) {
            expect(Math.abs(Number(value.data[j]) - want)).toBeLessThan(tolerance * (1 + Math.abs(want)));
          }
        }
      });
    }
  });
}
