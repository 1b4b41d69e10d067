/** What a tokenizer is to the rest of the package: text to token ids and back. load.ts makes them. */
import type { PreTokenizerName } from "./pre-tokenizer.ts";
import type { SpecialTokenRoles, TokenizerFiles } from "./tokenizer-json.ts";

export interface EncodeOptions {
  /** Surround the text as the tokenizer's template says (a bos token, an eos token…); false if not given. */
  addSpecialTokens?: boolean;
  /**
   * What `<|end|>` written in the text is: the special token (`parse`, the default), or these characters
   * (`text`), which is what input from strangers should be.
   */
  specialTokens?: "parse" | "text";
}

export interface DecodeOptions {
  /** Leave special tokens out; false if not given. */
  skipSpecialTokens?: boolean;
}

/** Turns ids that come one by one into text, holding back the bytes of an unfinished character. */
export interface StreamDecoder {
  /** The text that has become certain by this token; often "". */
  push(id: number): string;
  /** What was held back; bytes that never became a character are U+FFFD. Ready for a new text afterwards. */
  end(): string;
}

export interface Tokenizer {
  /** One more than the largest id: the width of logits. */
  readonly vocabularySize: number;
  /** special token → id */
  readonly specialTokens: ReadonlyMap<string, number>;
  /** Ids of the special tokens by what they are for, where `tokenizer_config.json` says so. */
  readonly roles: { readonly [role in keyof SpecialTokenRoles]?: number };
  /** llama.cpp's name of the pre-tokenizer, where it has one that we know; GGUF export needs it. */
  readonly preTokenizer: PreTokenizerName | undefined;
  readonly files: TokenizerFiles;
  /**
   * Token ids of a text. Lone surrogates are read as U+FFFD.
   * For byte-level BPE decode(encode(text)) = text for every well-formed text that its normalizer leaves alone.
   */
  encode(text: string, options?: EncodeOptions): number[];
  /**
   * The text of token ids. Bytes that are not UTF-8 become U+FFFD; ids without a token add nothing.
   * @throws RangeError for what is not a whole number ≥ 0
   */
  decode(ids: Iterable<number>, options?: DecodeOptions): string;
  /** A decoder for ids that arrive one by one; all it returns, joined, is `decode` of all ids. */
  streamDecoder(options?: DecodeOptions): StreamDecoder;
  /** The bytes that a token adds to the text, or undefined where the id has no token. */
  tokenBytes(id: number): Uint8Array | undefined;
  /** The token as the file spells it. */
  tokenOf(id: number): string | undefined;
  /** The id of a token as the file spells it. */
  idOf(token: string): number | undefined;
}
