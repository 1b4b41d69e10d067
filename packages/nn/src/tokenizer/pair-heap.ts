/** A binary heap of pairs: the highest count first, of equal counts the smaller pair. */

export class PairHeap {
  readonly #pairs: number[] = [];
  readonly #counts: number[] = [];

  push(pair: number, count: number): void {
    const pairs = this.#pairs;
    const counts = this.#counts;
    let at = pairs.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(count, pair, counts[parent]!, pairs[parent]!)) break;
      pairs[at] = pairs[parent]!;
      counts[at] = counts[parent]!;
      at = parent;
    }
    pairs[at] = pair;
    counts[at] = count;
  }

  pop(): { pair: number; count: number } | undefined {
    const pairs = this.#pairs;
    const counts = this.#counts;
    if (pairs.length === 0) return undefined;
    const top = { pair: pairs[0]!, count: counts[0]! };
    const pair = pairs.pop()!;
    const count = counts.pop()!;
    const size = pairs.length;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && isBefore(counts[child + 1]!, pairs[child + 1]!, counts[child]!, pairs[child]!))
        child++;
      if (!isBefore(counts[child]!, pairs[child]!, count, pair)) break;
      pairs[at] = pairs[child]!;
      counts[at] = counts[child]!;
      at = child;
    }
    pairs[at] = pair;
    counts[at] = count;
    return top;
  }
}

function isBefore(countA: number, pairA: number, countB: number, pairB: number): boolean {
  return countA > countB || (countA === countB && pairA < pairB);
}
