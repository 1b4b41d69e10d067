/**
 * Which families are trained on, which choose between trained models, and which only measure. The sets are listed by
 * name, so that adding a family never moves another; what is not listed is training.
 */
import type { Family } from "./family.ts";
import { everyFamily } from "./registry.ts";

export type Split = "training" | "validation" | "out-of-family";

export const validationNames: ReadonlySet<string> = new Set([
  "swap-ends",
  "mask-keep-end",
  "email-tld",
  "option-by-label",
  "strip-suffix",
  "upper-last",
]);

export const outOfFamilyNames: ReadonlySet<string> = new Set([]);

export function splitOf(name: string): Split {
  if (outOfFamilyNames.has(name)) return "out-of-family";
  return validationNames.has(name) ? "validation" : "training";
}

export function familiesOf(split: Split): Family[] {
  return everyFamily.filter((family) => splitOf(family.name) === split);
}
