// Retrieval by terms: which known sequences hold a run of terms, as they are or up to a factor and a summand.
import type { Value } from "../number/value.ts";
import type { LibraryEntry } from "./library-entry.ts";
import { hashIntegers, WindowTable } from "./window-table.ts";

/** Terms that have to agree before two runs count as the same. */
export const windowTerms = 6;
/** A known sequence may begin so much earlier than the terms asked for. */
const maxShift = 6;
const strides = [2, 3];

export interface TermMatch {
  readonly entry: LibraryEntry;
  /** The terms asked for begin at this place of the entry's terms. */
  readonly shift: number;
}

/** terms(n) = factor·entry(n + shift)/divisor + summand */
export interface AffineMatch extends TermMatch {
  readonly factor: bigint;
  readonly divisor: bigint;
  readonly summand: bigint;
}

export interface NearMatch extends TermMatch {
  /** How many of the terms asked for agree, from the first on. */
  readonly agreeing: number;
}

export class TermIndex {
  readonly entries: readonly LibraryEntry[];
  private readonly exact: WindowTable;
  private readonly shapes: WindowTable;
  private readonly strided: WindowTable;

  constructor(entries: readonly LibraryEntry[]) {
    this.entries = entries;
    this.exact = new WindowTable(entries.length * (maxShift + 1));
    this.shapes = new WindowTable(entries.length * (maxShift + 1));
    this.strided = new WindowTable(entries.length * 7);
    for (const [place, { terms }] of entries.entries()) this.insert(place, terms);
  }

  private insert(place: number, terms: readonly Value[]): void {
    for (let shift = 0; shift <= maxShift && shift + windowTerms <= terms.length; shift++) {
      const window = terms.slice(shift, shift + windowTerms);
      const code = place * (maxShift + 1) + shift;
      this.exact.add(hashIntegers(window), code);
      const shape = shapeOf(window);
      if (shape) this.shapes.add(hashIntegers(shape), code);
    }
    for (const stride of strides) {
      for (let shift = 0; shift <= stride; shift++) {
        const window: Value[] = [];
        for (let i = shift; i < terms.length && window.length < windowTerms; i += stride)
          window.push(terms[i]!);
        if (window.length < windowTerms) break;
        this.strided.add(hashIntegers([stride, ...window]), place * (maxShift + 1) + shift);
      }
    }
  }

  /** Entries that hold all the terms, as far as both go; the closest shift first. */
  find(terms: readonly Value[], count: number): TermMatch[] {
    return this.nearest(terms, Number.POSITIVE_INFINITY)
      .filter(({ entry, shift, agreeing }) => agreeing >= Math.min(terms.length, entry.terms.length - shift))
      .slice(0, count);
  }

  /** An entry that holds a run of terms from its first or second term on, looked up fast. */
  holding(terms: readonly Value[]): TermMatch | undefined {
    for (const match of this.matches(this.exact.get(hashIntegers(terms.slice(0, windowTerms)))))
      if (
        match.shift <= 1 &&
        agreement(terms, match.entry.terms, match.shift, 1) >=
          Math.min(terms.length, match.entry.terms.length - match.shift)
      )
        return match;
    return undefined;
  }

  /** Entries that hold the first few terms, those that agree longest first. */
  nearest(terms: readonly Value[], count: number): NearMatch[] {
    if (terms.length < windowTerms) return this.withPrefix(terms, count);
    return this.matches(this.exact.get(hashIntegers(terms.slice(0, windowTerms))))
      .map(
        ({ entry, shift }): NearMatch => ({
          entry,
          shift,
          agreeing: agreement(terms, entry.terms, shift, 1),
        }),
      )
      .filter(({ agreeing }) => agreeing >= windowTerms)
      .sort((a, b) => b.agreeing - a.agreeing || a.shift - b.shift || a.entry.id - b.entry.id)
      .slice(0, count);
  }

  /** Entries that begin with a few terms: too few for a window, and for a shift to mean anything. */
  private withPrefix(terms: readonly Value[], count: number): NearMatch[] {
    const found: NearMatch[] = [];
    if (terms.length === 0) return found;
    for (const entry of this.entries) {
      if (agreement(terms, entry.terms, 0, 1) < terms.length) continue;
      found.push({ entry, shift: 0, agreeing: terms.length });
      if (found.length >= count) break;
    }
    return found;
  }

