/**
 * Training of a byte-level BPE vocabulary. Pieces of the pre-tokenizer are counted once each; the pair with the
 * highest count is merged until the vocabulary is full. Pair counts are kept exact under each merge by the
 * differences at the places it touches, and the next pair comes from a heap, so a merge costs what it changes.
 * Ties go to the pair with the smaller ids: the result depends on the corpus as a multiset of texts, not on
 * order or machine.
 * @see Sennrich et al. 2016, arXiv:1508.07909
 */
import { characterOfByte, ownCopy } from "./byte-alphabet.ts";
import { PairHeap } from "./pair-heap.ts";
import { type PreTokenizerName, type Split, splitter } from "./pre-tokenizer.ts";

/** What determines a byte-level BPE tokenizer. Ids: special tokens, then the 256 bytes, then the merges. */
export interface BpeVocabulary {
  readonly preTokenizer: PreTokenizerName;
  readonly specialTokens: readonly string[];
  /** Every token in the order of its id; bytes are written in the GPT-2 alphabet. */
  readonly tokens: readonly string[];
  /** Pairs of tokens in the order of their rank. */
  readonly merges: readonly (readonly [string, string])[];
}

export interface TrainBpeOptions {
  /** All tokens: special ones, the 256 bytes, merges. The result has fewer where the corpus runs out of pairs. */
  vocabularySize: number;
  /** Texts that are one token each and that the corpus does not speak about, for example `<|end|>`. */
  specialTokens?: readonly string[];
  preTokenizer: PreTokenizerName;
  /** A pair met less often is never merged; 2 if not given. */
  minimumCount?: number;
  /** No token is longer; unlimited if not given. */
  maximumTokenBytes?: number;
}

const utf8 = new TextEncoder();

/** Pair ids share one number: left × 2²⁴ + right, which also orders pairs by left, then right. */
const radix = 2 ** 24;

/** Collects texts and trains on them: `add` as often as wanted, then `train` once. */
export class BpeTrainer {
  readonly #options: TrainBpeOptions;
  readonly #split: Split;
  readonly #counts = new Map<string, number>();

  /** @throws RangeError where the vocabulary has no room for the special tokens and the 256 bytes */
  constructor(options: TrainBpeOptions) {
    const special = options.specialTokens ?? [];
    const least = 256 + special.length;
    if (!Number.isInteger(options.vocabularySize) || options.vocabularySize < least)
      throw new RangeError(
        `vocabularySize is ${options.vocabularySize}; 256 bytes and ${special.length} special tokens need at least ${least}`,
      );
    if (options.vocabularySize >= radix) throw new RangeError(`vocabularySize must be below ${radix}`);
    if (new Set(special).size !== special.length || special.includes(""))
      throw new RangeError("special tokens must be distinct and not empty");
    if (special.some((token) => characterOfByte.includes(token)))
      throw new RangeError("a special token must not be a single byte of the alphabet");
    this.#options = options;
    this.#split = splitter(options.preTokenizer);
  }

  /** Counts the pieces of one text. No piece reaches over the end of a text. */
  add(text: string): void {
    const counts = this.#counts;
    for (const piece of this.#split(text.toWellFormed())) {
      const count = counts.get(piece);
      if (count === undefined) counts.set(ownCopy(piece), 1);
      else counts.set(piece, count + 1);
    }
  }

  /** Distinct pieces so far. */
  get pieces(): number {
    return this.#counts.size;
  }

