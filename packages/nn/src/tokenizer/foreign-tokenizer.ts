/**
 * Tokenizers of any other kind (SentencePiece-like BPE of Llama 2 and Mistral, Unigram of T5, WordPiece) through
 * Hugging Face's JavaScript library. Slower than our own encoder, and the text of a token can depend on the
 * tokens before it, so the stream decoder compares texts instead of bytes.
 */
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { FormatError, quote } from "../format-error.ts";
import type { DecodeOptions, EncodeOptions, StreamDecoder, Tokenizer } from "./tokenizer.ts";
import { readMerges, readVocabulary, type TokenizerFiles, type TokenizerJson } from "./tokenizer-json.ts";

const utf8 = new TextEncoder();
/** Ids that the stream decoder decodes again for each new one, and those it keeps of them. */
const decodedWindow = 128;
const keptContext = 16;

export class ForeignTokenizer implements Tokenizer {
  readonly files: TokenizerFiles;
  readonly roles: Tokenizer["roles"];
  readonly preTokenizer = undefined;
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly #library: LibraryTokenizer;
  /** What the library would do if the text held no special tokens. */
  readonly #withoutSpecial: LibraryTokenizer;
  readonly #special: ReadonlySet<number>;

  constructor(files: TokenizerFiles, roles: Tokenizer["roles"]) {
    this.files = files;
    this.roles = roles;
    const { tokenizer, config } = files;
    checkModel(tokenizer.model);
    const complete = {
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      ...tokenizer,
    };
    try {
      this.#library = new LibraryTokenizer(complete, config);
      const ordinary = tokenizer.added_tokens.filter((token) => !token.special);
      this.#withoutSpecial = new LibraryTokenizer({ ...complete, added_tokens: ordinary }, config);
      let vocabularySize = 0;
      for (const id of this.#library.get_vocab().values()) vocabularySize = Math.max(vocabularySize, id + 1);
      this.vocabularySize = vocabularySize;
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError("tokenizer", `is of a kind that cannot be loaded: ${problem}`, { cause });
    }
    const special = tokenizer.added_tokens.filter((token) => token.special);
    this.specialTokens = new Map(special.map((token) => [token.content, token.id]));
    this.#special = new Set(this.specialTokens.values());
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    const { addSpecialTokens = false, specialTokens = "parse" } = options;
    const wellFormed = text.toWellFormed();
    if (specialTokens === "parse")
      return this.#library.encode(wellFormed, { add_special_tokens: addSpecialTokens }).ids;
    const ids = this.#withoutSpecial.encode(wellFormed, { add_special_tokens: false }).ids;
    if (!addSpecialTokens) return ids;
    // The template's tokens around an empty text are those around any.
    const around = this.#library.encode("", { add_special_tokens: true }).ids;
    const eos =
      this.roles.eos !== undefined && around.at(-1) === this.roles.eos ? around.length - 1 : around.length;
    return [...around.slice(0, eos), ...ids, ...around.slice(eos)];
  }

  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const known: number[] = [];
    for (const id of ids) {
      if (!Number.isInteger(id) || id < 0) throw new RangeError(`${id} is not a token id`);
      if (options.skipSpecialTokens && this.#special.has(id)) continue;
      if (this.#library.id_to_token(id) !== undefined) known.push(id);
    }
    return known.length === 0 ? "" : this.#library.decode(known, { clean_up_tokenization_spaces: false });
  }

  streamDecoder(options: DecodeOptions = {}): StreamDecoder {
    let ids: number[] = [];
    let emitted = "";
    return {
      push: (id) => {
        ids.push(id);
        const text = this.decode(ids, options);
        // An unfinished character shows as U+FFFD at the end.
        if (text.endsWith("\ufffd") || !text.startsWith(emitted)) return "";
        const fresh = text.slice(emitted.length);
        emitted = text;
        if (ids.length >= decodedWindow) {
          // A short context is enough from here on, so that a long answer does not cost its square.
          ids = ids.slice(-keptContext);
          emitted = this.decode(ids, options);
        }
        return fresh;
      },
      end: () => {
        const rest = this.decode(ids, options).slice(emitted.length);
        ids = [];
        emitted = "";
        return rest;
      },
    };
  }

  tokenBytes(id: number): Uint8Array | undefined {
    const token = this.#library.id_to_token(id);
    if (token === undefined) return undefined;
    const byte = /^<0x([0-9A-F]{2})>$/.exec(token);
    if (byte && this.files.tokenizer.model.byte_fallback === true)
      return Uint8Array.of(Number.parseInt(byte[1]!, 16));
    return utf8.encode(this.#special.has(id) ? token : token.replaceAll("▁", " "));
  }

  tokenOf(id: number): string | undefined {
    return this.#library.id_to_token(id);
  }

  idOf(token: string): number | undefined {
    return this.#library.token_to_id(token);
  }
}

/** Refuses what the library would take on trust. */
function checkModel(model: TokenizerJson["model"]): void {
  if (model.type === "Unigram") {
    const pieces: unknown = model.vocab;
    const isPiece = (piece: unknown) =>
      Array.isArray(piece) && typeof piece[0] === "string" && Number.isFinite(piece[1]);
    if (!Array.isArray(pieces) || !pieces.every(isPiece))
      throw new FormatError("tokenizer", "model.vocab of Unigram must be a list of [token, log-probability]");
    return;
  }
  if (!["BPE", "WordPiece", undefined].includes(model.type))
    throw new FormatError(
      "tokenizer",
      `cannot be loaded: model.type is ${quote(model.type)}; BPE, Unigram and WordPiece are known`,
    );
  const vocabulary = readVocabulary(model);
  if (model.type !== "WordPiece") readMerges(model, vocabulary);
}
