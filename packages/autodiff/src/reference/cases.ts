// One worked example or more for every primitive: inputs and the literal results. A primitive without one does not
// compile. Tests check each against the reference interpreter, its gradient against finite differences, and (in
// packages/onnx) the emitted model against both.
import type { Primitive } from "../signatures.ts";
import { elementwiseCases } from "./cases/elementwise.ts";
import type { Case } from "./cases/example.ts";
import { fusedCases } from "./cases/fused.ts";
import { structureCases } from "./cases/structure.ts";

export { buildCase, type Case, type CaseInput } from "./cases/example.ts";

export const cases: { readonly [P in Primitive]: readonly Case[] } = {
  ...elementwiseCases,
  ...structureCases,
  ...fusedCases,
};
