/**
 * More examples without any model: what an output copies from its input is exchanged for something else in both. They
 * are guesses, so each is marked as generated until somebody has looked at it.
 */
import type { Example } from "@weightsmith/contract";
import { Random } from "@weightsmith/nn/random";
import { Augmenter } from "@weightsmith/programs/augment";

/** At most `count` examples whose inputs are new; none where outputs copy nothing. */
export function varyExamples(
  spec: string,
  given: readonly Example[],
  { count, seed }: { readonly count: number; readonly seed: number },
): Example[] {
  const checked = given.filter(({ input, output, generated }) => input !== "" && output !== "" && !generated);
  const augmenter = new Augmenter(spec, checked);
  if (!augmenter.canVary) return [];
  const random = new Random(seed);
  const known = new Set(given.map(({ input }) => input));
  const fresh: Example[] = [];
  for (let attempt = 0; attempt < count * 20 && fresh.length < count; attempt++) {
    const { input, output } = augmenter.vary(attempt % checked.length, random);
    if (known.has(input)) continue;
    known.add(input);
    fresh.push({ input, output, generated: true });
  }
  return fresh;
}