  /** Trains on what was added. */
  train(): BpeVocabulary {
    const { preTokenizer, specialTokens = [], vocabularySize } = this.#options;
    const tokens = [...specialTokens, ...characterOfByte];
    const corpus = new MergedCorpus(this.#counts, specialTokens.length);
    const merges: [string, string][] = [];
    const idOf = new Map(tokens.map((token, id) => [token, id]));
    const minimum = Math.max(1, this.#options.minimumCount ?? 2);
    const maximumBytes = this.#options.maximumTokenBytes ?? Number.POSITIVE_INFINITY;

    while (tokens.length < vocabularySize) {
      const best = corpus.mostFrequent();
      if (best === undefined || best.count < minimum) break;
      const left = Math.floor(best.pair / radix);
      const right = best.pair % radix;
      // In the alphabet a character is a byte.
      const merged = tokens[left]! + tokens[right]!;
      if (merged.length > maximumBytes || specialTokens.includes(merged)) {
        corpus.forbid(best.pair);
        continue;
      }
      merges.push([tokens[left]!, tokens[right]!]);
      // Two pairs may spell the same token: "ab"+"c" and "a"+"bc".
      let id = idOf.get(merged);
      if (id === undefined) {
        id = tokens.length;
        tokens.push(merged);
        idOf.set(merged, id);
      }
      corpus.merge(left, right, id);
    }
    return { preTokenizer, specialTokens, tokens, merges };
  }
}

/** Every distinct piece as token ids, rewritten in place by merges, with the count of every adjacent pair. */
class MergedCorpus {
  readonly #symbols: Int32Array;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  readonly #weights: Float64Array;
  readonly #counts = new Map<number, number>();
  /** pair → pieces in which it may stand */
  readonly #places = new Map<number, number[]>();
  readonly #heap = new PairHeap();
  readonly #forbidden = new Set<number>();

  constructor(pieces: ReadonlyMap<string, number>, firstByteId: number) {
    const encodedPieces = [...pieces.keys()].map((piece) => utf8.encode(piece));
    const bytes = encodedPieces.reduce((sum, { length }) => sum + length, 0);
    this.#symbols = new Int32Array(bytes);
    this.#starts = new Int32Array(pieces.size);
    this.#lengths = new Int32Array(pieces.size);
    this.#weights = new Float64Array(pieces.size);
    let end = 0;
    let index = 0;
    for (const count of pieces.values()) {
      const encoded = encodedPieces[index]!;
      this.#starts[index] = end;
      this.#lengths[index] = encoded.length;
      this.#weights[index] = count;
      for (const byte of encoded) this.#symbols[end++] = firstByteId + byte;
      for (let at = end - encoded.length; at + 1 < end; at++)
        this.#change(this.#symbols[at]! * radix + this.#symbols[at + 1]!, count, index);
      index++;
    }
    for (const [pair, count] of this.#counts) this.#heap.push(pair, count);
  }

  /** The pair with the highest count, of several the smallest; undefined where none is left. */
  mostFrequent(): { pair: number; count: number } | undefined {
    for (let top = this.#heap.pop(); top; top = this.#heap.pop()) {
      const count = this.#counts.get(top.pair) ?? 0;
      if (count === 0 || this.#forbidden.has(top.pair)) continue;
      if (count === top.count) return top;
      this.#heap.push(top.pair, count);
    }
    return undefined;
  }

  /** Never offers this pair again. */
  forbid(pair: number): void {
    this.#forbidden.add(pair);
  }

  /** Replaces every occurrence, from the left, of left·right by the token `id`. */
  merge(left: number, right: number, id: number): void {
    const pair = left * radix + right;
    const places = this.#places.get(pair) ?? [];
    this.#places.delete(pair);
    const symbols = this.#symbols;
    const grown = new Set<number>();
    for (const piece of places) {
      const weight = this.#weights[piece]!;
      const start = this.#starts[piece]!;
      const end = start + this.#lengths[piece]!;
      let write = start;
      for (let read = start; read < end; read++) {
        const symbol = symbols[read]!;
        if (symbol !== left || read + 1 === end || symbols[read + 1] !== right) {
          symbols[write++] = symbol;
          continue;
        }
        this.#change(pair, -weight, piece);
        if (write > start) {
          const before = symbols[write - 1]!;
          this.#change(before * radix + left, -weight, piece);
          this.#change(before * radix + id, weight, piece);
          grown.add(before * radix + id);
        }
        if (read + 2 < end) {
          const after = symbols[read + 2]!;
          this.#change(right * radix + after, -weight, piece);
          this.#change(id * radix + after, weight, piece);
          grown.add(id * radix + after);
        }
        symbols[write++] = id;
        read++;
      }
      this.#lengths[piece] = write - start;
    }
    for (const changed of grown) {
      const count = this.#counts.get(changed);
      if (count) this.#heap.push(changed, count);
    }
  }

  #change(pair: number, difference: number, piece: number): void {
    const count = (this.#counts.get(pair) ?? 0) + difference;
    if (count === 0) this.#counts.delete(pair);
    else this.#counts.set(pair, count);
    if (difference < 0) return;
    const places = this.#places.get(pair);
    if (places === undefined) this.#places.set(pair, [piece]);
    else if (places.at(-1) !== piece) places.push(piece);
  }
}

/**
 * Trains a byte-level BPE vocabulary from a stream of texts.
 * @param corpus texts, each on its own: a piece never reaches from one into the next
 * @throws RangeError as `BpeTrainer`
 */
export async function trainBpe(
  corpus: Iterable<string> | AsyncIterable<string>,
  options: TrainBpeOptions,
): Promise<BpeVocabulary> {
  const trainer = new BpeTrainer(options);
  for await (const text of corpus) trainer.add(text);
  return trainer.train();
}
