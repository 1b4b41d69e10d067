/**
 * Seeded randomness for initialisation, sampling and shuffling: xoshiro128** seeded through SplitMix32.
 * The same seed gives the same numbers on every machine; not for secrets.
 */

const uint32 = 2 ** 32;

/** FNV-1a over UTF-16 code units: a stable 32-bit label for a name, so that streams do not depend on order. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function splitMix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** A generator of pseudo-random numbers with a state that can be saved and put back. */
export class Random {
  #state: Uint32Array;

  /** @param seed any integer  @param stream a name; generators of one seed and different streams are unrelated */
  constructor(seed: number, stream = "") {
    const next = splitMix32((Math.imul(seed | 0, 0x9e3779b1) ^ hashName(stream)) >>> 0);
    this.#state = Uint32Array.from({ length: 4 }, next);
  }

  /** The whole state: four words. */
  get state(): number[] {
    return [...this.#state];
  }

  /** @throws RangeError unless `words` came from `state` */
  set state(words: readonly number[]) {
    if (words.length !== 4 || words.every((word) => word === 0)) {
      throw new RangeError(`A Random state is four words, not all zero; got [${words.join(", ")}].`);
    }
    this.#state = Uint32Array.from(words);
  }

  /** Uniform in 0 … 2³² − 1. */
  uint32(): number {
    const s = this.#state as unknown as [number, number, number, number];
    const scrambled = Math.imul(s[1], 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / uint32;
  }

  /** Uniform in 0 … count − 1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal, by Box–Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let index = items.length - 1; index > 0; index--) {
      const other = this.integer(index + 1);
      [items[index], items[other]] = [items[other] as T, items[index] as T];
    }
    return items;
  }
}
