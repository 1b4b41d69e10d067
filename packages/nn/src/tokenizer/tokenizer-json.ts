/**
 * `tokenizer.json` and `tokenizer_config.json` of Hugging Face: parsed at the edge, and written for the
 * vocabularies trained here. What a file means is read in tokenizer.ts; its components, of which there are
 * many, are left to the library unless they are those of byte-level BPE.
 */
import { z } from "zod";
import { FormatError, quote } from "../format-error.ts";
import { byteLevelPattern, preTokenizers } from "./pre-tokenizer.ts";
import type { BpeVocabulary } from "./train.ts";

const addedToken = z.looseObject({
  id: z
    .int()
    .nonnegative()
    .max(2 ** 24),
  content: z.string().min(1),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().default(false),
  special: z.boolean().default(false),
});

const component = z.looseObject({ type: z.string() });

const tokenizerJson = z.looseObject({
  version: z.string().optional(),
  added_tokens: z.array(addedToken).default([]),
  normalizer: component.nullish(),
  pre_tokenizer: component.nullish(),
  post_processor: component.nullish(),
  decoder: component.nullish(),
  model: z.looseObject({ type: z.string().optional() }),
});

/** A parsed `tokenizer.json`. */
export type TokenizerJson = z.infer<typeof tokenizerJson>;

const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const chatTemplate = z
  .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
  .nullish();

const tokenizerConfig = z.looseObject({
  bos_token: specialToken,
  eos_token: specialToken,
  pad_token: specialToken,
  unk_token: specialToken,
  chat_template: chatTemplate,
  add_bos_token: z.boolean().nullish(),
  add_eos_token: z.boolean().nullish(),
});

/** A parsed `tokenizer_config.json`. */
export type TokenizerConfig = z.infer<typeof tokenizerConfig>;

function parse<T extends z.ZodType>(schema: T, value: unknown, file: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new FormatError("tokenizer", `at ${issue.path.join(".") || "the top"}: ${issue.message}`, { file });
}

/**
 * Checks the frame of a `tokenizer.json`: an object, or its text.
 * @throws FormatError naming the first field that is wrong
 */
export function parseTokenizerJson(value: unknown, file = "tokenizer.json"): TokenizerJson {
  return parse(tokenizerJson, fromText(value, file), file);
}

/**
 * Checks a `tokenizer_config.json`: an object, or its text.
 * @throws FormatError naming the first field that is wrong
 */
export function parseTokenizerConfig(value: unknown, file = "tokenizer_config.json"): TokenizerConfig {
  return parse(tokenizerConfig, fromText(value, file), file);
}

function fromText(value: unknown, file: string): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new FormatError("tokenizer", "is not JSON", { file, cause });
  }
}

/** Ids go with bit sets and logits of this length: a file that names a larger one is refused. */
const largestId = 2 ** 24;

/**
 * The vocabulary of a BPE model.
 * @throws FormatError where an id is not a whole number in range or belongs to two tokens
 */
export function readVocabulary(model: TokenizerJson["model"]): Map<string, number> {
  const { vocab } = model;
  if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab))
    throw new FormatError("tokenizer", `model.vocab must map tokens to ids, got ${quote(vocab)}`);
  const vocabulary = new Map<string, number>();
  const seen = new Set<number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > largestId)
      throw new FormatError("tokenizer", `the id of token ${quote(token)} is ${quote(id)}`);
    if (seen.has(id)) throw new FormatError("tokenizer", `id ${id} belongs to two tokens`);
    seen.add(id);
    vocabulary.set(token, id);
  }
  return vocabulary;
}

/**
 * The merges of a BPE model, written as "a b" or ["a", "b"], with the ids of both and of what they become.
 * @throws FormatError where a merge is malformed or names a token that is not in the vocabulary
 */
export function readMerges(
  model: TokenizerJson["model"],
  vocabulary: ReadonlyMap<string, number>,
): { pairs: [string, string][]; ids: [number, number, number][] } {
  const { merges } = model;
  if (!Array.isArray(merges))
    throw new FormatError("tokenizer", `model.merges must be a list, got ${quote(merges)}`);
  const pairs: [string, string][] = [];
  const ids: [number, number, number][] = [];
  for (const merge of merges as unknown[]) {
    const pair = typeof merge === "string" ? merge.split(" ") : merge;
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new FormatError("tokenizer", `merge ${pairs.length} is not a pair of tokens`);
    const [left, right] = pair as unknown[];
    if (typeof left !== "string" || typeof right !== "string" || left === "" || right === "")
      throw new FormatError("tokenizer", `merge ${pairs.length} is not a pair of tokens`);
    const leftId = vocabulary.get(left);
    const rightId = vocabulary.get(right);
    const mergedId = vocabulary.get(left + right);
    if (leftId === undefined || rightId === undefined || mergedId === undefined)
      throw new FormatError(
        "tokenizer",
        `merge ${pairs.length} (${quote(left)} ${quote(right)}) names a token that is not in the vocabulary`,
      );
    pairs.push([left, right]);
    ids.push([leftId, rightId, mergedId]);
  }
  return { pairs, ids };
}

