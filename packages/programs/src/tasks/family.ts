/**
 * What a task family is. A family is a text function with parameters and many wordings of its spec; `sample` draws the
 * parameters and a wording and gives a task, whose `example` draws inputs and their exact outputs.
 */
import type { SolvedExample } from "../interpreter/prompt.ts";
import { dress, word } from "./phrasing.ts";
import type { Random } from "./random.ts";

export interface Task {
  readonly family: string;
  readonly spec: string;
  /** An input and its output, neither empty. The output depends on the input alone: two equal inputs of a task never disagree. */
  example(random: Random): SolvedExample;
  /** The function itself, where the family is defined by one rather than by pairs. */
  readonly apply?: (input: string) => string;
}

export interface Family {
  readonly name: string;
  readonly group: string;
  sample(random: Random): Task;
}

/** One function of a family: its parameters are drawn, `say` puts them in words. */
export type Draw = {
  /** Values for the slots of the phrasings. */
  readonly say?: Readonly<Record<string, string>>;
  /** A clause that every wording must carry, such as what to answer when there is nothing to find. */
  readonly note?: string | undefined;
} & (
  | { input(random: Random): string; output(input: string): string }
  /** Where the input is rendered from the answer: input and output together. */
  | { pair(random: Random): readonly [input: string, output: string] }
);

export type Definition = {
  /** Phrasings of the spec (see phrasing.ts). */
  readonly specs: readonly string[];
  /** Whether stray white space around the input leaves the output as it is. */
  readonly loose?: boolean;
} & ({ draw(random: Random): Draw } | Draw);

/** Declares the families of one theme. */
export function families(group: string, definitions: Readonly<Record<string, Definition>>): Family[] {
  return Object.entries(definitions).map(([name, definition]) => ({
    name,
    group,
    sample(random) {
      const draw = "draw" in definition ? definition.draw(random) : definition;
      const spec = dress(word(random.pick(definition.specs), random, draw.say), random, draw.note);
      return {
        family: name,
        spec,
        ...("output" in draw && { apply: draw.output }),
        example(source) {
          for (let tries = 0; tries < 100; tries++) {
            const [input, output] = drawPair(draw, source);
            if (output === "" || input.trim() === "") continue;
            const strayed = definition.loose && source.chance(0.06);
            return { input: strayed ? stray(input, source) : input, output };
          }
          throw new Error(`family ${name} drew nothing but empty texts for: ${spec}`);
        },
      };
    },
  }));
}

function drawPair(draw: Draw, random: Random): readonly [string, string] {
  if ("pair" in draw) return draw.pair(random);
  const input = draw.input(random);
  return [input, draw.output(input)];
}

function stray(input: string, random: Random): string {
  const before = random.pick(["", " ", "  "]);
  return before + input + random.pick([" ", "  ", "\n", ""]);
}
