/**
 * More training data from the examples given: what an output copies from its input is exchanged for something else in
 * both. `Smith, John → John Smith` becomes `Okram, John → John Okram`, which most functions on text would agree with.
 * Those that look into the copied words (sorting, comparing, deciding by keywords) would not; training therefore mixes
 * such examples with the real ones, and validation on real ones decides whether they helped.
 */
import type { Random } from "@weightsmith/nn";
import type { SolvedExample } from "../interpreter/prompt.ts";
import { isDigits, otherDigits, otherWord, pick, recase, runs, runsOf } from "./runs.ts";

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
        return other === undefined ? run : recase(run, other);
      });
    return { input: apply(input), output: apply(output) };
  }

  #other(run: string, random: Random): string {
    if (isDigits(run)) {
      const pool = this.#digits.filter((other) => other.length === run.length && other !== run);
      return pool.length > 0 && random.uniform() < 0.3 ? pick(pool, random) : otherDigits(run, random);
    }
    const pool = this.#letters.filter((other) => other !== run);
    return pool.length > 0 && random.uniform() < 0.5 ? pick(pool, random) : otherWord(run.length, random);
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
