/**
 * The tokenizer of byte-level BPE files: recognises those whose every component it implements exactly, and
 * leaves the others (undefined) to the library.
 */
import { FormatError } from "../format-error.ts";
import { characterOfByte, readBytes } from "./byte-alphabet.ts";
import { ByteLevelBpe } from "./byte-level-bpe.ts";
import { byteLevelPattern, nameOfPatterns, type PreTokenizerName, splitter } from "./pre-tokenizer.ts";
import type { DecodeOptions, EncodeOptions, StreamDecoder, Tokenizer } from "./tokenizer.ts";
import { readMerges, readVocabulary, type TokenizerFiles, type TokenizerJson } from "./tokenizer-json.ts";

const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);

/** The tokenizer of these files, or undefined where they are not byte-level BPE as we implement it. */
export function loadByteLevel(files: TokenizerFiles, roles: Tokenizer["roles"]): Tokenizer | undefined {
  const { tokenizer } = files;
  const { model } = tokenizer;
  if (!isPlainBpe(model)) return undefined;
  const preTokenizer = nameOfPatterns(patternsOf(tokenizer.pre_tokenizer) ?? []);
  if (preTokenizer === undefined) return undefined;
  const normalizer = tokenizer.normalizer?.type;
  if (normalizer !== undefined && normalizer !== "NFC") return undefined;
  if (tokenizer.decoder?.type !== "ByteLevel") return undefined;
  const plainAdded = tokenizer.added_tokens.every(
    (token) => !token.lstrip && !token.rstrip && !token.single_word && !(token.normalized && normalizer),
  );
  if (!plainAdded) return undefined;
  const template = templateOf(tokenizer.post_processor);
  if (template === undefined) return undefined;
  const vocabulary = readVocabulary(model);
  if (!characterOfByte.every((character) => vocabulary.has(character))) return undefined;
  return new ByteLevelTokenizer({
    files,
    roles,
    preTokenizer,
    vocabulary,
    template,
    nfc: normalizer === "NFC",
  });
}

function isPlainBpe(model: TokenizerJson["model"]): boolean {
  return (
    (model.type ?? "BPE") === "BPE" &&
    !model.dropout &&
    !model.continuing_subword_prefix &&
    !model.end_of_word_suffix &&
    !model.byte_fallback &&
    Array.isArray(model.merges)
  );
}

/** The patterns of a pre-tokenizer that ends in the byte alphabet, or undefined for any other. */
function patternsOf(component: TokenizerJson["pre_tokenizer"]): string[] | undefined {
  if (!component) return undefined;
  if (component.type === "ByteLevel") {
    if (component.add_prefix_space !== false) return undefined;
    return component.use_regex === false ? [] : [byteLevelPattern];
  }
  if (component.type !== "Sequence" || !Array.isArray(component.pretokenizers)) return undefined;
  const patterns: string[] = [];
  const parts = component.pretokenizers as Record<string, unknown>[];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (typeof part !== "object" || part === null || (part.type === "ByteLevel") !== isLast) return undefined;
    if (isLast) {
      const own = patternsOf(part as NonNullable<TokenizerJson["pre_tokenizer"]>);
      return own && [...patterns, ...own];
    }
    if (part.type === "Digits" && part.individual_digits === true) {
      patterns.push(String.raw`\p{N}`);
      continue;
    }
    const pattern = (part.pattern as { Regex?: unknown } | undefined)?.Regex;
    if (part.type !== "Split" || part.behavior !== "Isolated" || part.invert === true) return undefined;
    if (typeof pattern !== "string") return undefined;
    patterns.push(pattern);
  }
  return undefined;
}

/** Special tokens (by content) before and after a single text. */
interface Template {
  before: string[];
  after: string[];
}

function templateOf(component: TokenizerJson["post_processor"]): Template | undefined {
  if (!component || component.type === "ByteLevel") return { before: [], after: [] };
  if (component.type === "Sequence" && Array.isArray(component.processors)) {
    const processors = component.processors as NonNullable<TokenizerJson["post_processor"]>[];
    const others = processors.filter((processor) => processor?.type !== "ByteLevel");
    return others.length > 1 ? undefined : templateOf(others[0]);
  }
  if (component.type !== "TemplateProcessing" || !Array.isArray(component.single)) return undefined;
  const template: Template = { before: [], after: [] };
  let side = template.before;
  for (const item of component.single as Record<string, { id?: unknown } | undefined>[]) {
    const special = item?.SpecialToken?.id;
    if (typeof special === "string") side.push(special);
    else if (item?.Sequence?.id === "A" && side === template.before) side = template.after;
    else return undefined;
  }
  return side === template.after ? template : undefined;
}

interface Parts {
  files: TokenizerFiles;
  roles: Tokenizer["roles"];
  preTokenizer: PreTokenizerName;
  vocabulary: Map<string, number>;
  template: Template;
  nfc: boolean;
}