/** Special tokens by what they are for; each must be among the special tokens of the vocabulary. */
export interface SpecialTokenRoles {
  /** begins a text */
  bos?: string;
  /** ends a text or an answer */
  eos?: string;
  /** fills up a batch */
  pad?: string;
}

export interface TokenizerFiles {
  /** content of `tokenizer.json` */
  tokenizer: TokenizerJson;
  /** content of `tokenizer_config.json` */
  config: TokenizerConfig;
}

export interface TokenizerFilesOptions {
  roles?: SpecialTokenRoles;
  /** `encode(…, {addSpecialTokens: true})` begins with the bos token. */
  addBos?: boolean;
  /** Jinja template of a conversation */
  chatTemplate?: string;
  /** Tokens that the model can attend to. */
  maximumLength?: number;
}

const byteLevel = (useRegex: boolean) => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

/** A named pre-tokenizer as a component of `tokenizer.json`. */
export function preTokenizerComponent(name: BpeVocabulary["preTokenizer"]) {
  const split = (pattern: string) => ({
    type: "Split",
    pattern: { Regex: pattern },
    behavior: "Isolated",
    invert: false,
  });
  const patterns: readonly string[] = preTokenizers[name].patterns;
  const own = patterns.at(-1) === byteLevelPattern;
  const splits = own ? patterns.slice(0, -1) : patterns;
  if (splits.length === 0) return byteLevel(true);
  return { type: "Sequence", pretokenizers: [...splits.map(split), byteLevel(own)] };
}

/**
 * The files of a trained vocabulary, as Hugging Face's tokenizers read them.
 * @throws RangeError where a role names a token that is not special, or `addBos` has no bos token
 */
export function tokenizerFiles(
  vocabulary: BpeVocabulary,
  options: TokenizerFilesOptions = {},
): TokenizerFiles {
  const { roles = {}, addBos = false } = options;
  for (const [role, token] of Object.entries(roles))
    if (!vocabulary.specialTokens.includes(token))
      throw new RangeError(
        `the ${role} token ${quote(token)} is not one of the special tokens ${vocabulary.specialTokens.map((name) => quote(name)).join(", ")}`,
      );
  if (addBos && roles.bos === undefined) throw new RangeError("addBos needs roles.bos");
  const template =
    roles.bos !== undefined && addBos
      ? bosTemplate(roles.bos, vocabulary.specialTokens.indexOf(roles.bos))
      : undefined;
  const tokenizer: TokenizerJson = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: vocabulary.specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: preTokenizerComponent(vocabulary.preTokenizer),
    post_processor: template ?? byteLevel(true),
    decoder: byteLevel(true),
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: preTokenizers[vocabulary.preTokenizer].ignoreMerges,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])),
      merges: vocabulary.merges.map(([left, right]) => `${left} ${right}`),
    },
  };
  const config: TokenizerConfig = {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    add_bos_token: addBos,
    add_eos_token: false,
    ...(roles.bos === undefined ? {} : { bos_token: roles.bos }),
    ...(roles.eos === undefined ? {} : { eos_token: roles.eos }),
    ...(roles.pad === undefined ? {} : { pad_token: roles.pad }),
    ...(options.chatTemplate === undefined ? {} : { chat_template: options.chatTemplate }),
    ...(options.maximumLength === undefined ? {} : { model_max_length: options.maximumLength }),
  };
  return { tokenizer, config };
}

/** The post-processor that begins a text with the token `bos`. */
export function bosTemplate(bos: string, id: number) {
  const special = { SpecialToken: { id: bos, type_id: 0 } };
  const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } });
  return {
    type: "TemplateProcessing",
    single: [special, sequence("A")],
    pair: [special, sequence("A"), special, sequence("B")],
    special_tokens: { [bos]: { id: bos, ids: [id], tokens: [bos] } },
  };
}
