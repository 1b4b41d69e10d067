/**
 * The seeded random source of the task generator: xoshiro128** (Blackman & Vigna 2018), its state filled by splitmix32
 * from a text. Equal seeds give equal streams on every machine. Not for secrets.
 *
 * `size` in [0, 1] is the curriculum knob: the samplers ask `upTo` for their lengths, so a small size gives short
 * inputs from the same families.
 */

export class Random {
  readonly size: number;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number | string, size = 1) {
    this.size = size;
    let state = hash32(String(seed));
    const splitmix = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return (z ^ (z >>> 15)) | 0;
    };
    this.#a = splitmix();
    this.#b = splitmix();
    this.#c = splitmix();
    this.#d = splitmix() | 1;
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** Uniform in [0, 1). */
  float(): number {
    return this.bits() / 2 ** 32;
  }

  /** Uniform in 0 … n−1. */
  int(n: number): number {
    return Math.floor(this.float() * n);
  }

  /** Uniform in low … high, both included. */
  between(low: number, high: number): number {
    return low + this.int(high - low + 1);
  }

  /** A length in low … high, the upper end shrunk by `size`. */
  upTo(low: number, high: number): number {
    return this.between(low, low + Math.round((high - low) * this.size));
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T;
  }

  /** `count` different elements (all of them, shuffled, if there are fewer). */
  sample<T>(items: readonly T[], count: number): T[] {
    const pool = items.slice();
    const n = Math.min(count, pool.length);
    for (let i = 0; i < n; i++) {
      const j = i + this.int(pool.length - i);
      const kept = pool[i] as T;
      pool[i] = pool[j] as T;
      pool[j] = kept;
    }
    pool.length = n;
    return pool;
  }

  shuffle<T>(items: readonly T[]): T[] {
    return this.sample(items, items.length);
  }

  /** `count` values of `make`. */
  many<T>(count: number, make: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }

  /** Values of `make` until `count` different ones are found; gives up after forty tries a value. */
  distinct<T>(count: number, make: () => T): T[] {
    const found = new Set<T>();
    for (let tries = count * 40; found.size < count && tries > 0; tries--) found.add(make());
    return [...found];
  }
}

/** FNV-1a with a final avalanche: a 32-bit hash of a text, for seeds and for dividing examples. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
