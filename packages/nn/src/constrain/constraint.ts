/**
 * A constraint on generated text as token masks: which tokens may come next so that the text can still be
 * completed. States never change; they can be kept, compared and advanced in several ways (beams, batches).
 */
import { ConstraintError } from "./expression.ts";
import type { Network } from "./network.ts";
import { type ParseSet, ParseSets } from "./parse-set.ts";
import { buildTrie, type TokenTrie } from "./token-trie.ts";

/** The tokens that a constraint chooses among. Built once for a tokenizer, used by all its constraints. */
export interface ConstraintVocabulary {
  /** width of logits */
  readonly size: number;
  /** tokens that end the text: allowed exactly where it is complete */
  readonly endTokens: readonly number[];
  readonly trie: TokenTrie;
  readonly tokenBytes: (id: number) => Uint8Array | undefined;
}

/** What a tokenizer must tell; `Tokenizer` does. */
export interface TokenSource {
  readonly vocabularySize: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  tokenBytes(id: number): Uint8Array | undefined;
}

/**
 * The vocabulary of a tokenizer: all tokens but the special ones, of which only `endTokens` can ever be allowed.
 * @param size width of the model's logits, where it exceeds the tokenizer's vocabulary
 */
export function constraintVocabulary(
  tokenizer: TokenSource,
  options: { endTokens: readonly number[]; size?: number },
): ConstraintVocabulary {
  const { endTokens, size = tokenizer.vocabularySize } = options;
  const special = new Set([...tokenizer.specialTokens.values(), ...endTokens]);
  const entries: [number, Uint8Array][] = [];
  for (let id = 0; id < Math.min(size, tokenizer.vocabularySize); id++) {
    const bytes = special.has(id) ? undefined : tokenizer.tokenBytes(id);
    if (bytes) entries.push([id, bytes]);
  }
  return {
    size,
    endTokens,
    trie: buildTrie(entries),
    tokenBytes: (id) => (special.has(id) ? undefined : tokenizer.tokenBytes(id)),
  };
}

/** A state of a constraint after some tokens. */
export interface ConstraintState {
  /**
   * Bit t & 31 of word t >> 5 is set where token t may come next. Shared and kept: not to be changed.
   * @throws ConstraintError where the text is not complete and no token of the vocabulary can continue it
   */
  mask(): Uint32Array;
  /**
   * The state after a token.
   * @throws ConstraintError where the mask does not allow it
   */
  advance(token: number): ConstraintState;
  /** The text so far satisfies the constraint. */
  readonly isComplete: boolean;
  /** An end token came: nothing may follow but end tokens. */
  readonly isFinished: boolean;
}

/** Situations kept for reuse. */
const rememberedSets = 50_000;
/** Bytes of masks kept for reuse. */
const rememberedMaskBytes = 64 * 2 ** 20;
/** Where more of the vocabulary than this depends on the context, checking it apart saves nothing. */
const largestDependentShare = 0.25;

/** A mask that holds in any context, and the tokens that depend on it. */
interface ContextFree {
  readonly mask: Uint32Array;
  readonly dependent: TokenTrie;
}

/** Sets and masks found so far; begun anew once there are too many. */
interface Tables {
  readonly sets: ParseSets;
  readonly masks: Map<ParseSet, Uint32Array>;
  readonly contextFree: Map<ParseSet, ContextFree | undefined>;
}

export class Constraint {
  readonly vocabulary: ConstraintVocabulary;
  readonly #network: Network;
  readonly #words: number;
  #tables: Tables;
  #finished: ConstraintState | undefined;

  constructor(network: Network, vocabulary: ConstraintVocabulary) {
    this.vocabulary = vocabulary;
    this.#network = network;
    this.#words = Math.ceil(vocabulary.size / 32);
    this.#tables = this.#newTables();
  }

