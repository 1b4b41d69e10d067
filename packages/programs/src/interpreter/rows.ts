/**
 * Prompts with their answers as training rows: every output of a row counts, each predicted from the spec and the
 * examples before it, so that one row teaches both to follow a spec and to learn from examples.
 */
import type { Row } from "@weightsmith/nn";
import {
  contextSegments,
  encodeSegments,
  inputSegments,
  outputSegments,
  type PromptContext,
  type SegmentEncoder,
  type SolvedExample,
} from "./prompt.ts";

export interface RowWeights {
  /** Loss weight of a token of an output. */
  readonly output: number;
  /** Loss weight of every other token. */
  readonly rest: number;
}

/** What the base is trained with: reading is learnt on the side. */
export const readingWeights: RowWeights = { output: 1, rest: 0.05 };
/** What an adapter is trained with: only answers count. */
export const answerWeights: RowWeights = { output: 1, rest: 0 };

/**
 * The row of a spec and some solved examples in the order given. Without a spec the first output cannot be known, and
 * does not count.
 */
export function solvedRow(
  { spec, examples }: Required<PromptContext>,
  encoder: SegmentEncoder,
  { output: outputWeight, rest }: RowWeights,
): Row {
  const tokens: number[] = [];
  const weights: number[] = [];
  const append = (ids: readonly number[], weight: number) => {
    for (const id of ids) {
      tokens.push(id);
      weights.push(weight);
    }
  };
  append(encodeSegments(contextSegments({ spec }), encoder), rest);
  for (const [index, { input, output }] of examples.entries()) {
    append(encodeSegments(inputSegments(input), encoder), rest);
    append(encodeSegments(outputSegments(output), encoder), spec === "" && index === 0 ? rest : outputWeight);
  }
  return { tokens, weights };
}

/** The row of one answer: what stands before the input is read, and only the answer counts. */
export function answerRow(
  context: PromptContext | undefined,
  { input, output }: SolvedExample,
  encoder: SegmentEncoder,
): Row {
  const read = encodeSegments(
    [...(context === undefined ? [] : contextSegments(context)), ...inputSegments(input)],
    encoder,
  );
  const answer = encodeSegments(outputSegments(output), encoder);
  return { tokens: [...read, ...answer], weights: [...read.map(() => 0), ...answer.map(() => 1)] };
}

/** As many of the examples, in order, as fit beside the spec within so many tokens. */
export function fittingExamples(
  spec: string,
  examples: readonly SolvedExample[],
  encoder: SegmentEncoder,
  mostTokens: number,
): SolvedExample[] {
  let used = encodeSegments(contextSegments({ spec }), encoder).length;
  const fitting: SolvedExample[] = [];
  for (const example of examples) {
    const cost = encodeSegments(
      [...inputSegments(example.input), ...outputSegments(example.output)],
      encoder,
    ).length;
    if (used + cost > mostTokens) continue;
    used += cost;
    fitting.push(example);
  }
  return fitting;
}

/** The beginning of a spec, cut at a character so that it has at most so many tokens. */
export function cutSpec(spec: string, encoder: SegmentEncoder, mostTokens: number): string {
  if (encoder.encode(spec).length <= mostTokens) return spec;
  const characters = Array.from(spec);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (encoder.encode(characters.slice(0, middle).join("")).length <= mostTokens) low = middle;
    else high = middle - 1;
  }
  return characters.slice(0, low).join("");
}
