/** A byte-level BPE tokenizer as GGUF metadata (`tokenizer.ggml.*`), and back. */
import { FormatError } from "../format-error.ts";
import type { DecoderConfig } from "../model/config.ts";
import { preTokenizerNames, preTokenizers } from "../tokenizer/pre-tokenizer.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import {
  bosTemplate,
  preTokenizerComponent,
  readMerges,
  readVocabulary,
  type TokenizerFiles,
} from "../tokenizer/tokenizer-json.ts";
import type { Metadata, MetadataValue } from "./format.ts";

/** llama.cpp's kinds of tokens. */
const tokenKinds = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

/**
 * The tokenizer as metadata. llama.cpp assumes token 11 ends a text unless told otherwise, so an end token is
 * required; where there is no token that begins a text, the end token stands for it and is never added.
 * @throws RangeError where llama.cpp has no tokenizer of this kind, or the vocabulary exceeds the model's
 */
export function tokenizerMetadata(tokenizer: Tokenizer, config: DecoderConfig): Map<string, MetadataValue> {
  const { files, preTokenizer } = tokenizer;
  if (preTokenizer === undefined)
    throw new RangeError(
      `this tokenizer cannot be written as GGUF: it is not byte-level BPE with one of the pre-tokenizers ${preTokenizerNames.join(", ")}`,
    );
  if (tokenizer.vocabularySize > config.vocabSize)
    throw new RangeError(
      `the tokenizer has ${tokenizer.vocabularySize} tokens, the model embeddings for ${config.vocabSize}`,
    );
  const eos = tokenizer.roles.eos ?? config.endTokenIds[0];
  if (eos === undefined)
    throw new RangeError("GGUF needs a token that ends a text: give the tokenizer roles.eos");
  const bos = tokenizer.roles.bos ?? config.beginTokenId ?? eos;
  const { tokens, kinds } = tokenTable(tokenizer, config.vocabSize);
  const { model } = files.tokenizer;
  const merges = readMerges(model, readVocabulary(model)).pairs.map((pair) => pair.join(" "));
  const around = tokenizer.encode("", { addSpecialTokens: true });
  const u32 = (value: number): MetadataValue => ({ type: "u32", value });
  const entries: [string, MetadataValue][] = [
    ["model", { type: "string", value: "gpt2" }],
    ["pre", { type: "string", value: preTokenizer }],
    ["tokens", { type: "array", of: "string", value: tokens }],
    ["token_type", { type: "array", of: "i32", value: kinds }],
    ["merges", { type: "array", of: "string", value: merges }],
    ["bos_token_id", u32(bos)],
    ["eos_token_id", u32(eos)],
    ["add_bos_token", { type: "bool", value: around[0] === bos && around.length > 0 }],
    ["add_eos_token", { type: "bool", value: around.length > 1 && around.at(-1) === eos }],
  ];
  if (tokenizer.roles.pad !== undefined) entries.push(["padding_token_id", u32(tokenizer.roles.pad)]);
  const otherEnd = config.endTokenIds.find((id) => id !== eos);
  if (otherEnd !== undefined) entries.push(["eot_token_id", u32(otherEnd)]);
  const metadata = new Map(entries.map(([key, value]) => [`tokenizer.ggml.${key}`, value]));
  const template = files.config.chat_template;
  const chosen = Array.isArray(template)
    ? (template.find(({ name }) => name === "default") ?? template[0])?.template
    : template;
  if (chosen) metadata.set("tokenizer.chat_template", { type: "string", value: chosen });
  return metadata;
}

function tokenTable(tokenizer: Tokenizer, size: number): { tokens: string[]; kinds: number[] } {
  const added = new Map(tokenizer.files.tokenizer.added_tokens.map((token) => [token.id, token]));
  const tokens: string[] = [];
  const kinds: number[] = [];
  const seen = new Set<string>();
  for (let id = 0; id < size; id++) {
    const token = tokenizer.tokenOf(id);
    const text = token ?? `[PAD${id}]`;
    if (seen.has(text)) throw new RangeError(`two tokens are spelled ${text}, which llama.cpp cannot load`);
    seen.add(text);
    tokens.push(text);
    const special = added.get(id);
    if (token === undefined) kinds.push(tokenKinds.unused);
    else if (special === undefined) kinds.push(tokenKinds.normal);
    else kinds.push(special.special ? tokenKinds.control : tokenKinds.userDefined);
  }
  return { tokens, kinds };
}

/**
 * The tokenizer files that metadata describe.
 * @throws FormatError where they are missing, malformed or of another kind of tokenizer
 */
export function tokenizerFromMetadata(metadata: Metadata, file: string): TokenizerFiles {
  const refuse = (reason: string) => new FormatError("gguf", reason, { file });
  const get = (key: string) => metadata.get(`tokenizer.ggml.${key}`);
  const model = get("model")?.value;
  const pre = get("pre")?.value;
  const preTokenizer = preTokenizerNames.find((name) => name === pre);
  if (model !== "gpt2" || preTokenizer === undefined)
    throw refuse(
      `its tokenizer is ${String(model)} / ${String(pre)}; gpt2 with ${preTokenizerNames.join(", ")} can be read`,
    );
  const list = <T>(key: string, is: (item: unknown) => item is T): T[] => {
    const entry = get(key);
    const items: readonly unknown[] = entry?.type === "array" ? entry.value : [];
    if (entry?.type !== "array" || !items.every(is))
      throw refuse(`tokenizer.ggml.${key} is not the list it should be`);
    return [...items];
  };
  const isText = (item: unknown) => typeof item === "string";
  const tokens = list("tokens", isText);
  const kinds = list("token_type", (item): item is number => typeof item === "number");
  if (kinds.length !== tokens.length)
    throw refuse(`has ${tokens.length} tokens and ${kinds.length} token types`);
  const ids = tokens.map((_, id) => id).filter((id) => kinds[id] !== tokenKinds.unused);
  const added = ids.filter((id) => kinds[id] === tokenKinds.control || kinds[id] === tokenKinds.userDefined);
  const role = (key: string): string | undefined => {
    const id = get(`${key}_token_id`)?.value;
    if (id === undefined) return undefined;
    const token = typeof id === "number" ? tokens[id] : undefined;
    if (token === undefined) throw refuse(`tokenizer.ggml.${key}_token_id is ${String(id)}, no token's id`);
    return token;
  };
  const bos = role("bos");
  const addBos = get("add_bos_token")?.value === true && bos !== undefined;
  const template = metadata.get("tokenizer.chat_template")?.value;
  return {
    tokenizer: {
      version: "1.0",
      added_tokens: added.map((id) => ({
        id,
        content: tokens[id]!,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: kinds[id] === tokenKinds.control,
      })),
      normalizer: null,
      pre_tokenizer: preTokenizerComponent(preTokenizer),
      post_processor: addBos ? bosTemplate(bos, tokens.indexOf(bos)) : { type: "ByteLevel" },
      decoder: { type: "ByteLevel" },
      model: {
        type: "BPE",
        ignore_merges: preTokenizers[preTokenizer].ignoreMerges,
        vocab: Object.fromEntries(ids.map((id) => [tokens[id]!, id])),
        merges: list("merges", isText),
      },
    },
    config: {
      clean_up_tokenization_spaces: false,
      bos_token: bos ?? null,
      eos_token: role("eos") ?? null,
      pad_token: role("padding") ?? null,
      chat_template: typeof template === "string" ? template : null,
    },
  };
}
