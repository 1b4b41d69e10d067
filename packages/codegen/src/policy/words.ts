/**
 * The spec's words as a prior: operators that people call by a word of the spec become cheaper. The baseline that the
 * neural policy is measured against, and what stands in where no model is loaded.
 */
import { OPERATORS } from "../language/operators/index.ts";

const STOPPED = new Set(
  "a an the of to and or in on at for from by with is are be it its as that this each every all any return returns given give write string text number numbers list value values function element elements item items first not only one two if up".split(
    " ",
  ),
);
const BONUS = 2;
const MOST = 3;

/** Lower case, without the endings that make a word plural or a participle. */
export function stems(text: string): string[] {
  return (text.toLowerCase().match(/[a-z]+/g) ?? [])
    .filter((word) => word.length > 1 && !STOPPED.has(word))
    .map((word) => word.replace(/(?:ies)$/, "y").replace(/(?:ing|ed|es|s)$/, ""));
}

const operatorStems = OPERATORS.map(({ name, words }) => ({ name, stems: new Set(stems(words)) }));

/** How many operators have a stem: rare words say more. */
const frequency = new Map<string, number>();
for (const { stems: own } of operatorStems)
  for (const stem of own) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);

/** By operator: what is added to its cost, 0 or less. */
export function wordAdjustments(spec: string): Record<string, number> {
  const wanted = new Set(stems(spec));
  const adjustments: Record<string, number> = {};
  for (const { name, stems: own } of operatorStems) {
    let score = 0;
    for (const stem of own)
      if (wanted.has(stem)) score += (frequency.get(stem) ?? 1) <= 6 ? BONUS : BONUS / 2;
    if (score > 0) adjustments[name] = -Math.min(MOST, Math.round(score));
  }
  return adjustments;
}
