/**
 * Which hidden examples a program's training examples give away: the wanted output is the same, and the inputs are the same
 * up to case, spaces and punctuation, or share most of their character 4-grams (Jaccard index at least 0.8).
 */
import type { Example } from "@weightsmith/contract";

const GRAM = 4;
const SIMILAR = 0.8;
/** Shorter texts have too few grams to be similar: they are the same or not. */
const SHORTEST = 12;

const normal = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

function grams(text: string): Set<string> {
  const found = new Set<string>();
  for (let i = 0; i + GRAM <= text.length; i++) found.add(text.slice(i, i + GRAM));
  return found;
}

/** For each hidden example whether it is given away. Linear in the training data for each gram that both sides have. */
export function nearDuplicates(training: readonly Example[], hidden: readonly Example[]): boolean[] {
  const exact = new Set(training.map(({ input, output }) => `${normal(input)}\0${output}`));
  /** gram → the training examples that have it */
  const having = new Map<string, number[]>();
  const sizes = training.map(({ input }, index) => {
    const text = normal(input);
    if (text.length < SHORTEST) return 0;
    const set = grams(text);
    for (const gram of set) {
      const list = having.get(gram);
      if (list === undefined) having.set(gram, [index]);
      else list.push(index);
    }
    return set.size;
  });
  return hidden.map(({ input, output }) => {
    const text = normal(input);
    if (exact.has(`${text}\0${output}`)) return true;
    if (text.length < SHORTEST) return false;
    const own = grams(text);
    const shared = new Map<number, number>();
    for (const gram of own) {
      for (const index of having.get(gram) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
    }
    for (const [index, common] of shared) {
      const jaccard = common / (own.size + sizes[index]! - common);
      if (jaccard >= SIMILAR && training[index]!.output === output) return true;
    }
    return false;
  });
}
