// From a request to tokens: the description as byte-level BPE in lower case, with its numbers as number tokens, so that
// a constant of a formula is the same token in the description, in the terms and in the program.
import {
  BpeTrainer,
  type BpeVocabulary,
  loadTokenizer,
  type Tokenizer,
  type TokenizerFiles,
  tokenizerFiles,
} from "@weightsmith/nn";
import { parseValue } from "../number/value.ts";
import type { CandidateRequest } from "../search/candidate-model.ts";
import { numberTokens } from "./program-tokens.ts";
import { lodaTokens, mark, marks } from "./vocabulary.ts";

/** What a model is asked for. */
export type ModelRequest = CandidateRequest;

export interface RequestLimits {
  /** Tokens of the description; the rest of a longer one is not read. */
  readonly text: number;
  /** Tokens of the terms; those that do not fit are not read. */
  readonly terms: number;
}

export const requestLimits: RequestLimits = { text: 32, terms: 36 };
/** The most tokens of a request: both parts, the mark of each, an index, the end. */
export const longestRequest = requestLimits.text + requestLimits.terms + 5;

export class LodaTokenizer {
  readonly tokenizer: Tokenizer;

  /** @throws RangeError if it is a tokenizer for something else */
  constructor(tokenizer: Tokenizer) {
    for (const [id, token] of lodaTokens.entries())
      if (tokenizer.idOf(token) !== id)
        throw new RangeError(`This is no tokenizer of a LODA model: token ${id} should be ${token}.`);
    this.tokenizer = tokenizer;
  }

  get vocabularySize(): number {
    return this.tokenizer.vocabularySize;
  }

  /** The tokens of a description, numbers apart from text. */
  text(description: string): number[] {
    return pieces(description).flatMap((piece) =>
      /^\d/.test(piece)
        ? numberTokens(parseValue(piece))
        : this.tokenizer.encode(piece, { specialTokens: "text" }),
    );
  }

  /** The source that a model reads, its end token included. */
  request({ description = "", terms = [], offset }: ModelRequest, limits = requestLimits): number[] {
    const source = description === "" ? [] : this.text(description).slice(0, limits.text);
    if (offset !== undefined) source.push(mark.offset, ...numberTokens(offset));
    if (terms.length > 0) {
      source.push(mark.terms);
      let room = limits.terms;
      for (const term of terms) {
        const tokens = numberTokens(term);
        if (tokens.length > room) break;
        room -= tokens.length;
        source.push(...tokens);
      }
    }
    return [...source, mark.end];
  }
}

/** Longer numbers are no constants that a program would repeat. */
const maxDigits = 30;

/** Lower-case text and numbers in turn; text begins with a blank and has none at its end. */
function pieces(description: string): string[] {
  return description
    .toLowerCase()
    .split(/(\d+)/)
    .flatMap((piece) => {
      const text = piece.trim();
      if (text === "") return [];
      return [/^\d/.test(text) ? text.slice(0, maxDigits) : ` ${text}`];
    });
}

/** Learns the text part of the vocabulary from descriptions. */
export function trainLodaTokenizer(descriptions: Iterable<string>, vocabularySize: number): TokenizerFiles {
  const trainer = new BpeTrainer({ vocabularySize, specialTokens: lodaTokens, preTokenizer: "gpt-2" });
  for (const description of descriptions)
    for (const piece of pieces(description)) if (!/^\d/.test(piece)) trainer.add(piece);
  const vocabulary: BpeVocabulary = trainer.train();
  return tokenizerFiles(vocabulary, { roles: { eos: marks.end, pad: marks.pad } });
}

export function openLodaTokenizer(files: TokenizerFiles): LodaTokenizer {
  return new LodaTokenizer(loadTokenizer(files.tokenizer, files.config));
}
