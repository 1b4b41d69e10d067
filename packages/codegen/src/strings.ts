/**
 * Text to text from examples, in this process: functions that agree with every example, likeliest first, and what they
 * say together about an input that no example shows.
 */
import { compileExpression, sizeOf } from "./language/expression.ts";
import { type Clock, countingClock, systemClock } from "./search/clock.ts";
import { signature } from "./search/goal-search.ts";
import { synthesize } from "./search/synthesize.ts";
import type { Value } from "./values/value.ts";

export interface TextExample {
  readonly input: string;
  readonly output: string;
}

export interface TextFunction {
  /** Undefined where the function has no result, an input without the separator it splits at, say. */
  readonly run: (input: string) => string | undefined;
  /** The lower, the likelier to be what was meant; about twice the bits of the function's description. */
  readonly cost: number;
  readonly size: number;
  /** The function in the grammar's own notation. */
  readonly text: string;
}

export interface TextSynthesis {
  readonly functions: readonly TextFunction[];
  /**
   * The answer of most functions, weighted by 2^(-cost/4), and its share of the weight. Undefined where none has one.
   */
  readonly consensus: (input: string) => { readonly output: string; readonly share: number } | undefined;
}

export interface TextSynthesisOptions {
  /** How long to search at most. Default: 1.5. */
  readonly seconds?: number;
  /** What the function should do, in words; numbers and quoted texts in it are used as constants. */
  readonly spec?: string;
  /** Default: 12. */
  readonly most?: number;
  /** What `seconds` are told by. Default: the machine's clock. A counting clock makes equal examples give equal functions. */
  readonly clock?: Clock;
}

/** Deterministic but for how far the search gets in its time, which the clock decides. The first examples suffice: at most 24 are searched with, all are checked. */
export function synthesizeTextFunctions(
  examples: readonly TextExample[],
  { seconds = 1.5, spec = "", most = 12, clock = systemClock }: TextSynthesisOptions = {},
): TextSynthesis {
  const shown = examples.slice(0, 24);
  const search = (returns: "str" | "float", toOutput: (text: string) => Value, longest: number) =>
    synthesize(
      {
        parameters: [{ name: "text", type: "str" }],
        returns,
        spec,
        examples: shown.map(({ input, output }) => ({ inputs: [input], output: toOutput(output) })),
      },
      { seconds: longest, clock },
    ).solutions;
  // Arithmetic is sought as arithmetic: a sum is not put together from parts of the input.
  const numeric = examples.length > 0 && examples.every(({ output }) => isNumber(output));
  const sums = numeric ? search("float", Number, seconds) : [];
  const solutions = [...sums, ...search("str", (text) => text, sums.length > 0 ? seconds / 4 : seconds)];
  const functions = solutions
    .sort((one, other) => one.cost - other.cost)
    .map(({ expression, cost }): TextFunction => {
      const evaluate = compileExpression(expression);
      return {
        run: (text) => {
          try {
            const output = evaluate({ text });
            if (typeof output === "number" && Number.isFinite(output)) return String(output);
            return typeof output === "string" ? output : undefined;
          } catch {
            // An operator without a result here.
            return undefined;
          }
        },
        cost,
        size: sizeOf(expression),
        text: signature(expression),
      };
    })
    .filter(({ run }) => examples.every(({ input, output }) => run(input) === output))
    .slice(0, most);
  return {
    functions,
    consensus(input) {
      const votes = new Map<string, number>();
      let total = 0;
      for (const { run, cost } of functions) {
        const output = run(input);
        if (output === undefined) continue;
        const weight = 2 ** (-(cost - functions[0]!.cost) / 4);
        votes.set(output, (votes.get(output) ?? 0) + weight);
        total += weight;
      }
      const [winner] = [...votes].sort((a, b) => b[1] - a[1]);
      return winner && { output: winner[0], share: winner[1] / total };
    },
  };
}

/** Whether a text is a number as numbers are written here, so that it is the same text again when it was one. */
const isNumber = (text: string): boolean => /^-?\d/.test(text) && String(Number(text)) === text;

/**
 * What the functions that agree with the examples say together about other inputs; undefined where there are none that
 * explain the examples rather than list them: the shortest description of the function must be far shorter than that of
 * the outputs themselves. Equal arguments give equal answers on every machine: the search is cut off after as much work
 * as takes about three seconds, not after a time.
 */
export function functionsOfText(
  spec: string,
  examples: readonly TextExample[],
): TextSynthesis["consensus"] | undefined {
  const { functions, consensus } = synthesizeTextFunctions(examples, {
    spec,
    seconds: 3,
    clock: countingClock(),
  });
  const [likeliest] = functions;
  if (likeliest === undefined) return undefined;
  const share = examples.every(({ output }) => isNumber(output)) ? mostCostShare.number : mostCostShare.text;
  return likeliest.cost <= share * tableBits(examples) ? consensus : undefined;
}

/**
 * On tasks set aside for it, functions to texts above this share were right on fewer than 90 % of new inputs, those below
 * on more. Numbers are short, and there are fewer ways to come by them.
 */
const mostCostShare = { text: 0.15, number: 0.2 };

/** Bits of a table of the outputs: which of the distinct ones each example has (n·H), and the distinct ones, 4 a character. */
function tableBits(examples: readonly TextExample[]): number {
  const counts = new Map<string, number>();
  for (const { output } of examples) counts.set(output, (counts.get(output) ?? 0) + 1);
  let bits = 0;
  for (const [output, count] of counts)
    bits += 4 * output.length - count * Math.log2(count / examples.length);
  return bits;
}
