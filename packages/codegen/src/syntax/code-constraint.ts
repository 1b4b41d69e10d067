/**
 * Source code as a constraint on decoding, for any model and tokenizer: of the vocabulary only tokens that the scanner
 * lets through, and a beam whose text the parser cannot complete has no way on. An end is allowed where the function is
 * whole.
 */
import { performance } from "node:perf_hooks";
import type { ConstraintVocabulary, TokenConstraint } from "@weightsmith/nn";
import type { Language } from "../print/expression.ts";
import type { IncrementalParser } from "./parser.ts";
import { type ScanState, scan, startScan } from "./scanner.ts";

export interface CodeConstraintOptions {
  readonly language: Language;
  readonly vocabulary: ConstraintVocabulary;
  readonly parser: IncrementalParser;
  /** The source up to where the model goes on; it ends at the beginning of the body. */
  readonly prefix: string;
  /** Names in scope: the parameters and the function's own. */
  readonly scope: readonly string[];
}

/** What the constraint has cost. */
export interface ConstraintCost {
  /** Masks made, and milliseconds that took, the parser's among them. */
  masks: number;
  milliseconds: number;
  /** Beginnings that the parser could not complete. */
  pruned: number;
}

interface Shared extends CodeConstraintOptions {
  readonly cost: ConstraintCost;
}

export function codeConstraint(options: CodeConstraintOptions): CodeConstraint {
  const cost = { masks: 0, milliseconds: 0, pruned: 0 };
  return new CodeConstraint({ ...options, cost }, startScan(options.language, options.scope), "");
}

export class CodeConstraint implements TokenConstraint {
  readonly #shared: Shared;
  readonly #state: ScanState;
  /** The body so far. */
  readonly text: string;
  #mask: Uint32Array | undefined;

  constructor(shared: Shared, state: ScanState, text: string) {
    this.#shared = shared;
    this.#state = state;
    this.text = text;
  }

  get cost(): Readonly<ConstraintCost> {
    return this.#shared.cost;
  }

  /** Whether the function is whole. */
  get isComplete(): boolean {
    const { quote, brackets, word, assigned } = this.#state;
    const { language, parser, prefix } = this.#shared;
    if (quote !== "" || brackets.length > 0 || assigned !== "" || !/\breturn\b/.test(this.text)) return false;
    if (word !== "" && scan(this.#state, " ") === undefined) return false;
    return parser.accepts(prefix + this.text + (language === "typescript" ? "\n}" : ""));
  }

  mask(): Uint32Array {
    if (this.#mask) return this.#mask;
    const began = performance.now();
    const { vocabulary, cost, parser, prefix, language } = this.#shared;
    const mask = new Uint32Array(Math.ceil(vocabulary.size / 32));
    const closing =
      language === "typescript" ? [{ open: "{" }, ...this.#state.brackets] : this.#state.brackets;
    if (this.text === "" || parser.completable(prefix + this.text, { ...this.#state, brackets: closing })) {
      this.#allow(mask);
      if (this.isComplete) for (const token of vocabulary.endTokens) mask[token >> 5]! |= 1 << (token & 31);
    } else cost.pruned++;
    cost.masks++;
    cost.milliseconds += performance.now() - began;
    this.#mask = mask;
    return mask;
  }

  /** Walks the vocabulary as a tree: a beginning that the scanner refuses takes all that begin with it along. */
  #allow(mask: Uint32Array): void {
    const { bytes, depths, ends, firsts, tokens } = this.#shared.vocabulary.trie;
    const states: (ScanState | undefined)[] = [this.#state];
    for (let node = 0; node < bytes.length; ) {
      const depth = depths[node]!;
      const next = scan(states[depth - 1]!, String.fromCharCode(bytes[node]!));
      if (!next) {
        node = ends[node]!;
        continue;
      }
      states[depth] = next;
      for (let at = firsts[node]!; at < firsts[node + 1]!; at++) {
        const token = tokens[at]!;
        mask[token >> 5]! |= 1 << (token & 31);
      }
      node++;
    }
  }

  /** @throws RangeError for a token that the mask does not allow */
  advance(token: number): CodeConstraint {
    const bytes = this.#shared.vocabulary.tokenBytes(token);
    let state: ScanState | undefined = this.#state;
    let text = this.text;
    for (const byte of bytes ?? []) {
      const character = String.fromCharCode(byte);
      state = state && scan(state, character);
      text += character;
    }
    if (!bytes || !state) throw new RangeError(`Token ${token} cannot come at this place of the program.`);
    return new CodeConstraint(this.#shared, state, text);
  }
}
