/** Runs of letters and of digits, and what can stand in their place. */
import type { Random } from "@weightsmith/nn";

/** What is exchanged is always a whole run. */
export const runs = /\p{L}+|\p{N}+/gu;

/** All runs of a text in lower case, in order. */
export const runsOf = (text: string): string[] => (text.match(runs) ?? []).map((run) => run.toLowerCase());

export const isDigits = (run: string): boolean => /^\p{N}/u.test(run);

export const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)]!;

/** As many digits; a number that does not begin with 0 stays one. */
export function otherDigits(run: string, random: Random): string {
  return Array.from(run, (_, at) =>
    String(at === 0 && run[0] !== "0" ? 1 + random.integer(9) : random.integer(10)),
  ).join("");
}

/** Something pronounceable of about that length. */
export function otherWord(length: number, random: Random): string {
  const wanted = Math.max(2, length + random.integer(5) - 2);
  let word = "";
  let vowel = random.uniform() < 0.4;
  while (word.length < wanted) {
    word += pick(vowel ? vowels : consonants, random);
    vowel = !vowel;
  }
  return word;
}
const vowels = [..."aaeeeiioou"];
const consonants = [..."bcdfghjklllmnnnpprrrsssttttvwyz", "ch", "st", "th", "ll", "nd", "rt"];

/** The word in capitals, capitalised or small, as the run that it replaces. */
export function recase(run: string, word: string): string {
  if (run.length > 1 && run === run.toUpperCase() && run !== run.toLowerCase()) return word.toUpperCase();
  if (run[0] !== run[0]!.toLowerCase()) return word[0]!.toUpperCase() + word.slice(1);
  return word;
}