class ByteLevelTokenizer implements Tokenizer {
  readonly files: TokenizerFiles;
  readonly roles: Tokenizer["roles"];
  readonly preTokenizer: PreTokenizerName;
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #tokens: readonly (string | undefined)[];
  readonly #bytes: readonly (Uint8Array | undefined)[];
  readonly #special: ReadonlySet<number>;
  /** Tokens that are cut out of the text before all else. */
  readonly #added: ReadonlyMap<string, number>;
  readonly #addedPattern: RegExp | undefined;
  /** Those of them that are not special: a text from strangers may contain them. */
  readonly #ordinaryPattern: RegExp | undefined;
  readonly #before: readonly number[];
  readonly #after: readonly number[];
  readonly #nfc: boolean;
  readonly #bpe: ByteLevelBpe;

  constructor({ files, roles, preTokenizer, vocabulary, template, nfc }: Parts) {
    const { tokenizer } = files;
    this.files = files;
    this.roles = roles;
    this.preTokenizer = preTokenizer;
    this.#nfc = nfc;
    this.#bpe = new ByteLevelBpe({
      vocabulary,
      merges: readMerges(tokenizer.model, vocabulary).ids,
      split: splitter(preTokenizer),
      ignoreMerges: tokenizer.model.ignore_merges === true,
    });
    const added = tokenizer.added_tokens;
    this.#added = new Map(added.map((token) => [token.content, token.id]));
    this.specialTokens = new Map(
      added.filter((token) => token.special).map((token) => [token.content, token.id]),
    );
    this.#special = new Set(this.specialTokens.values());
    this.#addedPattern = anyOf(added.map((token) => token.content));
    this.#ordinaryPattern = anyOf(added.filter((token) => !token.special).map((token) => token.content));
    this.#ids = new Map([...vocabulary, ...this.#added]);
    let vocabularySize = 0;
    for (const id of this.#ids.values()) vocabularySize = Math.max(vocabularySize, id + 1);
    this.vocabularySize = vocabularySize;
    const tokens: (string | undefined)[] = new Array(vocabularySize).fill(undefined);
    const bytes: (Uint8Array | undefined)[] = new Array(vocabularySize).fill(undefined);
    for (const [token, id] of vocabulary) {
      tokens[id] = token;
      bytes[id] = readBytes(token) ?? utf8.encode(token);
    }
    for (const [content, id] of this.#added) {
      tokens[id] = content;
      bytes[id] = utf8.encode(content);
    }
    this.#tokens = tokens;
    this.#bytes = bytes;
    const idsOf = (contents: readonly string[]) =>
      contents.map((content) => {
        const id = this.#ids.get(content);
        if (id === undefined)
          throw new FormatError("tokenizer", `the template names ${content}, which is not a token`);
        return id;
      });
    this.#before = idsOf(template.before);
    this.#after = idsOf(template.after);
  }

  encode(text: string, options: EncodeOptions = {}): number[] {
    const ids: number[] = options.addSpecialTokens ? [...this.#before] : [];
    const wellFormed = text.toWellFormed();
    const pattern = options.specialTokens === "text" ? this.#ordinaryPattern : this.#addedPattern;
    let end = 0;
    if (pattern !== undefined)
      for (const match of wellFormed.matchAll(pattern)) {
        this.#encodePlain(wellFormed.slice(end, match.index), ids);
        ids.push(this.#added.get(match[0])!);
        end = match.index + match[0].length;
      }
    this.#encodePlain(end === 0 ? wellFormed : wellFormed.slice(end), ids);
    if (options.addSpecialTokens) ids.push(...this.#after);
    return ids;
  }

  #encodePlain(text: string, ids: number[]): void {
    if (text !== "") this.#bpe.encode(this.#nfc ? text.normalize("NFC") : text, ids);
  }

  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const decoder = newDecoder();
    let text = "";
    for (const id of ids) text += decoder.decode(this.#bytesToDecode(id, options), { stream: true });
    return text + decoder.decode();
  }

  streamDecoder(options: DecodeOptions = {}): StreamDecoder {
    const decoder = newDecoder();
    return {
      push: (id) => decoder.decode(this.#bytesToDecode(id, options), { stream: true }),
      end: () => decoder.decode(),
    };
  }

  #bytesToDecode(id: number, { skipSpecialTokens = false }: DecodeOptions): Uint8Array {
    if (!Number.isInteger(id) || id < 0) throw new RangeError(`${id} is not a token id`);
    return (skipSpecialTokens && this.#special.has(id) ? undefined : this.#bytes[id]) ?? nothing;
  }

  tokenBytes(id: number): Uint8Array | undefined {
    return this.#bytes[id];
  }

  tokenOf(id: number): string | undefined {
    return this.#tokens[id];
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }
}

const newDecoder = () => new TextDecoder("utf-8", { ignoreBOM: true });

/** A pattern of the leftmost and there longest of these texts. */
function anyOf(contents: readonly string[]): RegExp | undefined {
  if (contents.length === 0) return undefined;
  const longestFirst = [...contents].sort((a, b) => b.length - a.length);
  return new RegExp(
    longestFirst.map((content) => content.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"),
    "g",
  );
}
