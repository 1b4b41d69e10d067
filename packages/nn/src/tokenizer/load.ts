/**
 * Choice of the implementation: a `tokenizer.json` of byte-level BPE (GPT-2, Llama 3, Qwen, and all trained here)
 * runs on our own encoder; every other kind runs on Hugging Face's library, behind the same interface.
 * Reads no files: checkpoint/ does.
 */
import { FormatError } from "../format-error.ts";
import { loadByteLevel } from "./byte-level-tokenizer.ts";
import { ForeignTokenizer } from "./foreign-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";
import {
  parseTokenizerConfig,
  parseTokenizerJson,
  type SpecialTokenRoles,
  type TokenizerConfig,
  type TokenizerJson,
} from "./tokenizer-json.ts";

/**
 * A tokenizer from the contents of `tokenizer.json` and, where there is one, `tokenizer_config.json`
 * (objects or their text).
 * @throws FormatError where a file is malformed or of a kind that is not supported
 */
export function loadTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown = {}): Tokenizer {
  const tokenizer = parseTokenizerJson(tokenizerJson);
  const config = parseTokenizerConfig(tokenizerConfig);
  const files = { tokenizer, config };
  const roles = rolesOf(tokenizer, config);
  return loadByteLevel(files, roles) ?? new ForeignTokenizer(files, roles);
}

function rolesOf(tokenizer: TokenizerJson, config: TokenizerConfig): Tokenizer["roles"] {
  const roles: { [role in keyof SpecialTokenRoles]?: number } = {};
  for (const role of ["bos", "eos", "pad"] as const) {
    const named = config[`${role}_token`];
    if (named === undefined || named === null) continue;
    const content = typeof named === "string" ? named : named.content;
    const token = tokenizer.added_tokens.find((added) => added.content === content);
    const vocabulary = tokenizer.model.vocab;
    const id =
      token?.id ??
      (typeof vocabulary === "object" && vocabulary !== null && Object.hasOwn(vocabulary, content)
        ? (vocabulary as Record<string, unknown>)[content]
        : undefined);
    if (id !== undefined && !Number.isInteger(id))
      throw new FormatError("tokenizer", `the id of the ${role} token is not a whole number`);
    if (typeof id === "number") roles[role] = id;
  }
  return roles;
}
