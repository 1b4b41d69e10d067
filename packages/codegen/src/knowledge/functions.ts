/** Known functions: algorithms that no short expression says, in both languages. Users add their own (`Knowledge.add`). */

export interface KnownFunction {
  /** As it is called in both sources. */
  readonly name: string;
  /** What people call it, for retrieval. */
  readonly words: string;
  readonly arity: number;
  readonly python?: string;
  readonly typescript?: string;
}

const known = (
  name: string,
  arity: number,
  words: string,
  python: string,
  typescript: string,
): KnownFunction => ({
  name,
  arity,
  words: `${name.replaceAll("_", " ")} ${words}`,
  python: python.trim(),
  typescript: typescript.trim(),
});

export const KNOWN_FUNCTIONS: readonly KnownFunction[] = [
  known(
    "levenshtein",
    2,
    "edit distance between two strings insertions deletions substitutions",
    `
def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]`,
    `
function levenshtein(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = Math.min(above + 1, row[j - 1]! + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1));
      diagonal = above;
    }
  }
  return row[b.length]!;
}`,
  ),
  known(
    "balanced_brackets",
    1,
    "balanced valid parentheses brackets matching nested check",
    `
def balanced_brackets(text):
    pairs, stack = {")": "(", "]": "[", "}": "{"}, []
    for c in text:
        if c in "([{":
            stack.append(c)
        elif c in pairs and (not stack or stack.pop() != pairs[c]):
            return False
    return not stack`,
    `
function balanced_brackets(text: string): boolean {
  const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  const stack: string[] = [];
  for (const c of text) {
    if ("([{".includes(c)) stack.push(c);
    else if (c in pairs && stack.pop() !== pairs[c]) return false;
  }
  return stack.length === 0;
}`,
  ),
  known(
    "two_sum",
    2,
    "indices of two numbers that add up to target pair sum",
    `
def two_sum(numbers, target):
    seen = {}
    for i, x in enumerate(numbers):
        if target - x in seen:
            return [seen[target - x], i]
        seen.setdefault(x, i)
    return []`,
    `
function two_sum(numbers: number[], target: number): number[] {
  const seen = new Map<number, number>();
  for (const [i, x] of numbers.entries()) {
    const at = seen.get(target - x);
    if (at !== undefined) return [at, i];
    if (!seen.has(x)) seen.set(x, i);
  }
  return [];
}`,
  ),
  known(
    "merge_intervals",
    1,
    "merge overlapping intervals ranges",
    `
def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged`,
    `
function merge_intervals(intervals: number[][]): number[][] {
  const merged: number[][] = [];
  for (const [start, end] of intervals.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)) {
    const last = merged.at(-1);
    if (last && start! <= last[1]!) last[1] = Math.max(last[1]!, end!);
    else merged.push([start!, end!]);
  }
  return merged;
}`,
  ),
  known(
    "run_length_decode",
    1,
    "run length decode expand counts letters",
    `
import re

def run_length_decode(text):
    return "".join(c * int(n or 1) for n, c in re.findall(r"(\\d*)(\\D)", text))`,
    `
function run_length_decode(text: string): string {
  return text.replace(/(\\d*)(\\D)/g, (_, n: string, c: string) => c.repeat(Number(n || "1")));
}`,
  ),
  known(
    "hamming_distance",
    2,
    "hamming distance number of differing positions characters",
    `
def hamming_distance(a, b):
    return sum(x != y for x, y in zip(a, b))`,
    `
function hamming_distance(a: string | unknown[], b: string | unknown[]): number {
  return [...a].slice(0, b.length).filter((x, i) => x !== b[i]).length;
}`,
  ),
  known(
    "luhn",
    1,
    "luhn checksum valid credit card number check",
    `
def luhn(text):
    digits = [int(c) for c in str(text) if c.isdigit()][::-1]
    doubled = [d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)]
    return sum(doubled) % 10 == 0`,
    `
function luhn(text: string | number): boolean {
  const digits = [...String(text).replace(/\\D/g, "")].map(Number).reverse();
  const sum = digits.reduce((total, d, i) => total + (i % 2 === 0 ? d : d * 2 - (d > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}`,
  ),
  known(
    "pangram",
    1,
    "pangram sentence contains every letter of the alphabet",
    `
def pangram(text):
    return set("abcdefghijklmnopqrstuvwxyz") <= set(text.lower())`,
    `
function pangram(text: string): boolean {
  return [..."abcdefghijklmnopqrstuvwxyz"].every((c) => text.toLowerCase().includes(c));
}`,
  ),
  known(
    "longest_common_subsequence",
    2,
    "length of longest common subsequence two strings lists",
    `
def longest_common_subsequence(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], diagonal + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]`,
    `
function longest_common_subsequence(a: string | unknown[], b: string | unknown[]): number {
  const row: number[] = new Array(b.length + 1).fill(0);
  for (const x of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      row[j] = x === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}`,
  ),
  known(
    "longest_increasing_subsequence",
    1,
    "length of longest increasing subsequence",
    `
import bisect

def longest_increasing_subsequence(numbers):
    tails = []
    for x in numbers:
        at = bisect.bisect_left(tails, x)
        tails[at:at + 1] = [x]
    return len(tails)`,
    `
function longest_increasing_subsequence(numbers: number[]): number {
  const tails: number[] = [];
  for (const x of numbers) {
    const at = tails.findIndex((tail) => tail >= x);
    tails[at === -1 ? tails.length : at] = x;
  }
  return tails.length;
}`,
  ),
  known(
    "longest_unique_substring",
    1,
    "length of longest substring without repeating characters",
    `
def longest_unique_substring(text):
    start, best, seen = 0, 0, {}
    for i, c in enumerate(text):
        start = max(start, seen.get(c, -1) + 1)
        seen[c] = i
        best = max(best, i - start + 1)
    return best`,
    `
function longest_unique_substring(text: string): number {
  let [start, best] = [0, 0];
  const seen = new Map<string, number>();
  [...text].forEach((c, i) => {
    start = Math.max(start, (seen.get(c) ?? -1) + 1);
    seen.set(c, i);
    best = Math.max(best, i - start + 1);
  });
  return best;
}`,
  ),
  known(
    "pascal_row",
    1,
    "pascal triangle row binomial coefficients",
    `
def pascal_row(n):
    row = [1]
    for k in range(n):
        row.append(row[-1] * (n - k) // (k + 1))
    return row`,
    `
function pascal_row(n: number): number[] {
  const row = [1];
  for (let k = 0; k < n; k++) row.push((row[k]! * (n - k)) / (k + 1));
  return row;
}`,
  ),
  known(
    "armstrong",
    1,
    "armstrong narcissistic number digits power",
    `
def armstrong(n):
    return n == sum(int(d) ** len(str(n)) for d in str(n))`,
    `
function armstrong(n: number): boolean {
  const digits = [...String(n)];
  return n === digits.reduce((sum, d) => sum + Number(d) ** digits.length, 0);
}`,
  ),
  known(
    "perfect_number",
    1,
    "perfect number equals sum of proper divisors",
    `
def perfect_number(n):
    return n > 1 and n == sum(d for d in range(1, n) if n % d == 0)`,
    `
function perfect_number(n: number): boolean {
  let sum = 0;
  for (let d = 1; d < n; d++) if (n % d === 0) sum += d;
  return n > 1 && sum === n;
}`,
  ),
  known(
    "happy_number",
    1,
    "happy number sum of squares of digits reaches one",
    `
def happy_number(n):
    seen = set()
    while n != 1 and n not in seen:
        seen.add(n)
        n = sum(int(d) ** 2 for d in str(n))
    return n == 1`,
    `
function happy_number(n: number): boolean {
  const seen = new Set<number>();
  while (n !== 1 && !seen.has(n)) {
    seen.add(n);
    n = [...String(n)].reduce((sum, d) => sum + Number(d) ** 2, 0);
  }
  return n === 1;
}`,
  ),
  known(
    "collatz_sequence",
    1,
    "collatz sequence numbers until one hailstone list",
    `
def collatz_sequence(n):
    sequence = [n]
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        sequence.append(n)
    return sequence`,
    `
function collatz_sequence(n: number): number[] {
  const sequence = [n];
  while (n !== 1) {
    n = n % 2 === 0 ? n / 2 : 3 * n + 1;
    sequence.push(n);
  }
  return sequence;
}`,
  ),
  known(
    "matrix_multiply",
    2,
    "multiply two matrices product matrix",
    `
def matrix_multiply(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]`,
    `
function matrix_multiply(a: number[][], b: number[][]): number[][] {
  return a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
}`,
  ),
  known(
    "rotate_matrix",
    1,
    "rotate matrix 90 degrees clockwise",
    `
def rotate_matrix(rows):
    return [list(column) for column in zip(*rows[::-1])]`,
    `
function rotate_matrix<T>(rows: T[][]): T[][] {
  return (rows[0] ?? []).map((_, j) => rows.map((row) => row[j]!).reverse());
}`,
  ),
  known(
    "spiral_order",
    1,
    "spiral order traversal of matrix",
    `
def spiral_order(rows):
    rows, out = [list(row) for row in rows], []
    while rows:
        out += rows.pop(0)
        rows = [list(column) for column in zip(*rows)][::-1]
    return out`,
    `
function spiral_order<T>(rows: T[][]): T[] {
  let rest = rows.map((row) => [...row]);
  const out: T[] = [];
  while (rest.length > 0) {
    out.push(...rest.shift()!);
    rest = (rest[0] ?? []).map((_, j) => rest.map((row) => row[j]!)).reverse();
  }
  return out;
}`,
  ),
  known(
    "permutations",
    1,
    "all permutations orderings of a list",
    `
import itertools

def permutations(items):
    return [list(one) for one in itertools.permutations(items)]`,
    `
function permutations<T>(items: T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((x, i) => permutations(items.toSpliced(i, 1)).map((rest) => [x, ...rest]));
}`,
  ),
  known(
    "flatten_deep",
    1,
    "flatten deeply nested list recursively any depth",
    `
def flatten_deep(items):
    return [leaf for item in items for leaf in (flatten_deep(item) if isinstance(item, list) else [item])]`,
    `
function flatten_deep(items: unknown[]): unknown[] {
  return items.flat(Infinity);
}`,
  ),
  known(
    "combinations_count",
    2,
    "number of combinations n choose k binomial coefficient",
    `
import math

def combinations_count(n, k):
    return math.comb(n, k)`,
    `
function combinations_count(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return k > n ? 0 : Math.round(result);
}`,
  ),
  known(
    "next_greater",
    1,
    "next greater element to the right or -1",
    `
def next_greater(numbers):
    return [next((y for y in numbers[i + 1:] if y > x), -1) for i, x in enumerate(numbers)]`,
    `
function next_greater(numbers: number[]): number[] {
  return numbers.map((x, i) => numbers.slice(i + 1).find((y) => y > x) ?? -1);
}`,
  ),
];
