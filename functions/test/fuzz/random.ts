/** Repeatable chance: the same seed, the same requests. */
export interface Chance {
  /** From 0 to below 1. */
  number(): number;
  /** A whole number from 0 to below the limit. */
  below(limit: number): number;
  one<T>(list: readonly T[]): T;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
}

/** Mulberry32. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const number = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(number() * limit);
  return {
    number,
    below,
    one: (list) => list[below(list.length)]!,
    happens: (probability) => number() < probability,
  };
}

/** What breaks parsers, queries, paths, terminals and people's trust. */
export const ODD_TEXTS: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "1e999",
  "null",
  "true",
  "%00",
  "%ff%fe",
  "../../../etc/passwd",
  "..%2f..%2f",
  "'; drop table job; --",
  "\\",
  '"',
  "$1",
  "$" + "{7*7}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "\u0000",
  "\ud800",
  "\u202etxt.exe",
  "a\u0301\u0301\u0301",
  "İ",
  "🙂".repeat(9),
  "\r\nset-cookie: a=b",
  "http://169.254.169.254/latest/meta-data/",
  "file:///etc/passwd",
  "(a+)+$",
  "x".repeat(20_000),
  "job_00000000000000000000000000",
  "00000000000000000000",
  "__proto__",
  "constructor",
];

export function oddValue(random: Chance): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => null,
    () => random.happens(0.5),
    () => random.one([0, -1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 31, Number.MIN_VALUE]),
    () => random.one(ODD_TEXTS),
    () => [],
    () => ({}),
    () => Array.from({ length: random.below(50) }, () => random.one(ODD_TEXTS)),
    () => ({ [random.one(ODD_TEXTS)]: random.one(ODD_TEXTS) }),
    () => nested(random.one([5, 40, 2_000])),
  ];
  return random.one(kinds)();
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
}
