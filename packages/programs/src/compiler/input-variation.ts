/** Inputs like the ones given: other words and numbers in the same places, sometimes a part more, less or elsewhere. */
import type { Random } from "@weightsmith/nn";
import { isDigits, otherDigits, otherWord, pick, recase, runs, runsOf } from "./runs.ts";

/** What parts of an input may be separated by, the strongest first. */
const separators = ["\n", "; ", ";", " | ", "|", ", ", ",", " / ", "/", " - ", "-", "_", " "];

export class InputVariator {
  readonly #inputs: readonly string[];
  readonly #letters: readonly string[];
  readonly #digits: readonly string[];
  /** Words that the function may decide by: exchanged rarely, and mostly for each other. */
  readonly #keywords: ReadonlySet<string>;

  constructor(spec: string, inputs: readonly string[]) {
    this.#inputs = inputs;
    const all = [...new Set(inputs.flatMap(runsOf))];
    this.#letters = all.filter((run) => !isDigits(run));
    this.#digits = all.filter(isDigits);
    const counts = new Map<string, number>();
    for (const input of inputs) {
      for (const run of new Set(runsOf(input))) counts.set(run, (counts.get(run) ?? 0) + 1);
    }
    const most = Math.max(1, Math.floor(inputs.length * 0.25));
    const shared = [...counts].filter(([, count]) => count > most).map(([run]) => run);
    this.#keywords = new Set([...shared, ...runsOf(spec)].filter((run) => !isDigits(run)));
  }

  vary(index: number, random: Random): string {
    const input = random.uniform() < 0.3 ? this.#moved(this.#inputs[index]!, random) : this.#inputs[index]!;
    const rate = 0.3 + 0.7 * random.uniform();
    return input.replace(runs, (run) => {
      const keyword = this.#keywords.has(run.toLowerCase());
      if (random.uniform() > (keyword ? 0.15 : rate)) return run;
      return recase(run, keyword ? pick([...this.#keywords], random) : this.#other(run, random));
    });
  }

  #other(run: string, random: Random): string {
    if (isDigits(run)) {
      return random.uniform() < 0.3 ? pick(this.#digits, random) : otherDigits(run, random);
    }
    if (run.length === 1) {
      const singles = this.#letters.filter((other) => other.length === 1);
      return random.uniform() < 0.5 ? pick(singles, random) : pick([..."abcdefghijklmnopqrstuvwxyz"], random);
    }
    return random.uniform() < 0.6 ? pick(this.#letters, random) : otherWord(run.length, random);
  }

  /** A part dropped, doubled or exchanged with another. */
  #moved(input: string, random: Random): string {
    const separator = separators.find((one) => input.split(one).length > 2);
    if (separator === undefined) return input;
    const parts = input.split(separator);
    const at = random.integer(parts.length);
    const to = random.integer(parts.length);
    const way = random.uniform();
    if (way < 0.35 && parts.length > 2) parts.splice(at, 1);
    else if (way < 0.7) parts.splice(to, 0, parts[at]!);
    else [parts[at], parts[to]] = [parts[to]!, parts[at]!];
    return parts.join(separator);
  }
}
