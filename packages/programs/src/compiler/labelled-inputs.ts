/**
 * More training data where a function is known that agrees with every example: inputs like those given, labelled by the
 * function. The function must have been found without the validation examples, and must answer them; the held-out ones
 * never come near it.
 */
import type { Random } from "@weightsmith/nn";
import type { SolvedExample } from "../interpreter/prompt.ts";
import { InputVariator } from "./input-variation.ts";
import type { ExampleSplit } from "./split.ts";

/** An answer, and how much of the functions' weight agrees with it, 0 … 1. */
export interface LabelledAnswer {
  readonly output: string;
  readonly share: number;
}

export type Labeller = (input: string) => LabelledAnswer | undefined;

/** Looks for functions that agree with every example; undefined where there are none. */
export type LabellerSearch = (spec: string, examples: readonly SolvedExample[]) => Labeller | undefined;

/** Answers that fewer agree with are not learnt from. */
const leastShare = 0.8;

/** A labeller that answers the validation examples as well; undefined if there is none. */
export function findLabeller(
  search: LabellerSearch | undefined,
  spec: string,
  { training, validation }: Pick<ExampleSplit, "training" | "validation">,
): Labeller | undefined {
  // One or two examples agree with nearly anything.
  if (search === undefined || training.length < 3) return undefined;
  const labeller = search(spec, training);
  if (labeller === undefined) return undefined;
  return validation.every(({ input, output }) => labeller(input)?.output === output) ? labeller : undefined;
}

export class LabelledInputs {
  readonly #label: Labeller;
  readonly #variator: InputVariator;
  readonly #examples: readonly SolvedExample[];
  readonly #emptyAllowed: boolean;

  constructor(label: Labeller, spec: string, examples: readonly SolvedExample[]) {
    this.#label = label;
    this.#examples = examples;
    this.#variator = new InputVariator(
      spec,
      examples.map(({ input }) => input),
    );
    this.#emptyAllowed = examples.some(({ output }) => output === "");
  }

  /** A new input made from the one at an index, with its label; the example itself if no sure one was found. */
  vary(index: number, random: Random): SolvedExample {
    for (let tries = 0; tries < 4; tries++) {
      const input = this.#variator.vary(index, random);
      const answer = this.#label(input);
      if (answer === undefined || answer.share < leastShare) continue;
      if (answer.output === "" && !this.#emptyAllowed) continue;
      return { input, output: answer.output };
    }
    return this.#examples[index]!;
  }

  /** Different new inputs with their labels; fewer where the examples do not vary enough. */
  several(count: number, random: Random): SolvedExample[] {
    const found = new Map<string, SolvedExample>();
    const given = new Set(this.#examples.map(({ input }) => input));
    for (let tries = count * 4; found.size < count && tries > 0; tries--) {
      const example = this.vary(random.integer(this.#examples.length), random);
      if (!given.has(example.input)) found.set(example.input, example);
    }
    return [...found.values()];
  }
}
