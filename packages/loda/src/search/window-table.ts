// A compact multimap from hashes to small numbers, for millions of entries. Different keys may share a hash: who reads
// has to look at what the numbers stand for.

export class WindowTable {
  private readonly heads: Int32Array;
  private next: Int32Array;
  private codes: Int32Array;
  private size = 0;

  /** @param expected about how many entries will come */
  constructor(expected: number) {
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(16, expected)))).fill(-1);
    this.next = new Int32Array(Math.max(16, expected));
    this.codes = new Int32Array(Math.max(16, expected));
  }

  add(hash: number, code: number): void {
    if (this.size === this.next.length) {
      this.next = grown(this.next);
      this.codes = grown(this.codes);
    }
    const slot = hash & (this.heads.length - 1);
    this.next[this.size] = this.heads[slot]!;
    this.codes[this.size] = code;
    this.heads[slot] = this.size++;
  }

  /** Every number that was added with this hash, and some others. */
  get(hash: number): number[] {
    const found: number[] = [];
    for (let at = this.heads[hash & (this.heads.length - 1)]!; at >= 0; at = this.next[at]!)
      found.push(this.codes[at]!);
    return found;
  }
}

function grown(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** A hash of integers, by their low 64 bits or so. */
export function hashIntegers(values: readonly (number | bigint)[]): number {
  let hash = 0x9e3779b9;
  for (const value of values) {
    const small = typeof value === "number" ? value : Number(BigInt.asIntN(53, value ^ (value >> 64n)));
    hash = mix(hash, small | 0);
    hash = mix(hash, Math.floor(small / 2 ** 32) | 0);
  }
  return hash >>> 0;
}

function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