  /** Entries whose terms are these up to a factor and a summand. */
  findAffine(terms: readonly Value[], count: number): AffineMatch[] {
    if (terms.length < windowTerms) return [];
    const shape = shapeOf(terms.slice(0, windowTerms));
    if (!shape) return [];
    const found: AffineMatch[] = [];
    for (const match of this.matches(this.shapes.get(hashIntegers(shape)))) {
      const affine = affineMap(terms, match);
      if (affine) found.push(affine);
    }
    return found.sort((a, b) => a.shift - b.shift || a.entry.id - b.entry.id).slice(0, count);
  }

  /** Entries of which the terms are one in `stride`. */
  findStrided(terms: readonly Value[], stride: number, count: number): TermMatch[] {
    if (terms.length < windowTerms) return [];
    return this.matches(this.strided.get(hashIntegers([stride, ...terms.slice(0, windowTerms)])))
      .filter(
        ({ entry, shift }) =>
          agreement(terms, entry.terms, shift, stride) >=
          Math.min(terms.length, Math.ceil((entry.terms.length - shift) / stride)),
      )
      .slice(0, count);
  }

  private matches(codes: readonly number[]): TermMatch[] {
    return codes.map((code) => ({
      entry: this.entries[Math.floor(code / (maxShift + 1))]!,
      shift: code % (maxShift + 1),
    }));
  }
}

/** How many terms agree with one in `stride` of the known ones, from a shift on. */
function agreement(terms: readonly Value[], known: readonly Value[], shift: number, stride: number): number {
  let i = 0;
  while (i < terms.length && shift + i * stride < known.length && terms[i] === known[shift + i * stride]) i++;
  return i;
}

/** Differences over their common factor, the first of them positive: the same for c·a(n) + d. */
function shapeOf(window: readonly Value[]): (number | bigint)[] | undefined {
  if (window.every((x) => typeof x === "number" && Math.abs(x) < 2 ** 52)) {
    const differences = window.slice(1).map((x, i) => Number(x) - Number(window[i]!));
    let factor = 0;
    for (const x of differences) factor = gcdNumber(factor, x);
    if (factor === 0) return undefined;
    const signed = (differences.find((x) => x !== 0) ?? 1) < 0 ? -factor : factor;
    return differences.map((x) => x / signed + 0);
  }
  const differences = window.slice(1).map((x, i) => BigInt(x) - BigInt(window[i]!));
  let factor = 0n;
  for (const x of differences) factor = gcdBig(factor, x);
  if (factor === 0n) return undefined;
  const signed = (differences.find((x) => x !== 0n) ?? 1n) < 0n ? -factor : factor;
  // As numbers where they are small, so that both ways of counting agree.
  return differences.map((x) => {
    const shape = x / signed;
    return BigInt(Number(shape)) === shape && Number.isSafeInteger(Number(shape)) ? Number(shape) : shape;
  });
}

function affineMap(terms: readonly Value[], { entry, shift }: TermMatch): AffineMatch | undefined {
  const count = Math.min(terms.length, entry.terms.length - shift);
  const known = (i: number) => BigInt(entry.terms[shift + i]!);
  const at = terms.findIndex((x, i) => i > 0 && i < count && x !== terms[0]);
  if (at < 0) return undefined;
  const rise = BigInt(terms[at]!) - BigInt(terms[0]!);
  const run = known(at) - known(0);
  if (run === 0n) return undefined;
  const common = gcdBig(rise, run) * (run < 0n ? -1n : 1n);
  const [factor, divisor] = [rise / common, run / common];
  const scaled = BigInt(terms[0]!) * divisor - factor * known(0);
  if (scaled % divisor !== 0n) return undefined;
  const summand = scaled / divisor;
  for (let i = 0; i < count; i++)
    if ((BigInt(terms[i]!) - summand) * divisor !== factor * known(i)) return undefined;
  return { entry, shift, factor, divisor, summand };
}

function gcdNumber(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function gcdBig(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
