/** The operators of the grammar, in one table. */
import type { Operator } from "../operator.ts";
import { LISTS, TEXT_LISTS } from "./lists.ts";
import { COMPARISONS, NUMBERS } from "./numbers.ts";
import { TABLES } from "./tables.ts";
import { TEXT_FORMS } from "./text-forms.ts";
import { TEXT_PARTS } from "./text-parts.ts";
import { PAIRS, TRAVERSALS } from "./traversals.ts";

export const OPERATORS: readonly Operator[] = [
  ...TEXT_PARTS,
  ...TEXT_FORMS,
  ...TABLES,
  ...NUMBERS,
  ...COMPARISONS,
  ...LISTS,
  ...TEXT_LISTS,
  ...PAIRS,
  ...TRAVERSALS,
];

const byName = new Map(OPERATORS.map((operator) => [operator.name, operator]));

/** @throws Error if there is none of that name: the caller's program text is wrong */
export function operatorNamed(name: string): Operator {
  const found = byName.get(name);
  if (!found) throw new Error(`no operator is called ${name}`);
  return found;
}
