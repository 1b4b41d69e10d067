/** Functions that printed programs bring along where a language has none built in. In the order they must stand in. */

export interface Helper {
  readonly python?: string;
  readonly typescript?: string;
}

const list = (text: string): string => text.trim();

export const HELPERS: Readonly<Record<string, Helper>> = {
  MONTHS: {
    python: list(`
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]`),
    typescript: list(`
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];`),
  },
  ONES: {
    python: list(`
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()`),
    typescript: list(`
const ONES = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen " +
  "fourteen fifteen sixteen seventeen eighteen nineteen"
).split(" ");`),
  },
  ROMAN: {
    python: list(`
ROMAN = [
    ("M", 1000), ("CM", 900), ("D", 500), ("CD", 400), ("C", 100), ("XC", 90), ("L", 50),
    ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1),
]`),
    typescript: list(`
const ROMAN: [string, number][] = [
  ["M", 1000], ["CM", 900], ["D", 500], ["CD", 400], ["C", 100], ["XC", 90], ["L", 50],
  ["XL", 40], ["X", 10], ["IX", 9], ["V", 5], ["IV", 4], ["I", 1],
];`),
  },
  sum: { typescript: "const sum = (xs: number[]): number => xs.reduce((a, b) => a + b, 0);" },
  minimum: { typescript: "const minimum = <T>(xs: T[]): T => xs.reduce((a, b) => (b < a ? b : a));" },
  maximum: { typescript: "const maximum = <T>(xs: T[]): T => xs.reduce((a, b) => (b > a ? b : a));" },
  mod: { typescript: "const mod = (a: number, b: number): number => ((a % b) + b) % b;" },
  capitalize: {
    typescript:
      "const capitalize = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1).toLowerCase();",
  },
  stripCharacter: {
    typescript: list(`
function stripCharacter(s: string, character: string): string {
  let from = 0;
  let to = s.length;
  while (from < to && s[from] === character) from++;
  while (to > from && s[to - 1] === character) to--;
  return s.slice(from, to);
}`),
  },
  centre: {
    typescript: list(`
function centre(s: string, width: number, fill: string): string {
  const gap = Math.max(0, width - s.length);
  const left = (gap >> 1) + (gap & width & 1);
  return fill.repeat(left) + s + fill.repeat(gap - left);
}`),
  },
  caesar: {
    python: list(`
def caesar(text: str, shift: int) -> str:
    def move(match: re.Match) -> str:
        base = 65 if match[0] <= "Z" else 97
        return chr((ord(match[0]) - base + shift) % 26 + base)

    return re.sub("[A-Za-z]", move, text)`),
    typescript: list(`
function caesar(text: string, shift: number): string {
  return text.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((((letter.charCodeAt(0) - base + shift) % 26) + 26) % 26) + base);
  });
}`),
  },
  month_number: {
    python: list(`
def month_number(name: str) -> int:
    return [month[:3].lower() for month in MONTHS].index(name[:3].lower()) + 1`),
    typescript: list(`
const monthNumber = (name: string): number =>
  MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1;`),
  },
  ordinal: {
    python: list(`
def ordinal(n: int) -> str:
    suffix = "th" if 11 <= n % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"`),
    typescript: list(`
function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return n + (teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
}`),
  },
  to_roman: {
    python: list(`
def to_roman(n: int) -> str:
    text = ""
    for letters, value in ROMAN:
        text += letters * (n // value)
        n %= value
    return text`),
    typescript: list(`
function toRoman(n: number): string {
  let text = "";
  for (const [letters, value] of ROMAN) {
    text += letters.repeat(Math.floor(n / value));
    n %= value;
  }
  return text;
}`),
  },
  from_roman: {
    python: list(`
def from_roman(text: str) -> int:
    text, total = text.upper(), 0
    for letters, value in ROMAN:
        while text.startswith(letters):
            total += value
            text = text[len(letters):]
    return total`),
    typescript: list(`
function fromRoman(text: string): number {
  let rest = text.toUpperCase();
  let total = 0;
  for (const [letters, value] of ROMAN) {
    while (rest.startsWith(letters)) {
      total += value;
      rest = rest.slice(letters.length);
    }
  }
  return total;
}`),
  },
  number_words: {
    python: list(`
def number_words(n: int) -> str:
    ones = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen seventeen eighteen nineteen"
    ).split()
    tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
    if n < 20:
        return ones[n]
    if n < 100:
        return tens[n // 10] + ("" if n % 10 == 0 else f"-{ones[n % 10]}")
    return f"{ones[n // 100]} hundred" + ("" if n % 100 == 0 else f" {number_words(n % 100)}")`),
    typescript: list(`
function numberWords(n: number): string {
  const ones = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen " +
    "fourteen fifteen sixteen seventeen eighteen nineteen"
  ).split(" ");
  const tens = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
  if (n < 20) return ones[n]!;
  if (n < 100) return tens[Math.floor(n / 10)]! + (n % 10 === 0 ? "" : "-" + ones[n % 10]);
  return ones[Math.floor(n / 100)] + " hundred" + (n % 100 === 0 ? "" : " " + numberWords(n % 100));
}`),
  },
  round_to: {
    typescript: list(`
function roundTo(x: number, digits: number): number {
  const scaled = x * 10 ** digits;
  const floor = Math.floor(scaled);
  const half = Math.abs(scaled - floor - 0.5) < 1e-9;
  return (half ? floor + Math.abs(floor % 2) : Math.round(scaled)) / 10 ** digits;
}`),
  },
  gcd: {
    typescript: "const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));",
  },
  lcm: {
    typescript: "const lcm = (a: number, b: number): number => (a && b ? Math.abs(a * b) / gcd(a, b) : 0);",
  },
  factorial: {
    typescript: "const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));",
  },
  fibonacci: {
    python: list(`
def fibonacci(n: int) -> int:
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a`),
    typescript: list(`
function fibonacci(n: number): number {
  let [a, b] = [0, 1];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}`),
  },
  collatz_steps: {
    python: list(`
def collatz_steps(n: int) -> int:
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps`),
    typescript: list(`
function collatzSteps(n: number): number {
  let steps = 0;
  for (; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  return steps;
}`),
  },
  prime_factors: {
    python: list(`
def prime_factors(n: int) -> list[int]:
    factors, d = [], 2
    while d * d <= n:
        while n % d == 0:
            factors.append(d)
            n //= d
        d += 1
    return factors + [n] if n > 1 else factors`),
    typescript: list(`
function primeFactors(n: number): number[] {
  const factors: number[] = [];
  for (let d = 2; d * d <= n; d++) {
    for (; n % d === 0; n /= d) factors.push(d);
  }
  return n > 1 ? [...factors, n] : factors;
}`),
  },
  is_prime: {
    python: list(`
def is_prime(n: int) -> bool:
    return n >= 2 and all(n % d for d in range(2, math.isqrt(n) + 1))`),
    typescript: list(`
function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n >= 2;
}`),
  },
  is_made_of: {
    typescript: list(`
const isMadeOf = (s: string, pattern: RegExp): boolean =>
  new RegExp("^(?:" + pattern.source + ")+$").test(s);`),
  },
  is_leap: {
    typescript:
      "const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;",
  },
  median: {
    typescript: list(`
function median(xs: number[]): number {
  const sorted = xs.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}`),
  },
  variance: {
    typescript: list(`
function variance(xs: number[]): number {
  const mean = sum(xs) / xs.length;
  return sum(xs.map((x) => (x - mean) ** 2)) / xs.length;
}`),
  },
  sorted: {
    typescript: list(`
function compare(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compare(a[i], b[i]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}
const sorted = <T>(xs: T[]): T[] => xs.toSorted(compare);`),
  },
  sort_by: {
    typescript: list(`
const sortBy = <T, K extends string | number>(xs: T[], key: (x: T) => K): T[] =>
  xs.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));`),
  },
  max_by: {
    typescript: list(`
const maxBy = <T>(xs: T[], key: (x: T) => number): T =>
  xs.reduce((a, b) => (key(b) > key(a) ? b : a));`),
  },
  unique: {
    python: list(`
def unique(items: list) -> list:
    kept = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept`),
    typescript: list(`
const unique = <T>(xs: T[]): T[] => [
  ...new Map(xs.map((x) => [JSON.stringify(x), x] as [string, T]).reverse()).values(),
].reverse();`),
  },
  unique_by: {
    typescript: list(`
const uniqueBy = <T>(xs: T[], key: (x: T) => unknown): T[] =>
  xs.filter((x, i) => xs.findIndex((y) => key(y) === key(x)) === i);`),
  },
  runs: {
    typescript: list(`
function runs<T>(xs: T[]): T[][] {
  const groups: T[][] = [];
  for (const x of xs) {
    const last = groups.at(-1);
    if (last && last[0] === x) last.push(x);
    else groups.push([x]);
  }
  return groups;
}`),
  },
  same_list: {
    typescript:
      "const sameList = (a: unknown[], b: unknown[]): boolean => JSON.stringify(a) === JSON.stringify(b);",
  },
  accumulate: {
    typescript: list(`
function accumulate(xs: number[], step: (a: number, b: number) => number): number[] {
  const out: number[] = [];
  for (const x of xs) out.push(out.length === 0 ? x : step(out.at(-1)!, x));
  return out;
}`),
  },
  transpose: {
    typescript:
      "const transpose = <T>(rows: T[][]): T[][] => (rows[0] ?? []).map((_, i) => rows.map((row) => row[i]!));",
  },
  chunks: {
    typescript: list(`
const chunks = <T>(xs: T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(xs.length / size) }, (_, i) => xs.slice(i * size, i * size + size));`),
  },
  windows: {
    typescript: list(`
const windows = <T>(xs: T[], size: number): T[][] =>
  Array.from({ length: Math.max(0, xs.length - size + 1) }, (_, i) => xs.slice(i, i + size));`),
  },
  rotate_left: {
    python: list(`
def rotate_left(items: list, k: int) -> list:
    k = k % len(items) if items else 0
    return items[k:] + items[:k]`),
    typescript: list(`
function rotateLeft<T>(xs: T[], k: number): T[] {
  const at = xs.length === 0 ? 0 : ((k % xs.length) + xs.length) % xs.length;
  return [...xs.slice(at), ...xs.slice(0, at)];
}`),
  },
  zip: {
    typescript:
      "const zip = <A, B>(a: A[], b: B[]): [A, B][] => a.slice(0, b.length).map((x, i) => [x, b[i]!]);",
  },
  most_common: {
    typescript: list(`
function mostCommon<T>(xs: T[]): T {
  const count = (x: T): number => xs.filter((y) => y === x).length;
  return xs.reduce((a, b) => (count(b) > count(a) ? b : a));
}`),
  },
  range: {
    typescript: list(`
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);`),
  },
  count_each: {
    typescript: list(`
function countEach(xs: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const x of xs) counts[x] = (counts[x] ?? 0) + 1;
  return counts;
}`),
  },
  max_subarray: {
    python: list(`
def max_subarray(numbers: list) -> float:
    best, here = numbers[0], 0
    for x in numbers:
        here = max(x, here + x)
        best = max(best, here)
    return best`),
    typescript: list(`
function maxSubarray(xs: number[]): number {
  let best = xs[0]!;
  let here = 0;
  for (const x of xs) {
    here = Math.max(x, here + x);
    best = Math.max(best, here);
  }
  return best;
}`),
  },
  common_prefix: {
    typescript: list(`
function commonPrefix(xs: string[]): string {
  let prefix = xs[0] ?? "";
  while (!xs.every((x) => x.startsWith(prefix))) prefix = prefix.slice(0, -1);
  return prefix;
}`),
  },
  take_while: {
    typescript: list(`
function takeWhile<T>(xs: T[], test: (x: T) => boolean): T[] {
  const end = xs.findIndex((x) => !test(x));
  return end === -1 ? xs : xs.slice(0, end);
}`),
  },
  drop_while: {
    typescript: list(`
function dropWhile<T>(xs: T[], test: (x: T) => boolean): T[] {
  const start = xs.findIndex((x) => !test(x));
  return start === -1 ? [] : xs.slice(start);
}`),
  },
  group_by: {
    python: list(`
def group_by(items: list, key) -> dict:
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups`),
    typescript: list(`
function groupBy<T>(xs: T[], key: (x: T) => string): Record<string, T[]> {
  const groups: Record<string, T[]> = {};
  for (const x of xs) (groups[key(x)] ??= []).push(x);
  return groups;
}`),
  },
};

/** Needed helpers in the order of the table, which is one in which each stands before those that use it. */
export function orderedHelpers(names: ReadonlySet<string>, language: "python" | "typescript"): string[] {
  return Object.entries(HELPERS).flatMap(([name, helper]) => {
    const source = names.has(name) ? helper[language] : undefined;
    return source === undefined ? [] : [source];
  });
}