  #newTables(): Tables {
    return { sets: new ParseSets(this.#network), masks: new Map(), contextFree: new Map() };
  }

  /** The state before the first token. */
  start(): ConstraintState {
    if (this.#tables.sets.size > rememberedSets) this.#tables = this.#newTables();
    return this.#state(this.#tables.sets.start, this.#tables);
  }

  /** Whether a whole text satisfies the constraint. */
  accepts(text: string | Uint8Array): boolean {
    const { sets } = this.#tables;
    let set: ParseSet | null = sets.start;
    for (const byte of typeof text === "string" ? new TextEncoder().encode(text) : text) {
      set = sets.step(set, byte);
      if (set === null) return false;
    }
    return set.isComplete;
  }

  #state(set: ParseSet, tables: Tables): ConstraintState {
    return {
      mask: () => this.#mask(set, tables),
      advance: (token) => {
        if (set.isComplete && this.vocabulary.endTokens.includes(token)) return this.#finish();
        const bytes = this.vocabulary.tokenBytes(token);
        let next: ParseSet | null = bytes && bytes.length > 0 ? set : null;
        for (const byte of bytes ?? []) if (next !== null) next = tables.sets.step(next, byte);
        if (next === null) throw new ConstraintError(`token ${token} is not allowed here`);
        return this.#state(next, tables);
      },
      isComplete: set.isComplete,
      isFinished: false,
    };
  }

  #finish(): ConstraintState {
    if (this.#finished) return this.#finished;
    const { endTokens } = this.vocabulary;
    const mask = new Uint32Array(this.#words);
    for (const token of endTokens) allow(mask, token);
    const finished: ConstraintState = {
      mask: () => mask,
      advance: (token) => {
        if (!endTokens.includes(token))
          throw new ConstraintError(`token ${token} is not allowed after the end`);
        return finished;
      },
      isComplete: true,
      isFinished: true,
    };
    this.#finished = finished;
    return finished;
  }

  #mask(set: ParseSet, tables: Tables): Uint32Array {
    const { sets, masks } = tables;
    const known = masks.get(set);
    if (known) return known;
    const bare = sets.withoutContext(set);
    const contextFree = bare && this.#freeOfContext(bare, tables);
    const mask = contextFree ? contextFree.mask.slice() : new Uint32Array(this.#words);
    walk(sets, set, contextFree?.dependent ?? this.vocabulary.trie, (token) => allow(mask, token));
    if (set.isComplete) for (const token of this.vocabulary.endTokens) allow(mask, token);
    else if (mask.every((word) => word === 0))
      throw new ConstraintError(
        "no token of the vocabulary can continue the text as the constraint demands: it lacks single bytes",
      );
    if (masks.size * this.#words * 4 > rememberedMaskBytes) masks.clear();
    masks.set(set, mask);
    return mask;
  }

  #freeOfContext(bare: ParseSet, { sets, contextFree }: Tables): ContextFree | undefined {
    if (contextFree.has(bare)) return contextFree.get(bare);
    const { trie, tokenBytes } = this.vocabulary;
    const { bytes, depths, ends, firsts, tokens } = trie;
    const mask = new Uint32Array(this.#words);
    const dependent: number[] = [];
    const path: ParseSet[] = [bare];
    /** The rule could have ended on the way to this depth. */
    const escaped: boolean[] = [bare.escapes];
    for (let node = 0; node < bytes.length; ) {
      const depth = depths[node]!;
      const next = sets.step(path[depth - 1]!, bytes[node]!);
      if (next === null) {
        const end = ends[node]!;
        if (escaped[depth - 1])
          for (let index = firsts[node]!; index < firsts[end]!; index++) dependent.push(tokens[index]!);
        node = end;
        continue;
      }
      path[depth] = next;
      escaped[depth] = escaped[depth - 1]! || next.escapes;
      for (let index = firsts[node]!; index < firsts[node + 1]!; index++) allow(mask, tokens[index]!);
      node++;
    }
    const worthwhile = dependent.length <= tokens.length * largestDependentShare;
    const result = worthwhile
      ? { mask, dependent: buildTrie(dependent.map((token) => [token, tokenBytes(token)!])) }
      : undefined;
    if (contextFree.size * this.#words * 4 > rememberedMaskBytes) contextFree.clear();
    contextFree.set(bare, result);
    return result;
  }
}

/** Calls back with every token whose bytes can all follow. */
function walk(sets: ParseSets, set: ParseSet, trie: TokenTrie, onToken: (token: number) => void): void {
  const { bytes, depths, ends, firsts, tokens } = trie;
  const path: ParseSet[] = [set];
  for (let node = 0; node < bytes.length; ) {
    const depth = depths[node]!;
    const next = sets.step(path[depth - 1]!, bytes[node]!);
    if (next === null) {
      node = ends[node]!;
      continue;
    }
    path[depth] = next;
    for (let index = firsts[node]!; index < firsts[node + 1]!; index++) onToken(tokens[index]!);
    node++;
  }
}

function allow(mask: Uint32Array, token: number): void {
  mask[token >> 5]! |= 1 << (token & 31);
}
