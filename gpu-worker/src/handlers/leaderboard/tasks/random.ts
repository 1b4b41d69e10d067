/** Where tasks draw their examples from. */
import { randomInt } from "node:crypto";

export interface Random {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
}

const drawing = (next: (bound: number) => number): Random => {
  const int = (low: number, high: number) => low + next(high - low + 1);
  return {
    int,
    pick: (items) => items[next(items.length)]!,
    chance: (probability) => next(1_000_000) < probability * 1_000_000,
  };
};

/**
 * The operating system's randomness for every draw: a generator with a seed could be found out from the public examples,
 * and the hidden ones with it.
 */
export const unguessable: Random = drawing((bound) => randomInt(bound));

/** The same draws for the same seed (mulberry32). For tests. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return drawing((bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  });
}
