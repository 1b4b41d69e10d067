/**
 * More training data from the examples given: what an output copies from its input is exchanged for something else in
 * both. `Smith, John → John Smith` becomes `Okram, John → John Okram`, which most functions on text would agree with.
 * Those that look into the copied words (sorting, comparing, deciding by keywords) would not; training therefore mixes
 * such examples with the real ones, and validation on real ones decides whether they helped.
 */
import type { Random } from "@weightsmith/nn";
import type { SolvedExample } from "../interpreter/prompt.ts";

/** Runs of letters or of digits: what is exchanged is always a whole run. */
const runs = /\p{L}+|\p{N}+/gu;

/** Shorter runs are in an output by chance too often. */
const shortest = 2;

export class Augmenter {
  readonly #examples: readonly SolvedExample[];
  /** Per example the runs, in lower case, that can be exchanged. */
  readonly #copied: readonly (readonly string[])[];
  /** Runs of all examples by kind, to exchange for. */
  readonly #letters: readonly string[];
  readonly #digits: readonly string[];

  constructor(spec: string, examples: readonly SolvedExample[]) {
    this.#examples = examples;
    const fixed = keywords(spec, examples);
    this.#copied = examples.map(({ input, output }) => {
      const outputRuns = new Set(runsOf(output));
      return [...new Set(runsOf(input))].filter(
        (run) => run.length >= shortest && outputRuns.has(run) && !fixed.has(run),
      );
    });
    const all = [...new Set(this.#copied.flat())];
    this.#letters = all.filter((run) => !isDigits(run));
    this.#digits = all.filter(isDigits);
  }

  /** Whether any example has something to exchange. */
  get canVary(): boolean {
    return this.#copied.some((runs) => runs.length > 0);
  }

  /** A variation of the example at an index: every exchangeable run is exchanged with the probability given. */
  vary(index: number, random: Random, probability = 0.8): SolvedExample {
    const { input, output } = this.#examples[index]!;
    const exchange = new Map<string, string>();
    for (const run of this.#copied[index]!) {
      if (random.uniform() < probability) exchange.set(run, this.#other(run, random));
    }
    if (exchange.size === 0) return { input, output };
    const apply = (text: string) =>
      text.replace(runs, (run) => {
        const other = exchange.get(run.toLowerCase());
        return other === undefined ? run : inCaseOf(run, other);
      });
    return { input: apply(input), output: apply(output) };
  }

  #other(run: string, random: Random): string {
    if (isDigits(run)) {
      const pool = this.#digits.filter((other) => other.length === run.length && other !== run);
      return pool.length > 0 && random.uniform() < 0.3 ? pick(pool, random) : randomDigits(run, random);
    }
    const pool = this.#letters.filter((other) => other !== run);
    return pool.length > 0 && random.uniform() < 0.5 ? pick(pool, random) : randomWord(run.length, random);
  }
}

/** Runs that the function may look at: words of the spec, and what several examples share. */
function keywords(spec: string, examples: readonly SolvedExample[]): Set<string> {
  const found = new Set(runsOf(spec));
  const counts = new Map<string, number>();
  for (const { output } of examples) {
    for (const run of new Set(runsOf(output))) counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  const most = Math.max(1, Math.floor(examples.length * 0.25));
  for (const [run, count] of counts) if (count > most) found.add(run);
  return found;
}

const runsOf = (text: string): string[] => (text.match(runs) ?? []).map((run) => run.toLowerCase());
const isDigits = (run: string): boolean => /^\p{N}/u.test(run);
const pick = <T>(items: readonly T[], random: Random): T => items[random.uint32() % items.length]!;

/** As many digits; a number that does not begin with 0 stays one. */
function randomDigits(run: string, random: Random): string {
  return Array.from(run, (_, at) =>
    String(at === 0 && run[0] !== "0" ? 1 + (random.uint32() % 9) : random.uint32() % 10),
  ).join("");
}

/** Something pronounceable of about that length. */
function randomWord(length: number, random: Random): string {
  const wanted = Math.max(shortest, length + (random.uint32() % 5) - 2);
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
function inCaseOf(run: string, word: string): string {
  if (run.length > 1 && run === run.toUpperCase() && run !== run.toLowerCase()) return word.toUpperCase();
  if (run[0] !== run[0]!.toLowerCase()) return word[0]!.toUpperCase() + word.slice(1);
  return word;
}
