/** Sets of Unicode code points, and their UTF-8 as byte expressions. Surrogates are in no set: they have none. */
import { type ByteRange, byteIn, choice, type Expression, never, sequence } from "./expression.ts";

export type CodePointRange = readonly [low: number, high: number];
/** Ranges in order that neither touch nor overlap. */
export type CodePointSet = readonly CodePointRange[];

const largest = 0x10ffff;
const surrogates: CodePointRange = [0xd800, 0xdfff];

/** The set of these ranges, in whatever order. */
export function codePoints(...ranges: CodePointRange[]): CodePointSet {
  const sorted = ranges.filter(([low, high]) => low <= high).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return withoutSurrogates(merged);
}

function withoutSurrogates(set: CodePointSet): CodePointSet {
  return set.flatMap(([low, high]): CodePointRange[] => {
    if (high < surrogates[0] || low > surrogates[1]) return [[low, high]];
    const parts: CodePointRange[] = [];
    if (low < surrogates[0]) parts.push([low, surrogates[0] - 1]);
    if (high > surrogates[1]) parts.push([surrogates[1] + 1, high]);
    return parts;
  });
}

export const anyCodePoint: CodePointSet = codePoints([0, largest]);

/** All that are not in the set. */
export function complement(set: CodePointSet): CodePointSet {
  const ranges: CodePointRange[] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) ranges.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= largest) ranges.push([next, largest]);
  return withoutSurrogates(ranges);
}

export function union(...sets: CodePointSet[]): CodePointSet {
  return codePoints(...sets.flat());
}

export function difference(set: CodePointSet, without: CodePointSet): CodePointSet {
  return complement(union(complement(set), without));
}

export function includes(set: CodePointSet, point: number): boolean {
  let from = 0;
  let to = set.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const [low, high] = set[middle]!;
    if (point < low) to = middle;
    else if (point > high) from = middle + 1;
    else return true;
  }
  return false;
}

/** The code points of a text; lone surrogates are U+FFFD. */
export function pointsOf(text: string): number[] {
  return [...text.toWellFormed()].map((character) => character.codePointAt(0)!);
}

let caseVariants: (readonly [number, number])[] | undefined;

/** Pairs of code points that are each other's upper or lower case. */
function casePairs(): readonly (readonly [number, number])[] {
  if (caseVariants) return caseVariants;
  // No letter with case lies beyond.
  const lastCased = 0x1e943;
  const pairs: (readonly [number, number])[] = [];
  for (let point = 0; point <= lastCased; point++) {
    if (point >= surrogates[0] && point <= surrogates[1]) continue;
    const character = String.fromCodePoint(point);
    for (const other of [character.toLowerCase(), character.toUpperCase()]) {
      if (other === character) continue;
      const points = pointsOf(other);
      if (points.length === 1) pairs.push([point, points[0]!]);
    }
  }
  caseVariants = pairs;
  return pairs;
}

/** The set with the other case of each of its letters (simple folding, one code point to one). */
export function foldCase(set: CodePointSet): CodePointSet {
  const extra: CodePointRange[] = [];
  for (const [point, other] of casePairs()) if (includes(set, point)) extra.push([other, other]);
  return codePoints(...set, ...extra);
}

/** A power of two up to 2¹⁶, so that no piece crosses a plane. */
const searchedAtOnce = 0x1000;
const propertySets = new Map<string, CodePointSet>();

/** The set of a Unicode property as JavaScript names it (`L`, `Script=Greek`), or undefined for an unknown one. */
export function unicodeProperty(name: string): CodePointSet | undefined {
  const known = propertySets.get(name);
  if (known) return known;
  if (!/^[A-Za-z_]+(=[A-Za-z_]+)?$/.test(name)) return undefined;
  let runs: RegExp;
  try {
    runs = new RegExp(`\\p{${name}}+`, "gu");
  } catch {
    return undefined;
  }
  const ranges: CodePointRange[] = [];
  // Surrogates by themselves would join with each other, so each side of them is searched alone.
  for (const [low, high] of anyCodePoint)
    for (let begin = low; begin <= high; begin += searchedAtOnce) {
      const length = Math.min(searchedAtOnce, high - begin + 1);
      const text = Array.from({ length }, (_, index) => String.fromCodePoint(begin + index)).join("");
      // Within a plane all characters have the same number of units.
      const units = begin > 0xffff ? 2 : 1;
      for (const { 0: run, index } of text.matchAll(runs)) {
        const first = begin + index / units;
        ranges.push([first, first + run.length / units - 1]);
      }
    }
  const set = codePoints(...ranges);
  propertySets.set(name, set);
  return set;
}

/**
 * The UTF-8 of any one code point of the set: ranges are cut where the number of bytes changes and where the
 * following bytes do not run through all their values, so that each piece is a product of byte ranges.
 */
export function utf8Of(set: CodePointSet): Expression {
  const products: ByteRange[][] = [];
  for (const [low, high] of set) cut(low, high, products);
  return shareBeginnings(products);
}

const lastOfLength = [0x7f, 0x7ff, 0xffff, largest];

function cut(low: number, high: number, products: ByteRange[][]): void {
  for (const last of lastOfLength)
    if (low <= last && last < high) {
      cut(low, last, products);
      cut(last + 1, high, products);
      return;
    }
  const length = lastOfLength.findIndex((last) => high <= last) + 1;
  for (let following = 1; following < length; following++) {
    const mask = 2 ** (6 * following) - 1;
    if (low >> (6 * following) === high >> (6 * following)) continue;
    if ((low & mask) !== 0) {
      cut(low, low | mask, products);
      cut((low | mask) + 1, high, products);
      return;
    }
    if ((high & mask) !== mask) {
      cut(low, (high & ~mask) - 1, products);
      cut(high & ~mask, high, products);
      return;
    }
  }
  const first = encode(low);
  const last = encode(high);
  products.push([...first].map((byte, index) => [byte, last[index]!]));
}

const encode = (point: number) => new TextEncoder().encode(String.fromCodePoint(point));

function shareBeginnings(products: readonly ByteRange[][]): Expression {
  if (products.length === 0) return never;
  const groups = new Map<string, ByteRange[][]>();
  for (const product of products) {
    const key = product[0]!.join("-");
    const group = groups.get(key);
    if (group) group.push(product);
    else groups.set(key, [product]);
  }
  const single: ByteRange[] = [];
  const longer: Expression[] = [];
  for (const group of groups.values()) {
    const first = group[0]![0]!;
    if (group[0]!.length === 1) single.push(first);
    else longer.push(sequence(byteIn(first), shareBeginnings(group.map((product) => product.slice(1)))));
  }
  return choice(...(single.length > 0 ? [byteIn(...single)] : []), ...longer);
}
