/**
 * A fast exact encoder for byte-level BPE. Pieces of the pre-tokenizer are looked up in a cache; a new one is
 * merged pair by pair, lowest rank first, of equal ranks the leftmost.
 */
import { characterOfByte, ownCopy, readBytes } from "./byte-alphabet.ts";
import type { Split } from "./pre-tokenizer.ts";

const utf8 = new TextEncoder();
/** Pieces of the text that stay in the cache, at most. */
const cachedPieces = 1 << 16;
/** Longer pieces (in UTF-16 units) are not cached: they hardly come twice. */
const cachedLength = 64;
/** Up to here a piece is merged by plain scans; beyond, by a heap, so that time stays n log n. */
const scannedBytes = 48;

/** Open-addressed table (left, right) → (rank, merged id): four int32 a slot. */
class MergeTable {
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(merges: readonly (readonly [left: number, right: number, merged: number])[]) {
    let size = 16;
    while (size < merges.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#slots = new Int32Array(size * 4).fill(-1);
    merges.forEach(([left, right, merged], rank) => {
      const slot = this.find(left, right);
      this.#slots.set([left, right, rank, merged], slot);
    });
  }

  /** The slot of the pair, or the free one where it would stand. */
  find(left: number, right: number): number {
    const slots = this.#slots;
    let at = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    at = (at ^ (at >>> 15)) & this.#mask;
    for (;;) {
      const slot = at * 4;
      const key = slots[slot]!;
      if (key === -1 || (key === left && slots[slot + 1] === right)) return slot;
      at = (at + 1) & this.#mask;
    }
  }

  /** Rank of a found slot; -1 where the pair has none. */
  rank(slot: number): number {
    return this.#slots[slot + 2]!;
  }

  /** Id that the pair of a found slot merges into. */
  merged(slot: number): number {
    return this.#slots[slot + 3]!;
  }
}

export interface ByteLevelBpeParts {
  /** token → id, in the byte alphabet; all 256 bytes are there */
  vocabulary: ReadonlyMap<string, number>;
  /** ids of each pair and of what it becomes, in the order of rank; a pair given twice has its last rank */
  merges: readonly (readonly [left: number, right: number, merged: number])[];
  split: Split;
  /** A piece that is a token is taken whole, whatever the merges say. */
  ignoreMerges: boolean;
}

export class ByteLevelBpe {
  readonly #split: Split;
  readonly #table: MergeTable;
  readonly #byteIds: Int32Array;
  readonly #wholePieces: ReadonlyMap<string, number> | undefined;
  readonly #cache = new Map<string, readonly number[]>();

  constructor(parts: ByteLevelBpeParts) {
    this.#split = parts.split;
    this.#table = new MergeTable(parts.merges);
    this.#byteIds = Int32Array.from(characterOfByte, (character) => parts.vocabulary.get(character)!);
    if (parts.ignoreMerges) {
      const pieces = new Map<string, number>();
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      for (const [token, id] of parts.vocabulary) {
        const bytes = readBytes(token);
        if (bytes === undefined) continue;
        try {
          pieces.set(decoder.decode(bytes), id);
        } catch {
          // Not text by itself, so no piece of a text equals it.
        }
      }
      this.#wholePieces = pieces;
    }
  }

  /** Appends the ids of a well-formed text without special tokens. */
  encode(text: string, ids: number[]): void {
    for (const piece of this.#split(text)) {
      const cached = this.#cache.get(piece);
      if (cached !== undefined) {
        for (const id of cached) ids.push(id);
        continue;
      }
      const whole = this.#wholePieces?.get(piece);
      const encoded = whole === undefined ? this.#encodePiece(piece) : [whole];
      for (const id of encoded) ids.push(id);
      if (piece.length > cachedLength) continue;
      if (this.#cache.size >= cachedPieces) this.#cache.clear();
      this.#cache.set(ownCopy(piece), encoded);
    }
  }

  #encodePiece(piece: string): number[] {
    const symbols: number[] = [];
    for (const byte of utf8.encode(piece)) symbols.push(this.#byteIds[byte]!);
    return symbols.length <= scannedBytes ? this.#mergeByScan(symbols) : this.#mergeByHeap(symbols);
  }

  #mergeByScan(symbols: number[]): number[] {
    const table = this.#table;
    const slots: number[] = [];
    for (let at = 0; at + 1 < symbols.length; at++) slots.push(table.find(symbols[at]!, symbols[at + 1]!));
    for (;;) {
      let best = -1;
      let bestRank = 0x7fffffff;
      for (let at = 0; at < slots.length; at++) {
        const rank = table.rank(slots[at]!);
        if (rank !== -1 && rank < bestRank) {
          bestRank = rank;
          best = at;
        }
      }
      if (best === -1) return symbols;
      symbols[best] = table.merged(slots[best]!);
      symbols.splice(best + 1, 1);
      slots.splice(best, 1);
      if (best > 0) slots[best - 1] = table.find(symbols[best - 1]!, symbols[best]!);
      if (best < slots.length) slots[best] = table.find(symbols[best]!, symbols[best + 1]!);
    }
  }

  /** A linked list of symbols, and a heap of rank × length + position; entries of the past are recognised. */
  #mergeByHeap(symbols: number[]): number[] {
    const table = this.#table;
    const length = symbols.length;
    const next = Int32Array.from(symbols, (_, at) => (at + 1 < length ? at + 1 : -1));
    const previous = Int32Array.from(symbols, (_, at) => at - 1);
    const ranks = new Int32Array(length).fill(-1);
    const heap = new MinimumHeap();
    const offer = (at: number) => {
      const after = next[at]!;
      const rank = after === -1 ? -1 : table.rank(table.find(symbols[at]!, symbols[after]!));
      ranks[at] = rank;
      if (rank !== -1) heap.push(rank * length + at);
    };
    for (let at = 0; at + 1 < length; at++) offer(at);
    for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
      const at = top % length;
      if (ranks[at] !== Math.floor(top / length)) continue;
      const after = next[at]!;
      symbols[at] = table.merged(table.find(symbols[at]!, symbols[after]!));
      ranks[after] = -1;
      const beyond = next[after]!;
      next[at] = beyond;
      if (beyond !== -1) previous[beyond] = at;
      offer(at);
      if (previous[at] !== -1) offer(previous[at]!);
    }
    const merged: number[] = [];
    for (let at = 0; at !== -1; at = next[at]!) merged.push(symbols[at]!);
    return merged;
  }
}

class MinimumHeap {
  readonly #values: number[] = [];

  push(value: number): void {
    const values = this.#values;
    let at = values.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (values[parent]! <= value) break;
      values[at] = values[parent]!;
      at = parent;
    }
    values[at] = value;
  }

  pop(): number | undefined {
    const values = this.#values;
    const top = values[0];
    const value = values.pop();
    if (value === undefined || values.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= values.length) break;
      if (child + 1 < values.length && values[child + 1]! < values[child]!) child++;
      if (values[child]! >= value) break;
      values[at] = values[child]!;
      at = child;
    }
    values[at] = value;
    return top;
  }
}
