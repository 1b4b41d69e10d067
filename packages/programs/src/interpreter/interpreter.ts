/**
 * An interpreter: the fixed model that runs programs, in memory. Where its files lie is the business of
 * load-interpreter.ts, or of the page that fetched them.
 */
import type { DecoderConfig, Tokenizer, Weights } from "@weightsmith/nn";
import { chatMarks, marks, ownMarks, type PromptMarks, type SegmentEncoder, wordMarks } from "./prompt.ts";

export interface InterpreterId {
  readonly id: string;
  readonly sha256: string;
}

export interface Interpreter extends InterpreterId {
  /** Where it was loaded from; empty where it came over a network. */
  readonly folder: string;
  readonly config: DecoderConfig;
  readonly weights: Weights;
  readonly tokenizer: Tokenizer;
  readonly encoder: SegmentEncoder;
  readonly promptMarks: PromptMarks;
  /** The token that ends an answer. */
  readonly endToken: number;
  /** Tokens of a whole row, prompt and answer, that the model was trained for. */
  readonly contextTokens: number;
}

/** Everything that follows from a model and its tokenizer. @throws RangeError if no token of it could end an answer */
export function makeInterpreter(
  parts: Pick<Interpreter, "id" | "sha256" | "folder" | "config" | "weights" | "tokenizer">,
): Interpreter {
  const promptMarks = marksOf(parts.tokenizer);
  const encoder = segmentEncoder(parts.tokenizer, promptMarks);
  return {
    ...parts,
    encoder,
    promptMarks,
    endToken: encoder.mark("end")[0]!,
    contextTokens: parts.config.maxPositions,
  };
}

/** The marks that a tokenizer's special tokens call for. @throws RangeError if it has no token that could end an answer */
export function marksOf(tokenizer: Tokenizer): PromptMarks {
  const has = (token: string) => tokenizer.specialTokens.has(token);
  if (Object.values(marks).every(has)) return ownMarks;
  // A model that was taught to think first is told that it has: a program's answer is all that is wanted.
  if (has("<|im_start|>") && has("<|im_end|>")) {
    return chatMarks(tokenizer.encode("<think>").length === 1 ? "<think>\n\n</think>\n\n" : "");
  }
  const { eos } = tokenizer.roles;
  const end = eos === undefined ? undefined : tokenizer.tokenOf(eos);
  if (end === undefined) throw new RangeError("the tokenizer has no token that ends a text");
  return wordMarks(end);
}

/** A tokenizer as prompts use it: text never turns into special tokens, marks do. */
export function segmentEncoder(
  tokenizer: Tokenizer,
  style: PromptMarks = marksOf(tokenizer),
): SegmentEncoder {
  const encoded = new Map<keyof PromptMarks, readonly number[]>();
  return {
    encode: (text) => tokenizer.encode(text, { specialTokens: "text" }),
    mark(name) {
      const known = encoded.get(name);
      if (known !== undefined) return known;
      const ids = style[name] === "" ? [] : tokenizer.encode(style[name]);
      encoded.set(name, ids);
      return ids;
    },
  };
}
